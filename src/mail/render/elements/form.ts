import { type Rendering, type Rule, SKIP, THROUGH } from '#mail/render/rendering';

/** A control that mail cannot have: gone, with a word to the sender. */
const removed: Rule = (_element, out) => {
  out.warnings.add('CONTENT_REMOVED', out.words.form);
  // It stood between the words before and those behind.
  out.say(' ');
  return SKIP;
};

/** A checkbox shows its state; what a field holds is text of the page. */
const input: Rule = (element, out: Rendering) => {
  const type = element.attributes.get('type')?.toLowerCase() ?? 'text';
  if (type === 'hidden') return SKIP;
  if (type === 'checkbox' || type === 'radio') {
    out.say(element.attributes.has('checked') ? '☑ ' : '☐ ');
    return SKIP;
  }
  return removed(element, out);
};

export const formRules: Readonly<Record<string, Rule>> = {
  input,
  button: removed,
  select: removed,
  textarea: removed,
  datalist: () => SKIP,
  label: () => THROUGH,
  output: () => THROUGH,
  progress: (element, out) => {
    const share = Number(element.attributes.get('value')) / Number(element.attributes.get('max') ?? 1);
    if (Number.isFinite(share)) out.say(`${Math.round(share * 100)} %`);
    return SKIP;
  },
  meter: () => THROUGH,
};
