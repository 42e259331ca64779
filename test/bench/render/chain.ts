import { convert } from 'html-to-text';
import juice from 'juice';
import sanitizeHtml from 'sanitize-html';

const PANELS = ['information', 'note', 'tip', 'warning'].map(
  (kind) => `.confluence-information-macro-${kind}{background-color:#e9f2ff;border-left:4px solid #1d7afc}`,
);
const LOZENGES = ['default', 'success', 'current', 'complete', 'error', 'moved'].map(
  (kind) => `.aui-lozenge-${kind}{background-color:#dcdfe4;color:#172b4d}`,
);
const HEADINGS = [24, 20, 17, 15, 14, 13].map(
  (size, index) => `h${index + 1}{font-size:${size}px;margin:24px 0 8px;line-height:1.25;font-weight:600}`,
);

/** What gives the elements and macros of a page about the look that ours have. */
const SHEET = `
body{font-family:sans-serif;font-size:15px;line-height:1.5;color:#172b4d}p{margin:0 0 12px}td p:last-child,li p:first-child{margin:0}a{color:#0c66e4}.user-mention{color:#0c4da2;background-color:#e9f2ff;padding:0 4px;border-radius:8px}
${HEADINGS.join('')}
ul,ol{margin:0 0 12px;padding-left:24px}li{margin:0 0 4px}li ul,li ol{margin:0}.inline-task-list,.decision-list{list-style-type:none}
table{border-collapse:collapse;max-width:100%}.table-wrap{overflow:auto;margin:0 0 14px}td,th{border:1px solid #c7ced6;padding:7px;vertical-align:top}th,.numberingColumn{background-color:#f4f5f7;text-align:left}
code,pre{font-family:monospace;background-color:#f4f5f7}code{padding:1px 4px}.code{border:1px solid #dcdfe4;padding:12px;margin:0 0 14px}.code pre{margin:0;white-space:pre-wrap;font-size:13px}.codeHeader{font-size:12px;margin:0 0 8px}
blockquote{border-left:3px solid #c7ced6;padding:2px 0 2px 14px;margin:0 0 12px;color:#44546f}hr{border:0;border-top:1px solid #c7ced6;margin:18px 0}img{max-width:100%;border:0}.image-center-wrapper{display:block;text-align:center;margin:0 0 12px}
.panel{padding:12px;margin:0 0 14px}.panelHeader,.confluence-information-macro .title{font-weight:600;margin:0 0 6px}.confluence-information-macro{padding:12px;margin:0 0 14px}${PANELS.join('')}
.aui-lozenge{font-weight:bold;padding:1px 6px;border-radius:3px;font-size:12px}${LOZENGES.join('')}time{background-color:#f1f2f4;padding:1px 4px;border-radius:3px}
.expand-container{border:1px solid #c7ced6;padding:12px;margin:0 0 14px}.expand-control{font-weight:600;margin:0 0 8px}.two-equal .cell{width:50%}.three-equal .cell{width:33%}.two-left-sidebar .cell{width:33%}.two-right-sidebar .cell{width:67%}
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
    allowedStyles: {
      '*': {
        color: [/^(?:#|rgb)/],
        'background-color': [/^(?:#|rgb)/],
        'text-align': [/^(?:left|right|center|justify)$/],
        'margin-left': [/^\d+(?:\.\d+)?px$/],
        width: [/^\d+(?:\.\d+)?(?:px|%)$/],
      },
    },
  });
  return { html: juice(`<style>${SHEET}</style>${clean}`), text: convert(clean, { wordwrap: 78 }) };
}
