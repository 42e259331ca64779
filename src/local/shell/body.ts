/** Makes a rendered body fit to stand inside an HTML page of the shell, in a light and a dark theme. Not a sanitiser: see the shell's content security policy. */

const SELF_CLOSED = /<(span|div|p|a|td|th|li|ul|em|strong|b|i|h[1-6]|script|iframe)((?:\s[^<>]*)?)\s*\/>/g;
const HIGHLIGHT = /data-highlight-colour="(#[0-9a-fA-F]{3,8})"/g;
const NO_ALT = /<img(?![^>]*\salt=)/g;
const WIDE_TABLE = /<table data-table-width="(\d+)" data-layout="(?:wide|full-width)"/g;
const COLOUR = /(style="[^"]*?)(background-)?color:\s*rgb\((\d+),\s*(\d+),\s*(\d+)\)/g;

/** The colour that stands in for a text colour on dark ground: as far from black as the other was from white. */
function forDark(channels: readonly number[]): string {
  const lightest = Math.max(...channels);
  const darkest = Math.min(...channels);
  const shift = Math.max(0, 330 - lightest - darkest);
  return `rgb(${channels.map((channel) => Math.min(255, channel + shift)).join(',')})`;
}

/**
 * XHTML's empty elements get an end tag (HTML does not know them), icons without a text an empty one, coloured cells their background, wide tables their
 * width, and coloured text a second colour for the dark theme.
 */
export function bodyForShell(body: string): string {
  return body
    .replace(SELF_CLOSED, (_whole, name: string, attributes: string) => `<${name}${attributes.trimEnd()}></${name}>`)
    .replace(HIGHLIGHT, (whole, colour: string) =>
      /^#f{3,8}$/i.test(colour) ? whole : `${whole} style="background-color:${colour};--cell:${colour}"`,
    )
    .replace(NO_ALT, '<img alt=""')
    .replace(WIDE_TABLE, (whole, width: string) => `${whole} style="width:${width}px"`)
    .replace(COLOUR, (_whole, before: string, ground: string | undefined, red: string, green: string, blue: string) => {
      const colour = `rgb(${red},${green},${blue})`;
      if (ground) return `${before}color: #172b4d;background-color: ${colour}`;
      return `${before}color: light-dark(${colour}, ${forDark([red, green, blue].map(Number))})`;
    });
}
