/** Code points that take two columns in a fixed-width font (Unicode UAX #11, wide and fullwidth, and emoji). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\u33ff\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60\uffe0-\uffe6\u{16fe0}-\u{18cff}\u{1b000}-\u{1b2ff}\u{1f004}\u{1f0cf}\u{1f18e}\u{1f191}-\u{1f1ff}\u{1f200}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f7e0}-\u{1f7eb}\u{1f90c}-\u{1f9ff}\u{1fa70}-\u{1faff}\u{20000}-\u{3fffd}\u231a\u231b\u23e9-\u23ec\u23f0\u23f3\u25fd\u25fe\u2614\u2615\u2648-\u2653\u267f\u2693\u26a1\u26aa\u26ab\u26bd\u26be\u26c4\u26c5\u26ce\u26d4\u26ea\u26f2\u26f3\u26f5\u26fa\u26fd\u2705\u270a\u270b\u2728\u274c\u274e\u2753-\u2755\u2757\u2795-\u2797\u27b0\u27bf\u2b1b\u2b1c\u2b50\u2b55]/u;
/** Code points that take none: combining marks, joiners, variation selectors, skin tones. */
const ZERO = /\p{M}|\p{Emoji_Modifier}|[\u200c\u200d]|[\u200b\u200e\u200f\u2060-\u2064\ufeff\u{e0020}-\u{e007f}]/u;
/** Letters of one column each. */
const NARROW = /^[\u0000-\u02ff]*$/;

/** Columns that a text takes in a fixed-width font. An emoji joined of several counts as one. */
export function columns(text: string): number {
  if (NARROW.test(text)) return text.length;
  let sum = 0;
  let joined = false;
  for (const char of text) {
    if (char === '\u200d') joined = true;
    else if (!ZERO.test(char)) {
      if (!joined) sum += WIDE.test(char) ? 2 : 1;
      joined = false;
    }
  }
  return sum;
}

/** Scripts written without blanks between words, where a line may break between any two letters. */
export const UNSPACED = /[\u3041-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\u0e00-\u0e7f\uf900-\ufaff\uff66-\uff9f\u{20000}-\u{3fffd}]/u;

const CLOSING = /\p{M}|\u200d|[、。，．・：；？！）」』】〉》ー,.!?:;)\]}]/u;
/** Where such a script is best broken: behind what parts sentences and clauses. */
const PAUSE = /[、。，．：；？！][」』】〉》）)]*$/u;

/**
 * Cuts a word of an unspaced script into pieces of at most `width` columns, behind a pause where one is not too near the line's start,
 * and no mark or closing punctuation parted from its letter.
 */
function cutUnspaced(word: string, first: number, width: number): string[] {
  const pieces: string[] = [];
  let piece = '';
  let used = 0;
  let room = first;
  /** Length of the piece as far as its last pause, and the columns that takes. */
  let pause = { length: 0, used: 0 };
  for (const char of word) {
    const take = columns(char);
    const isClosing = CLOSING.test(char);
    if (used + take > room && piece !== '' && !isClosing) {
      const cut = pause.used >= room / 5 ? pause : { length: piece.length, used };
      pieces.push(piece.slice(0, cut.length));
      piece = piece.slice(cut.length);
      used -= cut.used;
      room = width;
      pause = { length: 0, used: 0 };
    }
    const isAfterPause = isClosing && pause.length > 0 && pause.length === piece.length;
    piece += char;
    used += take;
    if (isAfterPause || PAUSE.test(char)) pause = { length: piece.length, used };
  }
  return piece === '' ? pieces : [...pieces, piece];
}

/** As `push(...more)`, which fails for a hundred thousand lines and more: each would be an argument. */
export function append(lines: string[], more: readonly string[]): void {
  for (const line of more) lines.push(line);
}

/** The same for letters of one column each, with one blank between words. */
function wrapNarrow(line: string, width: number): string[] {
  const lines: string[] = [];
  let from = 0;
  while (line.length - from > width) {
    const fitting = line.lastIndexOf(' ', from + width);
    const end = fitting >= from ? fitting : line.indexOf(' ', from + width);
    if (end < 0) break;
    lines.push(line.slice(from, end));
    from = end + 1;
  }
  lines.push(line.slice(from));
  return lines;
}

/** Breaks a line at blanks so that none is wider than `width` columns; a longer word stays whole, except in scripts without blanks. */
export function wrap(line: string, width: number): string[] {
  // No letter takes more than two columns.
  if (line.length * 2 <= width) return [line];
  const isNarrow = NARROW.test(line);
  if ((isNarrow ? line.length : columns(line)) <= width) return [line];
  if (isNarrow && !/^ | {2}| $/.test(line)) return wrapNarrow(line, width);
  const lines: string[] = [];
  let current = '';
  let used = 0;
  for (const word of line.split(' ')) {
    const take = isNarrow ? word.length : columns(word);
    const gap = current === '' ? 0 : 1;
    if (used + gap + take <= width) {
      current = gap ? `${current} ${word}` : word;
      used += gap + take;
    } else if (take > width / 2 && UNSPACED.test(word)) {
      const room = width - used - gap;
      let pieces = cutUnspaced(word, Math.max(2, room), width);
      const [head = ''] = pieces;
      if (current !== '' && (pieces.length === 1 || room < 2 || !PAUSE.test(head))) {
        lines.push(current);
        pieces = cutUnspaced(word, width, width);
      } else if (current !== '') pieces[0] = `${current} ${head}`;
      append(lines, pieces);
      current = lines.pop() ?? '';
      used = columns(current);
    } else {
      if (current !== '') lines.push(current);
      current = word;
      used = take;
    }
  }
  if (current !== '') lines.push(current);
  return lines;
}
