/** An opaque colour, each channel 0–255. */
export type Rgb = readonly [number, number, number];

const NAMED: Readonly<Record<string, string>> = {
  black: '000000',
  silver: 'c0c0c0',
  gray: '808080',
  grey: '808080',
  white: 'ffffff',
  maroon: '800000',
  red: 'ff0000',
  purple: '800080',
  fuchsia: 'ff00ff',
  magenta: 'ff00ff',
  green: '008000',
  lime: '00ff00',
  olive: '808000',
  yellow: 'ffff00',
  navy: '000080',
  blue: '0000ff',
  teal: '008080',
  aqua: '00ffff',
  cyan: '00ffff',
  orange: 'ffa500',
  brown: 'a52a2a',
  pink: 'ffc0cb',
  gold: 'ffd700',
  violet: 'ee82ee',
  indigo: '4b0082',
  crimson: 'dc143c',
  tomato: 'ff6347',
  coral: 'ff7f50',
  salmon: 'fa8072',
  khaki: 'f0e68c',
  beige: 'f5f5dc',
  lavender: 'e6e6fa',
  turquoise: '40e0d0',
  tan: 'd2b48c',
  orchid: 'da70d6',
  plum: 'dda0dd',
  sienna: 'a0522d',
  chocolate: 'd2691e',
  darkred: '8b0000',
  darkgreen: '006400',
  darkblue: '00008b',
  darkorange: 'ff8c00',
  darkgray: 'a9a9a9',
  darkgrey: 'a9a9a9',
  lightgray: 'd3d3d3',
  lightgrey: 'd3d3d3',
  lightblue: 'add8e6',
  lightgreen: '90ee90',
  lightyellow: 'ffffe0',
  lightpink: 'ffb6c1',
  dimgray: '696969',
  dimgrey: '696969',
  slategray: '708090',
  steelblue: '4682b4',
  royalblue: '4169e1',
  dodgerblue: '1e90ff',
  skyblue: '87ceeb',
  deepskyblue: '00bfff',
  seagreen: '2e8b57',
  forestgreen: '228b22',
  limegreen: '32cd32',
  firebrick: 'b22222',
  hotpink: 'ff69b4',
  deeppink: 'ff1493',
  rebeccapurple: '663399',
  gainsboro: 'dcdcdc',
  whitesmoke: 'f5f5f5',
  snow: 'fffafa',
  ivory: 'fffff0',
};

const clamp = (value: number): number => Math.max(0, Math.min(255, Math.round(value)));

function parseHex(hex: string): { rgb: Rgb; alpha: number } | undefined {
  const full = hex.length <= 4 ? hex.replace(/./g, '$&$&') : hex;
  if (full.length !== 6 && full.length !== 8) return undefined;
  const part = (at: number) => Number.parseInt(full.slice(at, at + 2), 16);
  return { rgb: [part(0), part(2), part(4)], alpha: full.length === 8 ? part(6) / 255 : 1 };
}

function hslToRgb(hue: number, saturation: number, lightness: number): Rgb {
  const chroma = saturation * Math.min(lightness, 1 - lightness);
  const channel = (n: number) => {
    const k = (n + hue / 30) % 12;
    return clamp(255 * (lightness - chroma * Math.max(-1, Math.min(k - 3, 9 - k, 1))));
  };
  return [channel(0), channel(8), channel(4)];
}

function parseFunction(name: string, inside: string): { rgb: Rgb; alpha: number } | undefined {
  const parts = inside.split(/[\s,/]+/).filter(Boolean);
  const values = parts.map((part) => Number.parseFloat(part));
  const [a = Number.NaN, b = Number.NaN, c = Number.NaN, d = 1] = values;
  if ([a, b, c, d].some((value) => !Number.isFinite(value))) return undefined;
  const alpha = Math.max(0, Math.min(1, parts[3]?.endsWith('%') ? d / 100 : d));
  if (name.startsWith('hsl')) return { rgb: hslToRgb(((a % 360) + 360) % 360, Math.min(100, b) / 100, Math.min(100, c) / 100), alpha };
  const scale = (value: number, at: number) => clamp(parts[at]?.endsWith('%') ? value * 2.55 : value);
  return { rgb: [scale(a, 0), scale(b, 1), scale(c, 2)], alpha };
}

