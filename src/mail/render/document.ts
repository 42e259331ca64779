import { FIXED_LAYOUT, OUTLOOK_FIXED } from '#mail/render/boxes';
import { FORMULA_STYLE } from '#mail/render/elements/formula';
import { escapeText } from '#mail/render/escape';
import { DARK, LIGHT } from '#mail/render/palette';
import { attributes, CONTENT_PX, type Rendering } from '#mail/render/rendering';

const FONT = "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
/** Space beside the content in a wide window, in px. */
const SIDE_PX = 24;
const FRAME_PX = CONTENT_PX + 2 * SIDE_PX;
/** Characters of the line that mail programs show beside the subject. */
const PREHEADER_CHARS = 110;

/** Rules no inline style can say: phones, and tables in Outlook, which inherit no font. Kept apart from dark mode because Gmail drops a whole block for what it does not know. */
const PHONE_STYLE =
  '@media only screen and (max-width:600px){.c{display:block!important;width:auto!important;padding-left:0!important;padding-right:0!important}.f{padding:16px 14px!important}.w{float:none!important;display:block!important;margin:0 0 10px!important}}';

const darkStyle = (out: Rendering): string => {
  const base = [
    `.b,.p{background-color:${DARK.background}!important;color:${DARK.color}!important}`,
    `.p a{color:${DARK.link}!important}`,
    `.m{color:${DARK.muted}!important}`,
    `.t td,.t th,.p hr,.p blockquote,.l{border-color:${DARK.border}!important}`,
  ];
  return `:root{color-scheme:light dark;supported-color-schemes:light dark}@media (prefers-color-scheme:dark){${base.join('')}${out.palette.darkRules('.p ')}}`;
};

/** Outlook's apps and outlook.com recolour mail by themselves and mark what they changed; there the same rules apply. */
const outlookDarkStyle = (out: Rendering): string =>
  `[data-ogsc] .p a{color:${DARK.link}!important}[data-ogsc] .m{color:${DARK.muted}!important}${out.palette.darkRules('[data-ogsc] ')}`;

const outlookStyle = `<!--[if mso]><style>body,table,td,th,p,li,h1,h2,h3,h4,h5,h6{font-family:'Segoe UI',Arial,sans-serif}table{border-collapse:collapse;mso-table-lspace:0;mso-table-rspace:0}td,th{font-size:15px}.d td,.d th{font-size:13px}</style><![endif]-->`;

const head = (out: Rendering, rules: string): string =>
  `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark"><meta name="supported-color-schemes" content="light dark"><meta name="format-detection" content="telephone=no,date=no,address=no,email=no"><title>${escapeText(out.input.page.title)}</title>${outlookStyle}<style>${rules}${PHONE_STYLE}</style><style>${darkStyle(out)}</style><style>${outlookDarkStyle(out)}</style>${out.hasMathml ? `<style>${FORMULA_STYLE}</style>` : ''}</head>`;

/** What a list of mails shows beside the subject; not seen in the mail itself. */
const preheader = (text: string): string =>
  `<div style="display:none;max-height:0;overflow:hidden;mso-hide:all">${escapeText(
    text.slice(0, PREHEADER_CHARS).replace(/[\ud800-\udbff]$/, ''),
  )}</div>`;

/** Words that are longer than the window break. */
const BREAK = 'word-break:break-word';

/** Space and title, each a link. */
function header(out: Rendering): string {
  const { page, presentation } = out.input;
  const { style, className } = out.palette.link(out.place.surface);
  const space = `<p style="margin:0 0 2px;font-size:13px"><a${attributes({ href: page.spaceUrl, class: className, style })}>${escapeText(page.spaceName)}</a></p>`;
  const title = `<h1 style="margin:0 0 4px;font-size:26px;line-height:1.25;font-weight:bold"><a${attributes({ href: page.url, class: className, style: `${style};text-decoration:none` })}>${escapeText(page.title)}</a></h1>`;
  const intro = `<p class="m" style="margin:0;font-size:13px;color:${LIGHT.muted}">${escapeText(out.words.intro(out.input.sender.name))}</p>`;
  const brand = logo(out) + headerText(out);
  return `<tr><td class="f" style="${BREAK};padding:20px ${SIDE_PX}px 16px;border-top:4px solid ${presentation.accentColor}" dir="auto">${brand}${space}${title}${intro}</td></tr>`;
}

/** The organisation's picture; decoration, so it has no text of its own. */
function logo({ input }: Rendering): string {
  if (!input.logo) return '';
  const { cid, widthPx: width, heightPx: height } = input.logo;
  const image = attributes({ src: `cid:${cid}`, alt: '', width, height, style: 'display:block;border:0;max-width:100%' });
  return `<div style="margin:0 0 10px"><img${image}></div>`;
}

function headerText({ input }: Rendering): string {
  const text = input.presentation.headerText?.trim() ?? '';
  return text === '' ? '' : `<p class="m" style="margin:0 0 10px;font-size:13px;color:${LIGHT.muted}">${escapeText(text)}</p>`;
}

const WEB_ADDRESS = /\bhttps?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]}]/g;

