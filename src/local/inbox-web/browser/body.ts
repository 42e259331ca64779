import { type Mail, partAddress } from './api';
import { element } from './dom';

/** Without scripts and same-origin rights; links open in a tab of their own. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/**
 * Rules for a reader's preferred colours, decided by the theme chosen here: a frame cannot be told what its reader prefers.
 * A mail that knows a dark theme gets it; another one stays as it is.
 */
function decideColours(parsed: Document, dark: boolean): void {
  const always = '(min-width: 0px)';
  const never = '(max-width: 0px)';
  let knows = false;
  for (const style of parsed.querySelectorAll('style')) {
    style.textContent = (style.textContent ?? '').replace(
      /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi,
      (_match, wanted: string) => {
        knows = true;
        return (wanted.toLowerCase() === 'dark') === dark ? always : never;
      },
    );
  }
  if (knows) parsed.head.append(element('style', {}, `:root { color-scheme: ${dark ? 'dark' : 'light'} }`));
}

/** The HTML part with `cid:` addresses pointing at the parts that came with the mail, and links that leave the frame. */
export function resolveParts(mail: Mail, dark: boolean): string {
  const parsed = new DOMParser().parseFromString(mail.html, 'text/html');
  const byCid = new Map(mail.attachments.flatMap((part) => (part.cid ? [[part.cid, partAddress(mail.id, part)] as const] : [])));
  const local = (address: string): string | undefined => {
    if (!/^cid:/i.test(address)) return undefined;
    const path = byCid.get(decodeURIComponent(address.slice('cid:'.length)));
    return path && location.origin + path;
  };
  for (const name of ['src', 'background']) {
    for (const node of parsed.querySelectorAll(`[${name}]`)) {
      const found = local(node.getAttribute(name) ?? '');
      if (found) node.setAttribute(name, found);
    }
  }
  for (const link of parsed.querySelectorAll('a[href]')) {
    if (link.getAttribute('href')?.startsWith('#')) continue;
    link.setAttribute('target', '_blank');
    link.setAttribute('rel', 'noopener noreferrer');
  }
  decideColours(parsed, dark);
  return `<!doctype html>${parsed.documentElement.outerHTML}`;
}

/** The HTML part in a sandboxed frame. `phone` narrows it to 375 px. */
export function htmlBody(mail: Mail, phone: boolean): HTMLElement {
  if (!mail.html) return element('p', { class: 'empty' }, 'This mail has no HTML part.');
  const dark = document.documentElement.dataset.colorMode === 'dark';
  const frame = element('iframe', {
    sandbox: SANDBOX,
    title: 'HTML part',
    class: phone ? 'mail phone' : 'mail',
    srcdoc: resolveParts(mail, dark),
  });
  return element('div', { class: 'stage' }, frame);
}

export function textBody(mail: Mail): HTMLElement {
  if (!mail.text) return element('p', { class: 'empty' }, 'This mail has no text part.');
  return element('pre', { class: 'plain-text', tabindex: '0', 'aria-label': 'Text part' }, mail.text);
}

export function headerTable(mail: Mail): HTMLElement {
  const rows = mail.headers.map(({ name, value }) => element('tr', {}, element('th', { scope: 'row' }, name), element('td', {}, value)));
  return element(
    'div',
    { class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'Headers' },
    element('table', { class: 'headers' }, element('tbody', {}, ...rows)),
  );
}

/** More of the source than this many characters is only to be had as a file. */
const SHOWN_CHARS = 300_000;

export function rawBody(mail: Mail, address: string): HTMLElement {
  const pre = element('pre', { class: 'plain-text', tabindex: '0', 'aria-label': 'Raw source' }, 'Loading…');
  void fetch(address)
    .then((response) => response.text())
    .then((source) => {
      const rest = source.length - SHOWN_CHARS;
      pre.textContent = rest > 0 ? `${source.slice(0, SHOWN_CHARS)}\n\n… ${rest} characters more: download the mail to see them.` : source;
    });
  return element(
    'div',
    { class: 'raw' },
    element('p', {}, element('a', { href: address, download: `${mail.id}.eml`, class: 'button' }, 'Download .eml')),
    pre,
  );
}
