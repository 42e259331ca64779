import Button from '@atlaskit/button/new';
import { type RefObject, useMemo } from 'react';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { TextInput } from '../../ui/TextInput';
import { type AccountEntry, type Site, savedAccountOf } from '../site-form';
import { AccountFields } from './AccountFields';
import { accountErrors } from './account';
import { DomainCheck } from './DomainCheck';
import { TestPanel } from './TestPanel';
import { type AccountTests, useAccountTests } from './useAccountTests';

interface AccountEditorProps {
  readonly call: Call;
  readonly site: Site;
  readonly entry: AccountEntry;
  /** Shows the field for the name; a lone account needs none. */
  readonly named: boolean;
  readonly tried: boolean;
  readonly page: RefObject<HTMLElement>;
  readonly onChange: (entry: AccountEntry) => void;
  readonly onRemove?: () => void;
}

/** One account: its name, server, login and sender, its tests, and whether its domain will be believed. */
export function AccountEditor({ call, site, entry, named, tried, page, onChange, onRemove }: AccountEditorProps) {
  const words = useWords();
  const { id, form } = entry;
  const saved = savedAccountOf(site, id);
  const stored = saved.account !== undefined;
  const backend = useMemo((): AccountTests => {
    const accountId = stored ? { accountId: id } : {};
    return {
      verify: (payload) => call('site-policy/verify', { ...payload, ...accountId }),
      sendTest: (payload) => call('site-policy/send-test', { ...payload, ...accountId }),
    };
  }, [call, id, stored]);
  const tests = useAccountTests(backend, form, saved, page);
  const errors = tried ? accountErrors(form, saved) : tests.shownErrors;
  return (
    <div className="pm-stack">
      {named ? (
        <TextInput
          id="account-name"
          label="accounts.name"
          help="accounts.nameHelp"
          optional
          value={entry.name}
          onChange={(name) => onChange({ ...entry, name: name.slice(0, 80) })}
        />
      ) : null}
      <AccountFields form={form} saved={saved} errors={errors} onChange={(changed) => onChange({ ...entry, form: changed })} />
      <TestPanel account={form} verify={tests.verify} sendTest={tests.sendTest} />
      <DomainCheck ask={(payload) => call('site-policy/domain-check', payload)} address={form.fromAddress} />
      {onRemove ? (
        <div>
          <Button appearance="subtle" onClick={onRemove}>
            {words.t('accounts.remove')}
          </Button>
        </div>
      ) : null}
    </div>
  );
}
