/** The words of a body in the Atlassian Document Format: headings and paragraphs, nothing of its layout. */
import { Parser } from 'htmlparser2';

interface Block {
  readonly type: 'heading' | 'paragraph';
  readonly attrs?: { readonly level: number };
  readonly content: readonly { readonly type: 'text'; readonly text: string }[];
}

const BREAKS = /^(p|h[1-6]|li|t[dhr]|table|ul|ol|div|section|blockquote|pre|br|hr|dt|dd|details|summary|figure)$/;
const HIDDEN = /^(script|style)$/;

/** A document as JSON text, the way REST v2 carries `atlas_doc_format`. */
export function adfOf(html: string): string {
  const content: Block[] = [];
  let text = '';
  let level = 0;
  let hidden = 0;
  const end = (): void => {
    const words = text.replace(/\s+/gu, ' ').trim();
    const inner = [{ type: 'text', text: words }] as const;
    if (words) content.push(level > 0 ? { type: 'heading', attrs: { level }, content: inner } : { type: 'paragraph', content: inner });
    text = '';
  };
  const parser = new Parser({
    onopentagname: (name) => {
      if (HIDDEN.test(name)) hidden += 1;
      if (BREAKS.test(name)) end();
      if (/^h[1-6]$/.test(name)) level = Number(name[1]);
    },
    ontext: (data) => {
      if (hidden === 0) text += data;
    },
    onclosetag: (name) => {
      if (HIDDEN.test(name)) hidden -= 1;
      if (BREAKS.test(name)) end();
      if (/^h[1-6]$/.test(name)) level = 0;
    },
    onend: end,
  });
  parser.end(html);
  return JSON.stringify({ type: 'doc', version: 1, content });
}
