import { placeholder } from '#mail/render/boxes';
import { type Rule, SKIP } from '#mail/render/rendering';
import { textOf } from '#mail/render/tree';

/** A macro that Confluence itself could not show. */
const unknown: Rule = (element, out) => {
  const words = element.attributes.get('alt') ?? element.attributes.get('data-macro-name') ?? textOf(element, 100);
  const name = /['"‘“]([^'"’”]+)['"’”]/.exec(words)?.[1] ?? (words || out.words.app);
  out.warnings.add('MACRO_NOT_SHOWN', name);
  placeholder(out, { name, url: out.input.page.url });
  return SKIP;
};

export const unknownMacro = { 'wysiwyg-unknown-macro': unknown, 'unknown-macro': unknown };
