import { type Mail, partAddress } from './api';
import { element } from './dom';

/** Without scripts and same-origin rights; links open in a tab of their own. */
const SANDBOX = 'allow-popups allow-popups-to-escape-sandbox';

/** The HTML part with `cid:` addresses pointing at the parts that came with the mail, and links that leave the frame. */
export function resolveParts(mail: Mail): string {
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
  return `<!doctype html>${parsed.documentElement.outerHTML}`;
}

/** The HTML part in a sandboxed frame. `phone` narrows it to 375 px. */
export function htmlBody(mail: Mail, phone: boolean): HTMLElement {
  if (!mail.html) return element('p', { class: 'empty' }, 'This mail has no HTML part.');
  const frame = element('iframe', {
    sandbox: SANDBOX,
    title: 'HTML part',
    class: phone ? 'mail phone' : 'mail',
    srcdoc: resolveParts(mail),
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
