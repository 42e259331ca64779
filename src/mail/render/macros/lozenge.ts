import { EDGE } from '#mail/render/boxes';
import { attributes, type Rule, SKIP } from '#mail/render/rendering';
import { isEmpty, textOf } from '#mail/render/tree';

/** Background and text by the last part of `aui-lozenge-…`, old names and new. */
const COLORS: Readonly<Record<string, readonly [background: string, color: string]>> = {
  default: ['#dcdfe4', '#172b4d'],
  success: ['#baf3db', '#164b35'],
  current: ['#f8e6a0', '#533f04'],
  inprogress: ['#cce0ff', '#09326c'],
  complete: ['#cce0ff', '#09326c'],
  error: ['#ffd5d2', '#5d1f1a'],
  removed: ['#ffd5d2', '#5d1f1a'],
  moved: ['#dfd8fd', '#352c63'],
  progress: ['#dfd8fd', '#352c63'],
  new: ['#dfd8fd', '#352c63'],
};
const PREFIX = 'aui-lozenge-';
/** Classes by the colours that a status is given in the editor. */
export const LOZENGES: Readonly<Record<string, string>> = {
  green: 'aui-lozenge-success',
  yellow: 'aui-lozenge-current',
  red: 'aui-lozenge-error',
  blue: 'aui-lozenge-complete',
  purple: 'aui-lozenge-moved',
  grey: 'aui-lozenge-default',
};
/** Width of a bold capital, about; a label wider than its cell may break, and so may one that is wider than a phone. */
const LETTER_PX = 9;
const MAX_UNBROKEN = 30;

const isShort = (letters: number, roomPx: number): boolean => letters <= MAX_UNBROKEN && letters * LETTER_PX <= roomPx;

/** A status: a coloured label. */
const lozenge: Rule = (element, out) => {
  if (isEmpty(element)) return SKIP;
  const [background, color] = element.classes
    .map((name) => (name.startsWith(PREFIX) ? COLORS[name.slice(PREFIX.length)] : undefined))
    .find(Boolean) ?? ['#dcdfe4', '#172b4d'];
  const paint = out.palette.paint(out.place.surface, { background, color });
  const leave = out.enter({ surface: paint.surface });
  out.inline(
    `<span${attributes({ class: paint.className, style: `${paint.style};padding:1px 2px;border-radius:3px;font-size:12px;font-weight:bold${isShort(textOf(element, 40).length, out.place.width) ? ';white-space:nowrap' : ''}` })}>${EDGE}`,
  );
  return {
    after: () => {
      leave();
      out.inline(`${EDGE}</span>`);
    },
  };
};

export const lozengeMacro = { 'aui-lozenge': lozenge, 'status-macro': lozenge };
