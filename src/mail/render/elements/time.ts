import { attributes, type Rule, SKIP } from '#mail/render/rendering';
import { textOf } from '#mail/render/tree';

const style = { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' } as const;
const LOCALES = { en: 'en-GB', de: 'de-DE' } as const;
/** Made once, with the first date that asks: making one takes longer than a page's worth of dates, and most pages have none without words. */
const formats = new Map<'en' | 'de', Intl.DateTimeFormat>();

function formatFor(language: 'en' | 'de'): Intl.DateTimeFormat {
  const made = formats.get(language) ?? new Intl.DateTimeFormat(LOCALES[language], style);
  formats.set(language, made);
  return made;
}

/** A date without its words is written the way the mail's language does. */
function format(datetime: string, language: 'en' | 'de'): string {
  const match = /^(\d{4})-(\d{2})-(\d{2})/.exec(datetime);
  if (!match) return '';
  const date = new Date(Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3])));
  return formatFor(language).format(date);
}

/** Width of a letter, about; a date wider than its cell may break. */
const LETTER_PX = 8;

/** A date as a small shaded label, as Confluence shows it. */
const time: Rule = (element, out) => {
  const words = textOf(element, 100) || format(element.attributes.get('datetime') ?? '', out.input.language);
  if (words === '') return SKIP;
  const paint = out.palette.paint(out.place.surface, { background: '#f1f2f4' });
  const leave = out.enter({ surface: paint.surface });
  const isShort = words.length * LETTER_PX <= out.place.width;
  const css = `${paint.style};padding:1px 4px;border-radius:3px${isShort ? ';white-space:nowrap' : ''}`;
  out.inline(`<span${attributes({ class: paint.className, style: css })}>`);
  return {
    ...(textOf(element, 100) === '' ? { content: [words] } : {}),
    after: () => {
      leave();
      out.inline('</span>');
    },
  };
};

export const timeRules: Readonly<Record<string, Rule>> = { time };
