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

const isBlank = (unit: number): boolean => unit <= 32 || unit === 0xa0 || unit === 0x3000;

/** Where the first word of more than `longest` letters begins and ends, from `start` on. A loop: on words of megabytes an expression fails. */
function nextLongWord(text: string, longest: number, start: number): readonly [from: number, to: number] | undefined {
  let from = start;
  for (let at = start; at <= text.length; at += 1) {
    if (at < text.length && !isBlank(text.charCodeAt(at))) continue;
    if (at - from > longest) return [from, at];
    from = at + 1;
  }
  return undefined;
}

/** Looks from where a word from `from` on would be too long back to its beginning: most letters are passed over. */
export function hasLongWord(text: string, longest: number): boolean {
  for (let from = 0; from + longest < text.length; ) {
    let at = from + longest;
    while (at >= from && !isBlank(text.charCodeAt(at))) at -= 1;
    if (at < from) return true;
    from = at + 1;
  }
  return false;
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
  for (let word = nextLongWord(text, column.longestWord, 0); word; word = nextLongWord(text, column.longestWord, from)) {
    const letters = escapeText(text.slice(word[0], word[1]));
    html += escapeText(text.slice(from, word[0]));
    html += UNSPACED.test(letters) ? letters : `<span style="${style}">${letters.replace('@', '@<wbr>')}</span>`;
    from = word[1];
  }
  return html + escapeText(text.slice(from));
}
