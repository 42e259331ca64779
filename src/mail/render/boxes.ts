import { escapeText } from '#mail/render/escape';
import { LIGHT } from '#mail/render/palette';
import { attributes, type Rendering } from '#mail/render/rendering';

/** Widths as they are written, whatever the content: for Outlook, which knows no `table-layout` but this word of its own. */
export const OUTLOOK_FIXED = 'mso-table-layout-alt:fixed';
/** The same for every mail program. */
export const FIXED_LAYOUT = `table-layout:fixed;${OUTLOOK_FIXED}`;

/** Room at both ends of a coloured label in a line: a blank, for Outlook knows no `padding` there. */
export const EDGE = '&nbsp;';

export interface BoxLook {
  readonly background: string;
  /** Colour of the bar at the start; absent: a thin border all round in `border`. */
  readonly bar?: string | undefined;
  readonly border?: string | undefined;
}

/** Space around a box of its own: below, unless it is the last; in an item of a list also above, where words without a paragraph may stand. */
export function boxMargin({ place }: Rendering, isLast: boolean): string | undefined {
  if (place.inItem) return isLast ? 'margin:8px 0 0' : 'margin:8px 0';
  return isLast ? undefined : 'margin:0 0 14px';
}

/** Opens a coloured box that Outlook shows too: a table of one cell. The answer closes it. */
export function openBox(out: Rendering, look: BoxLook, isLast = false): () => void {
  const paint = out.palette.paint(out.place.surface, { background: look.background, border: look.bar ?? look.border ?? LIGHT.border });
  const edge = look.bar ? `border-left:4px solid ${look.bar}` : 'border:1px solid';
  const side = out.place.isRtl && look.bar ? `border-right:4px solid ${look.bar}` : edge;
  const box = { width: '100%', border: 0, cellpadding: 12, cellspacing: 0, role: 'presentation', style: FIXED_LAYOUT };
  // The mark of an item that begins with a box stands beside the box's first line, not at its foot.
  const row = attributes({ valign: out.place.inItem ? 'baseline' : undefined });
  out.block(
    `<div${attributes({ style: boxMargin(out, isLast) })}><table${attributes(box)}><tr${row}><td${attributes({ class: paint.className, style: `${side};padding:12px;${paint.style}` })}>`,
  );
  const leave = out.enter({ surface: paint.surface, width: Math.max(80, out.place.width - 30), inItem: false });
  return () => {
    leave();
    out.block('</td></tr></table></div>');
  };
}

export interface Placeholder {
  /** What it is, as a person calls it. */
  readonly name: string;
  /** Where to see it. */
  readonly url: string;
  /** Words of the link; absent: that it is on the page. */
  readonly label?: string;
  readonly icon?: string;
}

/** Stands for something that mail cannot show: its name, and a link to where it can be seen. */
export function placeholder(out: Rendering, { name, url, label, icon = '🧩' }: Placeholder): void {
  const close = openBox(out, { background: LIGHT.shade, border: LIGHT.border });
  const words = label ?? out.words.pictureOnPage;
  out.text.block(1);
  out.say(`${icon} ${name}`);
  out.say(' – ');
  link(out, url, words);
  close();
  out.text.block(1);
}

/** A link of our own, in both parts. */
export function link(out: Rendering, url: string, words: string): void {
  const { style, className } = out.palette.link(out.place.surface);
  out.inline(`<a${attributes({ href: url, class: className, style })}>${escapeText(words)}</a>`);
  out.sayText(words);
  out.text.mark(out.links.mark(url, words));
}
