import { type Mail, partAddress, rawAddress, removeOne } from './api';
import { headerTable, htmlBody, rawBody, textBody } from './body';
import { element, longTime, size } from './dom';

const TABS = ['HTML', 'Text', 'Headers', 'Raw'] as const;
type Tab = (typeof TABS)[number];

/** What somebody chose stays while they go from mail to mail. */
let chosenTab: Tab = 'HTML';
let phone = false;

const plain = (address: string): string => (/<([^<>]+)>\s*$/.exec(address)?.[1] ?? address).trim().toLowerCase();

/** Who the mail really goes to, and which of them its header does not name. */
function envelopeRow(mail: Mail): HTMLElement {
  const named = new Set([...mail.to, ...mail.cc].flatMap((line) => line.split(',')).map(plain));
  const chips = mail.envelope.to.map((address) => {
    const hidden = !named.has(plain(address));
    return element(
      'span',
      { class: hidden ? 'chip hidden-recipient' : 'chip' },
      address,
      ...(hidden ? [element('em', {}, ' not in the header')] : []),
    );
  });
  return element('dd', { class: 'chips' }, ...chips);
}

function facts(mail: Mail): HTMLElement {
  const rows: [string, HTMLElement][] = [
    ['From', element('dd', {}, mail.from)],
    ['To', element('dd', {}, mail.to.join(', ') || '–')],
    ...(mail.cc.length > 0 ? [['Cc', element('dd', {}, mail.cc.join(', '))] as [string, HTMLElement]] : []),
    ['Envelope from', element('dd', {}, mail.envelope.from || '<>')],
    ['Envelope to', envelopeRow(mail)],
    ['Received', element('dd', {}, `${longTime(mail.receivedAt)} · ${size(mail.size)}`)],
  ];
  return element('dl', { class: 'facts' }, ...rows.flatMap(([name, value]) => [element('dt', {}, name), value]));
}

function attachments(mail: Mail): HTMLElement | undefined {
  const files = mail.attachments.filter(({ inline }) => !inline);
  if (files.length === 0) return undefined;
  const items = files.map((part) =>
    element(
      'li',
      {},
      element(
        'a',
        { href: partAddress(mail.id, part), download: part.filename || `part-${part.index}` },
        part.filename || `part ${part.index}`,
      ),
      element('span', { class: 'subtle' }, ` ${size(part.sizeBytes)} · ${part.mediaType}`),
    ),
  );
  return element(
    'section',
    { class: 'files', 'aria-label': 'Attachments' },
    element('h3', {}, `Attachments (${files.length})`),
    element('ul', {}, ...items),
  );
}

function contentOf(mail: Mail, tab: Tab): HTMLElement {
  if (tab === 'HTML') return htmlBody(mail, phone);
  if (tab === 'Text') return textBody(mail);
  return tab === 'Headers' ? headerTable(mail) : rawBody(mail, rawAddress(mail.id));
}

function widthSwitch(redraw: () => void): HTMLElement {
  const button = (label: string, value: boolean): HTMLElement => {
    const made = element('button', { type: 'button', class: 'button small', 'aria-pressed': String(phone === value) }, label);
    made.addEventListener('click', () => {
      phone = value;
      redraw();
    });
    return made;
  };
  return element('div', { class: 'widths', role: 'group', 'aria-label': 'Width' }, button('Desktop', false), button('Phone', true));
}

/** WAI-ARIA tabs with automatic activation. */
function tabList(choose: (tab: Tab) => void): HTMLElement {
  const tabs = TABS.map((name) => {
    const selected = name === chosenTab;
    const tab = element(
      'button',
      {
        type: 'button',
        role: 'tab',
        id: `tab-${name}`,
        'aria-selected': String(selected),
        'aria-controls': 'panel',
        tabindex: selected ? '0' : '-1',
      },
      name,
    );
    tab.addEventListener('click', () => choose(name));
    return tab;
  });
  const list = element('div', { role: 'tablist', 'aria-label': 'Parts of the mail' }, ...tabs);
  list.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const next = TABS.at((TABS.indexOf(chosenTab) + step) % TABS.length) ?? 'HTML';
    choose(next);
    document.getElementById(`tab-${next}`)?.focus();
  });
  return list;
}

/** Shows one mail in the reading pane. */
export function showMail(pane: HTMLElement, mail: Mail): void {
  const again = (): void => showMail(pane, mail);
  const remove = element('button', { type: 'button', class: 'button small' }, 'Delete');
  remove.addEventListener('click', () => void removeOne(mail.id));
  const files = attachments(mail);
  pane.replaceChildren(
    element('div', { class: 'mail-head' }, element('h2', {}, mail.subject || '(no subject)'), remove),
    facts(mail),
    ...(files ? [files] : []),
    element(
      'div',
      { class: 'tab-row' },
      tabList((tab) => {
        chosenTab = tab;
        again();
      }),
      ...(chosenTab === 'HTML' ? [widthSwitch(again)] : []),
    ),
    element('div', { role: 'tabpanel', id: 'panel', class: 'panel', 'aria-labelledby': `tab-${chosenTab}` }, contentOf(mail, chosenTab)),
  );
}
