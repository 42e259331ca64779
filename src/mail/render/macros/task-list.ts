import { openList } from '#mail/render/elements/list';
import { attributes, type Rule } from '#mail/render/rendering';
import { type Element, find } from '#mail/render/tree';

const isDone = (item: Element): boolean =>
  item.hasClass('checked') || find(item, ({ name, attributes: given }) => name === 'input' && given.has('checked'), 5) !== undefined;

/** A task list: checked and unchecked as characters, so that they are seen without pictures. */
const taskList: Rule = (element, out) =>
  openList(
    element,
    out,
    'ul',
    (item) => {
      const done = isDone(item);
      const word = done ? out.words.done : out.words.open;
      return {
        html: `<span${attributes({ role: 'img', 'aria-label': word, title: word })}>${done ? '☑' : '☐'}</span>&nbsp;`,
        text: done ? '[x]' : '[ ]',
      };
    },
    'list-style-type:none',
  );

export const taskListMacro = { 'inline-task-list': taskList };
