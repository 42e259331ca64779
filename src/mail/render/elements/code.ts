import { MONOSPACE } from '#mail/render/appearance';
import { openBox } from '#mail/render/boxes';
import { escapeText } from '#mail/render/escape';
import { attributes, type Rendering, type Rule, type Step } from '#mail/render/rendering';
import type { Element, Node } from '#mail/render/tree';

/** Names of languages as people write them, by Confluence's brush. */
const LANGUAGES: Readonly<Record<string, string>> = {
  java: 'Java',
  js: 'JavaScript',
  javascript: 'JavaScript',
  jscript: 'JavaScript',
  ts: 'TypeScript',
  typescript: 'TypeScript',
  py: 'Python',
  python: 'Python',
  bash: 'Bash',
  shell: 'Shell',
  sh: 'Shell',
  sql: 'SQL',
  xml: 'XML',
  html: 'HTML',
  css: 'CSS',
  json: 'JSON',
  yml: 'YAML',
  yaml: 'YAML',
  cpp: 'C++',
  'c#': 'C#',
  csharp: 'C#',
  php: 'PHP',
  ruby: 'Ruby',
  rb: 'Ruby',
  perl: 'Perl',
  pl: 'Perl',
  powershell: 'PowerShell',
  ps: 'PowerShell',
  scala: 'Scala',
  vb: 'Visual Basic',
  groovy: 'Groovy',
  diff: 'Diff',
  go: 'Go',
  rust: 'Rust',
  kotlin: 'Kotlin',
  swift: 'Swift',
};
const SILENT = new Set(['', 'text', 'plain', 'none', 'plaintext']);

/** Classes of the numbers that highlighters put before lines: they are no part of the code. */
export const LINE_NUMBERS: ReadonlySet<string> = new Set(['linenumber', 'ds-line-number', 'react-syntax-highlighter-line-number']);
const isLineNumber = (element: Element): boolean => element.classes.some((name) => LINE_NUMBERS.has(name));

/** All text below, white space as it is, without recursion; a `<br>` is a line's end. */
export function rawText(from: Element): string {
  const parts: string[] = [];
  const stack: { readonly nodes: readonly Node[]; at: number }[] = [{ nodes: from.children, at: 0 }];
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const node = top.nodes[top.at];
    top.at += 1;
    if (node === undefined) stack.pop();
    else if (typeof node === 'string') parts.push(node);
    else if (node.name === 'br') parts.push('\n');
    else if (!isLineNumber(node)) stack.push({ nodes: node.children, at: 0 });
  }
  return parts.join('');
}

/** A parameter of the syntax highlighter: `brush: java; gutter: false; title: …`. */
const parameter = (pre: Element, name: string): string => {
  const all = pre.attributes.get('data-syntaxhighlighter-params') ?? pre.attributes.get('class') ?? '';
  return new RegExp(`(?:^|;)\\s*${name}:\\s*([^;]*)`, 'i').exec(all)?.[1]?.trim() ?? '';
};

/** What the code macro writes where its author chose no language. */
const UNCHOSEN = 'java';

function languageOf(pre: Element): string {
  const classic = parameter(pre, 'brush').toLowerCase();
  const brush =
    (classic === UNCHOSEN ? '' : classic) ||
    (/\blanguage-([\w#+-]+)/.exec(pre.attributes.get('class') ?? '')?.[1] ?? pre.attributes.get('data-language') ?? '').toLowerCase();
  if (SILENT.has(brush)) return '';
  return Object.hasOwn(LANGUAGES, brush) ? (LANGUAGES[brush] ?? '') : `${brush[0]?.toUpperCase() ?? ''}${brush.slice(1, 40)}`;
}

/** Code in a box, to the byte, long lines wrapping; title and language above. */
export function codeBlock(pre: Element, out: Rendering, title: string): Step {
  const language = languageOf(pre);
  const name = title || parameter(pre, 'title');
  // The HTML parser drops one line feed behind <pre> (HTML §13.2.6.4.7); another is written so that what is meant stays.
  const content = pre.children.map((child, index) => (index === 0 && typeof child === 'string' ? child.replace(/^\r?\n/, '') : child));
  const code = rawText(pre).replace(/^\r?\n/, '');
  const close = openBox(out, { background: '#f4f5f7', border: '#dcdfe4' }, out.place.last === pre);
  out.text.block(1);
  if (name !== '' || language !== '') {
    const heading = [name ? `<strong>${escapeText(name)}</strong>` : '', language ? escapeText(language) : ''].filter(Boolean).join(' · ');
    out.block(`<div style="font-size:12px;margin:0 0 8px">${heading}</div>`);
    out.text.inline([name, language].filter(Boolean).join(' · '));
    out.text.block();
  }
  out.text.verbatim(`\`\`\`\n${code.replace(/\r?\n$/, '')}\n\`\`\``);
  out.text.block(1);
  const unmute = out.mute();
  out.block(
    `<pre${attributes({ dir: 'ltr', style: `margin:0;white-space:pre-wrap;word-break:break-word;font-family:${MONOSPACE};font-size:13px;line-height:1.45` })}>`,
  );
  if (code.startsWith('\n')) out.inline('\n');
  const leave = out.enter({ verbatim: true });
  return {
    content,
    after: () => {
      leave();
      unmute();
      out.block('</pre>');
      close();
    },
  };
}

const pre: Rule = (element, out) => (out.place.verbatim ? {} : codeBlock(element, out, ''));

export const codeRules: Readonly<Record<string, Rule>> = { pre, listing: pre, xmp: pre, plaintext: pre };
