/**
 * Reads a `style` attribute into its declarations, the last of each property winning. Linear, knows strings, parentheses, comments and
 * escapes well enough never to take part of a value for a declaration (CSS Syntax 3 §5.4.5). Values keep their case.
 */
export function parseDeclarations(style: string): Map<string, string> {
  const declarations = new Map<string, string>();
  if (style.length > 4096) return declarations;
  let start = 0;
  let depth = 0;
  let quote = '';
  const take = (end: number) => {
    const colon = style.indexOf(':', start);
    if (colon > start && colon < end) {
      const value = style
        .slice(colon + 1, end)
        .replace(/!\s*important\s*$/i, '')
        .trim();
      if (value !== '') declarations.set(style.slice(start, colon).trim().toLowerCase(), value);
    }
    start = end + 1;
  };
  for (let at = 0; at < style.length; at += 1) {
    const char = style[at];
    if (char === '\\') at += 1;
    else if (quote !== '') quote = char === quote ? '' : quote;
    else if (char === '"' || char === "'") quote = char;
    else if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === ';' && depth <= 0) take(at);
  }
  take(style.length);
  return declarations;
}

const PX_PER_UNIT: Readonly<Record<string, number>> = {
  px: 1,
  pt: 4 / 3,
  em: 15,
  rem: 15,
  '': 1,
  in: 96,
  cm: 37.8,
  mm: 3.78,
  pc: 16,
  ex: 7.5,
  ch: 7.5,
};

/** A length in px, rounded; undefined for percentages, keywords and what is no length. One em counts as the mail's base size. */
export function parsePx(value: string | undefined): number | undefined {
  const match = /^([+-]?(?:\d{1,6}(?:\.\d{0,6})?|\.\d{1,6}))\s*([a-z]{0,3})$/i.exec(value?.trim() ?? '');
  const factor = PX_PER_UNIT[match?.[2]?.toLowerCase() ?? 'none'];
  return match && factor !== undefined ? Math.round(Number(match[1]) * factor) : undefined;
}

/** A percentage as a number between 0 and 100. */
export function parsePercent(value: string | undefined): number | undefined {
  const match = /^(\d{1,3}(?:\.\d{0,6})?)\s*%$/.exec(value?.trim() ?? '');
  return match ? Math.min(100, Number(match[1])) : undefined;
}