/** Plain text with its line breaks, web addresses as links. */
function textWithLinks(text: string, out: Rendering): string {
  const { style, className } = out.palette.link(out.place.surface);
  let html = '';
  let from = 0;
  for (const match of text.matchAll(WEB_ADDRESS)) {
    html += escapeText(text.slice(from, match.index));
    html += `<a${attributes({ href: match[0], class: className, style: `${style};word-break:break-word` })}>${escapeText(match[0])}</a>`;
    from = match.index + match[0].length;
  }
  return (html + escapeText(text.slice(from))).replace(/\r\n|\r|\n/g, '<br>');
}

/** The sender's words above the page. */
function note(out: Rendering): string {
  const text = out.input.note.trim();
  if (text === '') return '';
  const { className, style, surface } = out.palette.paint(out.place.surface, { background: LIGHT.shade });
  const leave = out.enter({ surface });
  const html = `<p style="margin:0 0 4px;font-size:13px;font-weight:bold">${escapeText(out.words.noteBy(out.input.sender.name))}</p><p style="margin:0">${textWithLinks(text, out)}</p>`;
  leave();
  return `<tr><td class="f" style="padding:0 ${SIDE_PX}px 16px"><table${attributes({ role: 'presentation', width: '100%', border: 0, cellpadding: 14, cellspacing: 0, style: FIXED_LAYOUT })}><tr><td dir="auto"${attributes({ class: className, style: `${style};border-left:4px solid ${out.input.presentation.accentColor}` })}>${html}</td></tr></table></td></tr>`;
}

/** Who sent it, the page, and the administrator's words. */
function footer(out: Rendering): string {
  const { page, sender, presentation } = out.input;
  const { style, className } = out.palette.link(out.place.surface);
  const open = `<a${attributes({ href: page.url, class: className, style })}>${escapeText(out.words.openPage)}</a>`;
  const lines = [
    `${escapeText(out.words.footer(sender.name))} ${open}`,
    out.input.individual ? escapeText(out.words.individual) : '',
    page.restricted ? escapeText(out.words.restricted) : '',
    presentation.footerText.trim() === '' ? '' : textWithLinks(presentation.footerText.trim(), out),
  ];
  const paragraphs = lines.filter(Boolean).map((line) => `<p style="margin:0 0 6px">${line}</p>`);
  return `<tr><td class="f m l" style="padding:14px ${SIDE_PX}px 24px;border-top:1px solid ${LIGHT.border};font-size:12px;color:${LIGHT.muted}" dir="auto">${paragraphs.join('')}</td></tr>`;
}

/** Hebrew to Arabic Extended-A, and their presentation forms. */
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
const isRtlLetter = (unit: number): boolean =>
  (unit >= 0x590 && unit <= 0x8ff) || (unit >= 0xfb1d && unit <= 0xfdff) || (unit >= 0xfe70 && unit <= 0xfefc);
const isLtrLetter = (unit: number): boolean =>
  (unit >= 0x41 && unit <= 0x5a) ||
  (unit >= 0x61 && unit <= 0x7a) ||
  (unit >= 0xc0 && unit < 0x590) ||
  (unit >= 0x900 && unit <= 0x1fff) ||
  (unit >= 0x3040 && unit <= 0xd7a3);

/** Right-to-left when most of the text's letters are. */
export function isRightToLeft(text: string): boolean {
  if (!RTL_LETTER.test(text)) return false;
  let balance = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (isRtlLetter(unit)) balance += 1;
    else if (isLtrLetter(unit)) balance -= 1;
  }
  return balance > 0;
}

/** The whole HTML document around the page. Read from top to bottom it is header, note, page, footer. */
export function htmlDocument(out: Rendering, body: string, preview: string, isRtl: boolean, rules = ''): string {
  const page = `<tr><td class="f"${attributes({ dir: isRtl ? 'rtl' : undefined, align: isRtl ? 'right' : undefined, style: `padding:4px ${SIDE_PX}px 20px` })}>${body}</td></tr>`;
  const paper = `background-color:${LIGHT.background};color:${LIGHT.color};font-family:${FONT};font-size:15px;line-height:1.5`;
  const frame = {
    class: 'p',
    role: 'presentation',
    width: '100%',
    border: 0,
    cellpadding: 0,
    cellspacing: 0,
    style: `${FIXED_LAYOUT};max-width:${FRAME_PX}px;margin:0 auto;${paper}`,
  };
  // Outlook knows no max-width: a table of fixed width, which no content widens, holds the frame there.
  const open = `<!--[if mso]><table role="presentation" width="${FRAME_PX}" align="center" cellpadding="0" cellspacing="0" style="width:${FRAME_PX}px;${OUTLOOK_FIXED}"><tr><td width="${FRAME_PX}"><![endif]-->`;
  const rows = header(out) + note(out) + page + footer(out);
  return `<!DOCTYPE html><html lang="${out.input.language}" xmlns:o="urn:schemas-microsoft-com:office:office">${head(out, rules)}<body class="b" style="margin:0;padding:0;${paper}">${preheader(preview)}${open}<table${attributes(frame)}>${rows}</table><!--[if mso]></td></tr></table><![endif]--></body></html>`;
}