/** A CSS colour (CSS Color 4 §4–5, sRGB forms) laid over `under`; of `var(--x, fallback)` the fallback. Undefined: none, or transparent. */
export function parseColor(text: string | undefined, under: Rgb): Rgb | undefined {
  let value = text?.trim().toLowerCase() ?? '';
  for (let depth = 0; depth < 3 && value.startsWith('var('); depth += 1)
    value = value
      .replace(/^var\(\s*--[\w-]+\s*,?/, '')
      .replace(/\)$/, '')
      .trim();
  if (value.length > 64) return undefined;
  const named = Object.hasOwn(NAMED, value) ? NAMED[value] : undefined;
  const hex = named ?? /^#([0-9a-f]{3,8})$/.exec(value)?.[1];
  const call = /^(rgba?|hsla?)\(([^()]*)\)$/.exec(value);
  const parsed = hex ? parseHex(hex) : call ? parseFunction(call[1] ?? '', call[2] ?? '') : undefined;
  if (!parsed || parsed.alpha < 0.02) return undefined;
  const mix = (at: 0 | 1 | 2) => clamp(parsed.rgb[at] * parsed.alpha + under[at] * (1 - parsed.alpha));
  return [mix(0), mix(1), mix(2)];
}

/** `#rrggbb`, or `#rgb` where that says the same. */
export function toHex(color: Rgb): string {
  const hex = color.map((channel) => channel.toString(16).padStart(2, '0')).join('');
  return /^(.)\1(.)\2(.)\3$/.test(hex) ? `#${hex[0]}${hex[2]}${hex[4]}` : `#${hex}`;
}

/** Light of each value of a channel (WCAG 2.2, "relative luminance"). */
const LINEAR = Float64Array.from({ length: 256 }, (_each, channel) =>
  channel <= 10 ? channel / 3294.6 : ((channel / 255 + 0.055) / 1.055) ** 2.4,
);
const light = (channel: number): number => LINEAR[channel] ?? 0;
const luminance = (color: Rgb): number => 0.2126 * light(color[0]) + 0.7152 * light(color[1]) + 0.0722 * light(color[2]);

/** Contrast ratio of two colours, 1 to 21 (WCAG 2.2, "contrast ratio"). */
export function contrast(a: Rgb, b: Rgb): number {
  const [x, y] = [luminance(a), luminance(b)];
  return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05);
}

/** WCAG 2.2 §1.4.3 asks for 4.5; a little more, because rounding to 8 bits may lose some. */
const MIN_CONTRAST = 4.55;

const towards = (color: Rgb, goal: Rgb, share: number): Rgb => [
  clamp(color[0] + (goal[0] - color[0]) * share),
  clamp(color[1] + (goal[1] - color[1]) * share),
  clamp(color[2] + (goal[2] - color[2]) * share),
];

const BLACK: Rgb = [0, 0, 0];
const WHITE: Rgb = [255, 255, 255];

/** The nearest tone of `color` that can be read on `background`; `color` itself where it can. */
export function readable(color: Rgb, background: Rgb): Rgb {
  if (contrast(color, background) >= MIN_CONTRAST) return color;
  const goal = contrast(BLACK, background) >= contrast(WHITE, background) ? BLACK : WHITE;
  let [low, high] = [0, 1];
  for (let step = 0; step < 8; step += 1) {
    const middle = (low + high) / 2;
    if (contrast(towards(color, goal, middle), background) >= MIN_CONTRAST) high = middle;
    else low = middle;
  }
  return towards(color, goal, high);
}

function rgbToHsl([r, g, b]: Rgb): [number, number, number] {
  const max = Math.max(r, g, b) / 255;
  const min = Math.min(r, g, b) / 255;
  const lightness = (max + min) / 2;
  const delta = max - min;
  if (delta === 0) return [0, 0, lightness];
  const saturation = delta / (1 - Math.abs(2 * lightness - 1));
  const [x, y, z] = [r / 255, g / 255, b / 255];
  const sector = max === x ? ((y - z) / delta + 6) % 6 : max === y ? (z - x) / delta + 2 : (x - y) / delta + 4;
  return [sector * 60, saturation, lightness];
}

/** Colours whose channels differ by no more than this are shades of grey to the eye. */
const GREY_SPREAD = 14;

/** A background's counterpart in dark mode: the same hue, light turned into deep; what is dark already stays. White becomes the paper. */
export function darkBackground(color: Rgb): Rgb {
  const [hue, saturation, lightness] = rgbToHsl(color);
  if (lightness < 0.4) return color;
  if (Math.max(...color) - Math.min(...color) <= GREY_SPREAD) return hslToRgb(210, 0.12, 0.129 + (1 - lightness) * 0.5);
  return hslToRgb(hue, Math.min(saturation, 0.45), 0.17 + (1 - lightness) * 0.25);
}

/** A text colour's counterpart in dark mode: the same hue, as light as it was dark. */
export function darkForeground(color: Rgb): Rgb {
  const [hue, saturation, lightness] = rgbToHsl(color);
  return hslToRgb(hue, saturation, Math.max(lightness, 1 - lightness * 0.7));
}
