import { escapeText } from '#mail/render/escape';
import { UNSPACED } from '#mail/render/text/width';

/** Words longer than this may be broken anywhere, so that they never widen a table or the mail. */
export const LONGEST_WORD = 25;
/** In narrow columns words longer than this may be. */
const SHORTEST_BROKEN = 12;
/** Width of a letter, about. */
const LETTER_PX = 8;
/** A word that is broken takes at least this share of a narrow column, or it would give way to columns of much text, letter by letter. */
const LEAST_SHARE = 0.7;
const LEAST_PX = 48;

/** Letters of the longest word that is kept whole in a column of this width. */
export const longestWordIn = (widthPx: number): number =>
  Math.max(SHORTEST_BROKEN, Math.min(LONGEST_WORD, Math.floor(widthPx / LETTER_PX)));

/** A loop, because an expression would look at each letter of a word as often as it is long. */
export function hasLongWord(text: string, longest: number): boolean {
  let run = 0;
  for (let at = 0; at < text.length; at += 1) {
    run = text.charCodeAt(at) <= 32 ? 0 : run + 1;
    if (run > longest) return true;
  }
  return false;
}

const patterns = new Map<number, RegExp>();
function longWords(longest: number): RegExp {
  const known = patterns.get(longest) ?? new RegExp(`[^\\s]{${longest + 1},}`, 'g');
  patterns.set(longest, known);
  return known;
}

interface Column {
  readonly longestWord: number;
  /** In px. */
  readonly width: number;
  readonly inLink: boolean;
}

/** Style of a word that may be broken. A box of its own has no line under it from the link around, so it is given one. */
function styleOf({ longestWord, width, inLink }: Column): string {
  const breaking = 'word-break:break-all;word-break:break-word';
  if (longestWord === LONGEST_WORD) return breaking;
  const least = Math.max(LEAST_PX, Math.round(width * LEAST_SHARE));
  return `display:inline-block;min-width:${least}px;text-decoration:${inLink ? 'underline' : 'inherit'};${breaking}`;
}

/** Text as HTML, the words breaking that are too long for the column; a mail address first behind its `@`. */
export function breakLongWords(text: string, column: Column): string {
  const style = styleOf(column);
  let html = '';
  let from = 0;
  for (const match of text.matchAll(longWords(column.longestWord))) {
    const word = escapeText(match[0]);
    html += escapeText(text.slice(from, match.index));
    html += UNSPACED.test(word) ? word : `<span style="${style}">${word.replace('@', '@<wbr>')}</span>`;
    from = match.index + match[0].length;
  }
  return html + escapeText(text.slice(from));
}
