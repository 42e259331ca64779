/**
 * Lettering as strokes, so that drawings look the same on machines without fonts.
 * Each glyph stands on a grid 4 wide and 6 high; strokes are separated by `|`.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  A: '0,6 2,0 4,6|1,4 3,4',
  B: '0,6 0,0 3,0 4,1 4,2 3,3 0,3|3,3 4,4 4,5 3,6 0,6',
  C: '4,1 3,0 1,0 0,1 0,5 1,6 3,6 4,5',
  D: '0,6 0,0 3,0 4,1 4,5 3,6 0,6',
  E: '4,0 0,0 0,6 4,6|0,3 3,3',
  F: '4,0 0,0 0,6|0,3 3,3',
  G: '4,1 3,0 1,0 0,1 0,5 1,6 3,6 4,5 4,3 2,3',
  H: '0,0 0,6|4,0 4,6|0,3 4,3',
  I: '2,0 2,6',
  J: '4,0 4,5 3,6 1,6 0,5',
  K: '0,0 0,6|4,0 0,3 4,6',
  L: '0,0 0,6 4,6',
  M: '0,6 0,0 2,3 4,0 4,6',
  N: '0,6 0,0 4,6 4,0',
  O: '1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0',
  P: '0,6 0,0 3,0 4,1 4,2 3,3 0,3',
  Q: '1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0|3,5 4,6',
  R: '0,6 0,0 3,0 4,1 4,2 3,3 0,3|2,3 4,6',
  S: '4,1 3,0 1,0 0,1 0,2 1,3 3,3 4,4 4,5 3,6 1,6 0,5',
  T: '0,0 4,0|2,0 2,6',
  U: '0,0 0,5 1,6 3,6 4,5 4,0',
  V: '0,0 2,6 4,0',
  W: '0,0 1,6 2,3 3,6 4,0',
  X: '0,0 4,6|4,0 0,6',
  Y: '0,0 2,3 4,0|2,3 2,6',
  Z: '0,0 4,0 0,6 4,6',
  '0': '1,0 3,0 4,1 4,5 3,6 1,6 0,5 0,1 1,0',
  '1': '1,1 2,0 2,6',
  '2': '0,1 1,0 3,0 4,1 4,2 0,6 4,6',
  '3': '0,0 4,0 2,3 3,3 4,4 4,5 3,6 1,6 0,5',
  '4': '3,6 3,0 0,4 4,4',
  '5': '4,0 0,0 0,3 3,3 4,4 4,5 3,6 0,6',
  '6': '4,0 2,0 0,3 0,5 1,6 3,6 4,5 4,4 3,3 0,3',
  '7': '0,0 4,0 1,6',
  '8': '1,3 0,2 0,1 1,0 3,0 4,1 4,2 3,3 1,3 0,4 0,5 1,6 3,6 4,5 4,4 3,3',
  '9': '0,6 2,6 4,3 4,1 3,0 1,0 0,1 0,2 1,3 4,3',
  '.': '1.8,5.6 2.2,6',
  '-': '1,3 3,3',
  '+': '1,3 3,3|2,2 2,4',
  '/': '0,6 4,0',
  '%': '0,6 4,0|0.5,0.5 1,1|3,5 3.5,5.5',
};
const ADVANCE = 5.6;

/** SVG of one line of capitals and digits, `height` pixels high, its left upper corner at x, y. Characters without a glyph are blanks. */
export function lettering(line: string, x: number, y: number, height: number, colour: string): string {
  const scale = height / 6;
  const paths = [...line.toUpperCase()].flatMap((character, index) =>
    (GLYPHS[character] ?? '').split('|').map((stroke) => {
      const points = stroke.split(' ').map((point) => point.split(',').map(Number));
      return points
        .map(([px = 0, py = 0]) => `${(x + (index * ADVANCE + px) * scale).toFixed(1)},${(y + py * scale).toFixed(1)}`)
        .join(' ');
    }),
  );
  const style = `fill="none" stroke="${colour}" stroke-width="${(scale * 0.75).toFixed(2)}" stroke-linecap="round" stroke-linejoin="round"`;
  return paths.map((points) => `<polyline points="${points}" ${style}/>`).join('');
}

/** Width in pixels of such a line. */
export const letteringWidth = (line: string, height: number): number => ((line.length * ADVANCE - 1.6) * height) / 6;
