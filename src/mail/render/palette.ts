import { contrast, darkBackground, darkForeground, parseColor, type Rgb, readable, toHex } from '#mail/render/color';

/** The colours in force at a place of the page, in light and in dark mode. */
export interface Surface {
  readonly background: Rgb;
  readonly color: Rgb;
  readonly darkBackground: Rgb;
  readonly darkColor: Rgb;
}

const rgb = (hex: string): Rgb => parseColor(hex, [255, 255, 255]) ?? [0, 0, 0];

/** The mail's own colours. */
export const LIGHT = { background: '#fff', color: '#172b4d', muted: '#44546f', border: '#c7ced6', shade: '#f4f5f7' } as const;
export const DARK = { background: '#1d2125', color: '#c7d1db', muted: '#9fadbc', border: '#454f59', link: '#85b8ff' } as const;

export const PAPER: Surface = {
  background: rgb(LIGHT.background),
  color: rgb(LIGHT.color),
  darkBackground: rgb(DARK.background),
  darkColor: rgb(DARK.color),
};

export interface Paint {
  /** CSS declarations for the element itself, for light mode; may be empty. */
  readonly style: string;
  /** Class that carries its dark mode; empty when nothing is to be said. */
  readonly className: string;
  /** The colours inside the element. */
  readonly surface: Surface;
}

/** What an element asks for, as CSS colours. */
export interface Wish {
  readonly color?: string | undefined;
  readonly background?: string | undefined;
  readonly border?: string | undefined;
}

/** What has been mixed on one surface. */
interface Paints {
  readonly none: Paint;
  readonly byWish: Map<string, Paint>;
  link: Paint | undefined;
}

/** Surfaces, and wishes on each, that are remembered; a page of more mixes some of them again. */
const MAX_REMEMBERED = 2000;

/** Classes of one mail. A page of more different colours than this keeps them in light mode only where that is safe. */
const MAX_CLASSES = 120;

/**
 * Gives colours to elements: as inline style for light mode and as a class for dark mode, text always readable on its background
 * (WCAG 2.2 §1.4.3). Asks of the page's colours only that; where a colour can be read it is kept to the bit.
 */
export class Palette {
  #classes = new Map<string, string>();
  readonly #paints = new Map<Surface, Paints>();
  readonly #link: Rgb;

  constructor(accentColor: string) {
    this.#link = readable(parseColor(accentColor, PAPER.background) ?? PAPER.color, PAPER.background);
  }

  /** Colours of an element on `surface`; undefined or unreadable wishes keep what is there. */
  paint(surface: Surface, wish: Wish): Paint {
    const paints = this.#paintsOn(surface);
    if (wish.color === undefined && wish.background === undefined && wish.border === undefined) return paints.none;
    const key = `${wish.color ?? ''}|${wish.background ?? ''}|${wish.border ?? ''}`;
    const known = paints.byWish.get(key);
    if (known) return known;
    const made = this.#mix(surface, wish);
    if (paints.byWish.size < MAX_REMEMBERED) paints.byWish.set(key, made);
    return made;
  }

  #paintsOn(surface: Surface): Paints {
    const known = this.#paints.get(surface);
    if (known) return known;
    const made: Paints = { none: { style: '', className: '', surface }, byWish: new Map(), link: undefined };
    if (this.#paints.size < MAX_REMEMBERED) this.#paints.set(surface, made);
    return made;
  }

  #mix(surface: Surface, wish: Wish): Paint {
    const background = parseColor(wish.background, surface.background);
    const wished = parseColor(wish.color, background ?? surface.background);
    const border = parseColor(wish.border, surface.background);
    if (!background && !wished && !border) return { style: '', className: '', surface };
    const onto = background ?? surface.background;
    const darkOnto = background ? darkBackground(background) : surface.darkBackground;
    const color = readable(wished ?? surface.color, onto);
    const darkColor = readable(wished ? darkForeground(wished) : surface.darkColor, darkOnto);
    const changesColor = wished !== undefined || background !== undefined;
    const style = [
      background ? `background-color:${toHex(background)}` : '',
      changesColor ? `color:${toHex(color)}` : '',
      border ? `border-color:${toHex(border)}` : '',
    ];
    const dark = [
      background ? `background-color:${toHex(darkOnto)}!important` : '',
      changesColor ? `color:${toHex(darkColor)}!important` : '',
      border ? `border-color:${toHex(darkBorder(border))}!important` : '',
    ];
    const className = this.#className(dark.filter(Boolean).join(';'));
    if (className === undefined) return { style: '', className: '', surface };
    return {
      style: style.filter(Boolean).join(';'),
      className,
      surface: { background: onto, color, darkBackground: darkOnto, darkColor },
    };
  }

  /** Colour of a link on this surface. */
  link(surface: Surface): Paint {
    const paints = this.#paintsOn(surface);
    if (paints.link) return paints.link;
    const color = readable(this.#link, surface.background);
    const dark = readable(rgb(DARK.link), surface.darkBackground);
    const className =
      contrast(rgb(DARK.link), surface.darkBackground) >= 4.5 ? '' : (this.#className(`color:${toHex(dark)}!important`) ?? '');
    paints.link = { style: `color:${toHex(color)}`, className, surface };
    return paints.link;
  }

  #className(dark: string): string | undefined {
    const known = this.#classes.get(dark);
    if (known !== undefined) return known;
    if (this.#classes.size >= MAX_CLASSES) return undefined;
    const name = `k${this.#classes.size.toString(36)}`;
    this.#classes.set(dark, name);
    return name;
  }

  /** Rules of dark mode for the classes given out, with `before` in front of each selector. */
  darkRules(before = ''): string {
    return [...this.#classes].map(([dark, name]) => `${before}.${name}{${dark}}`).join('');
  }
}

const lift = (channel: number): number => Math.min(255, channel + 34);
const darkBorder = (color: Rgb): Rgb => {
  const [red, green, blue] = darkBackground(color);
  return [lift(red), lift(green), lift(blue)];
};
