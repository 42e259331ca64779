import Button from '@atlaskit/button/new';
import { type RefObject, useCallback, useState } from 'react';
import { MAX_MAIL_ACCOUNTS } from '#contract/limits';
import type { InfoResponse } from '#contract/relay/api';
import { RELAY_ACCOUNT } from '#contract/settings/v2';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { focusSoon } from '../../ui/focus';
import { StatusLabel } from '../../ui/StatusLabel';
import { Section } from '../SettingsPage';
import { type AccountEntry, blankEntry, nameOf, type Site, type SiteForm } from '../site-form';
import { AccountEditor } from './AccountEditor';
import { RelayPanel } from './RelayPanel';

interface AccountsTabProps {
  readonly call: Call;
  readonly site: Site;
  readonly form: SiteForm;
  /** The account whose fields are open. */
  readonly selected: string | undefined;
  readonly onSelect: (id: string | undefined) => void;
  /** Somebody tried to save: what is wrong is marked. */
  readonly tried: boolean;
  readonly page: RefObject<HTMLElement>;
  readonly onChange: (part: Partial<SiteForm>) => void;
}

const ADD_BUTTON = 'add-account';

/** An id that no account has: the first free number. */
function freeId(accounts: readonly AccountEntry[]): string {
  let number = accounts.length + 1;
  while (accounts.some(({ id }) => id === `account-${number}`)) number++;
  return `account-${number}`;
}

/** The mail accounts of the site by name, which of them is used by default, and one of them to be changed. */
export default function AccountsTab({ call, site, form, selected, onSelect, tried, page, onChange }: AccountsTabProps) {
  const words = useWords();
  const { accounts } = form;
  const open = accounts.find(({ id }) => id === selected) ?? (form.defaultAccount === RELAY_ACCOUNT ? undefined : accounts[0]);
  const standard = form.defaultAccount ?? accounts[0]?.id;
  const change = (entry: AccountEntry): void => onChange({ accounts: accounts.map((each) => (each.id === entry.id ? entry : each)) });
  const add = (): void => {
    const entry = blankEntry(accounts.length === 0 && !site.settings.accounts.length ? 'main' : freeId(accounts));
    onChange({ accounts: [...accounts, entry] });
    onSelect(entry.id);
    focusSoon(accounts.length > 0 ? 'account-name' : 'host');
  };
  const remove = (id: string): void => {
    const rest = accounts.filter((each) => each.id !== id);
    onChange({ accounts: rest, ...(form.defaultAccount === id ? { defaultAccount: rest[0]?.id } : {}) });
    onSelect(rest[0]?.id);
    focusSoon(ADD_BUTTON);
  };
  return (
    <Section title={words.t('accounts.title')} intro={words.t('account.intro')}>
      {accounts.length > 1 || form.defaultAccount === RELAY_ACCOUNT ? (
        <ul className="pm-rows" aria-label={words.t('accounts.title')}>
          {accounts.map((entry) => (
            <li key={entry.id} className="pm-entry">
              <button
                type="button"
                className="pm-account pm-focusable"
                aria-current={entry.id === open?.id}
                onClick={() => onSelect(entry.id)}
              >
                <strong>{nameOf(entry) || words.t('accounts.new')}</strong>
                <span className="pm-help">{entry.form.fromAddress}</span>
              </button>
              {entry.id === standard ? (
                <StatusLabel tone="information">{words.t('accounts.default')}</StatusLabel>
              ) : (
                <Button spacing="compact" appearance="subtle" onClick={() => onChange({ defaultAccount: entry.id })}>
                  {words.t('accounts.makeDefault')}
                </Button>
              )}
            </li>
          ))}
        </ul>
      ) : null}
      {open ? (
        <AccountEditor
          key={open.id}
          call={call}
          site={site}
          entry={open}
          named={accounts.length > 1}
          tried={tried}
          page={page}
          onChange={change}
          {...(accounts.length > 1 || form.defaultAccount === RELAY_ACCOUNT ? { onRemove: () => remove(open.id) } : {})}
        />
      ) : null}
      {accounts.length < MAX_MAIL_ACCOUNTS ? (
        <div>
          <Button id={ADD_BUTTON} onClick={add}>
            {words.t('accounts.add')}
          </Button>
        </div>
      ) : null}
    </Section>
  );
}

interface RelayPartProps {
  readonly call: Call;
  readonly form: SiteForm;
  readonly onChange: (part: Partial<SiteForm>) => void;
}

/** The relay, and its operator's own mail server where it offers one. */
export function RelayPart({ call, form, onChange }: RelayPartProps) {
  const words = useWords();
  const [info, setInfo] = useState<InfoResponse>();
  const onInfo = useCallback((found: InfoResponse | undefined) => setInfo(found), []);
  const offered = info?.defaultServer;
  const used = form.defaultAccount === RELAY_ACCOUNT;
  return (
    <>
      <RelayPanel call={call} onInfo={onInfo} />
      {offered || used ? (
        <Section title={words.t('accounts.relay')} intro={words.t('accounts.relayIntro')}>
          <div className="pm-row">
            {used ? (
              <>
                <StatusLabel tone="information">{words.t('accounts.default')}</StatusLabel>
                {form.accounts[0] ? (
                  <Button onClick={() => onChange({ defaultAccount: form.accounts[0]?.id })}>
                    {words.t('accounts.useInstead', { name: nameOf(form.accounts[0]) || words.t('accounts.new') })}
                  </Button>
                ) : null}
              </>
            ) : (
              <Button onClick={() => onChange({ defaultAccount: RELAY_ACCOUNT })}>{words.t('accounts.useRelay')}</Button>
            )}
            {offered ? <span className="pm-small">{words.t('accounts.relayFrom', { domain: offered.fromDomain })}</span> : null}
          </div>
        </Section>
      ) : null}
    </>
  );
}
