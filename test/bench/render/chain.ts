import { convert } from 'html-to-text';
import juice from 'juice';
import sanitizeHtml from 'sanitize-html';

/** A style sheet of the size that a mail template has. */
const SHEET = `
body{font-family:sans-serif;font-size:15px;line-height:1.5;color:#172b4d}p{margin:0 0 12px}h1{font-size:24px}h2{font-size:20px}h3{font-size:17px}h4{font-size:15px}
table{border-collapse:collapse}td,th{border:1px solid #c7ced6;padding:7px}th{background-color:#f4f5f7;text-align:left}a{color:#0c66e4}ul,ol{padding-left:24px}li{margin:0 0 4px}
code,pre{font-family:monospace;background-color:#f4f5f7}blockquote{border-left:3px solid #c7ced6;padding-left:14px}img{max-width:100%}
.panel{padding:12px}.confluence-information-macro{padding:12px;background-color:#e9f2ff}.aui-lozenge{font-weight:bold;padding:2px 6px}.status-macro{font-size:12px}
`;

/** The chain one would otherwise put together: sanitize-html, then juice for inline styles, then html-to-text for the text part. */
export function chain(html: string): { readonly html: string; readonly text: string } {
  const clean = sanitizeHtml(html, {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, 'img', 'h1', 'h2'],
    allowedAttributes: {
      '*': ['class', 'style', 'align', 'width', 'height', 'colspan', 'rowspan', 'lang', 'dir'],
      a: ['href', 'name'],
      img: ['src', 'alt', 'width', 'height'],
    },
  });
  return { html: juice(`<style>${SHEET}</style>${clean}`), text: convert(clean, { wordwrap: 78 }) };
}
