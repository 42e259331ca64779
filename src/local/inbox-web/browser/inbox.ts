/** The inbox's page: mails appear by themselves; the address holds which one is open. */
import { listMails, readMail, removeAll, type Summary } from './api';
import { byId, element, shortTime, size } from './dom';
import { showMail } from './reading';

const ONE_YEAR_S = 31_536_000;

let mails: readonly Summary[] | undefined;
let shownId: string | undefined;

const openId = (): string => decodeURIComponent(location.hash.replace(/^#\/?/, ''));

function row(mail: Summary): HTMLElement {
  const current: Record<string, string> = mail.id === openId() ? { 'aria-current': 'true' } : {};
  const receivers = [...mail.to, ...mail.cc].join(', ') || mail.envelope.to.join(', ');
  return element(
    'li',
    {},
    element(
      'a',
      { href: `#/${encodeURIComponent(mail.id)}`, ...current },
      element(
        'span',
        { class: 'row-top' },
        element('span', { class: 'row-from' }, mail.from),
        element('time', { datetime: mail.receivedAt }, shortTime(mail.receivedAt)),
      ),
      element('span', { class: 'row-subject' }, mail.subject || '(no subject)'),
      element(
        'span',
        { class: 'row-bottom' },
        element('span', { class: 'row-to' }, `To ${receivers}`),
        element('span', { class: 'row-size' }, size(mail.size)),
      ),
    ),
  );
}

function drawList(list: readonly Summary[]): void {
  byId('list').replaceChildren(...list.map(row));
  byId('count').textContent = list.length > 0 ? String(list.length) : '';
  (byId('delete-all') as HTMLButtonElement).disabled = list.length === 0;
}

async function drawMail(): Promise<void> {
  const id = openId();
  if (id === shownId) return;
  shownId = id;
  const pane = byId('reading');
  const mail = id ? await readMail(id) : undefined;
  if (openId() !== id) return;
  if (mail) showMail(pane, mail);
  else
    pane.replaceChildren(
      element('p', { class: 'empty' }, mails?.length ? 'Choose a mail.' : 'No mail yet. What the local site sends shows up here.'),
    );
}

/** Takes what is new. The first mail opens by itself when none is open. */
async function refresh(): Promise<void> {
  const before = mails;
  const list = await listMails();
  mails = list;
  const known = new Set(before?.map(({ id }) => id));
  const fresh = before ? list.filter(({ id }) => !known.has(id)).length : 0;
  if (fresh > 0) byId('announce').textContent = `${fresh} new ${fresh === 1 ? 'mail' : 'mails'}`;
  if (!list.some(({ id }) => id === openId())) {
    shownId = undefined;
    history.replaceState(null, '', list[0] ? `#/${encodeURIComponent(list[0].id)}` : '#');
  }
  drawList(list);
  await drawMail();
}

function startTheme(): void {
  const button = byId('theme');
  button.setAttribute('aria-pressed', String(document.documentElement.dataset.colorMode === 'dark'));
  button.addEventListener('click', () => {
    const next = document.documentElement.dataset.colorMode === 'dark' ? 'light' : 'dark';
    document.documentElement.dataset.colorMode = next;
    button.setAttribute('aria-pressed', String(next === 'dark'));
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie store is not in every browser yet
    document.cookie = `pagemail_theme=${next}; path=/; max-age=${ONE_YEAR_S}; samesite=lax`;
    shownId = undefined;
    void drawMail();
  });
}

addEventListener('hashchange', () => {
  drawList(mails ?? []);
  void drawMail();
});
byId('delete-all').addEventListener('click', () => {
  if (confirm('Delete all mails?')) void removeAll();
});
startTheme();
new EventSource('/api/events').addEventListener('changed', () => void refresh());
