import { useWords } from '../../i18n/context';
import { Notice } from '../../ui/Notice';
import { Radios, SelectInput } from '../fields';
import { Section } from '../SettingsPage';
import { Switch } from '../Switch';
import { addressOf, type Space, type SpaceForm, savedSpaceAccount, siteHasAccount } from '../space-form';
import { AccountFields } from './AccountFields';
import type { AccountErrors } from './account';
import { type CheckDomain, DomainCheck } from './DomainCheck';
import { TestPanel } from './TestPanel';
import type { useAccountTests } from './useAccountTests';

interface SpaceSendingProps {
  readonly space: Space;
  readonly form: SpaceForm;
  readonly errors: AccountErrors;
  readonly tests: ReturnType<typeof useAccountTests>;
  readonly checkDomain: CheckDomain;
  readonly onChange: (part: Partial<SpaceForm>) => void;
}

/** Whether the space sends, and through which account. */
export function SpaceSending({ space, form, errors, tests, checkDomain, onChange }: SpaceSendingProps) {
  const words = useWords();
  return (
    <>
      <Section title={words.t('site.sending')}>
        <Switch id="enabled" label={words.t('space.enabled')} on={form.enabled} onChange={(enabled) => onChange({ enabled })} />
      </Section>
      <Section title={words.t('space.source')}>
        <SourceChoice space={space} form={form} onChange={onChange} />
        {form.source === 'own' ? (
          <>
            <AccountFields
              form={form.account}
              saved={savedSpaceAccount(space)}
              errors={errors}
              onChange={(account) => onChange({ account })}
            />
            <TestPanel account={form.account} verify={tests.verify} sendTest={tests.sendTest} />
            <DomainCheck ask={checkDomain} address={form.account.fromAddress} />
          </>
        ) : null}
      </Section>
    </>
  );
}

function SourceChoice({ space, form, onChange }: Pick<SpaceSendingProps, 'space' | 'form' | 'onChange'>) {
  const words = useWords();
  const { site } = space;
  const address = addressOf(space, form.siteAccount);
  const standard = site.accounts.find(({ id }) => id === site.defaultAccount)?.name;
  // An account that was removed stays in sight until another one is chosen.
  const gone = form.siteAccount !== undefined && !site.accounts.some(({ id }) => id === form.siteAccount);
  return (
    <>
      <Radios
        name="account-source"
        legend={words.t('space.source')}
        hideLegend
        options={(['site', 'own'] as const).map((value) => ({
          value,
          label: words.t(`space.source.${value}`),
          help: value === 'site' && address ? words.t('space.source.siteHelp', { address }) : undefined,
        }))}
        value={form.source}
        onChange={(source) => onChange({ source })}
      />
      {form.source === 'site' && (site.accounts.length > 1 || gone) ? (
        <SelectInput
          id="site-account"
          label={words.t('space.siteAccount')}
          options={[
            { value: '', label: standard ? words.t('space.siteDefaultOf', { name: standard }) : words.t('space.siteDefault') },
            ...site.accounts.map(({ id, name, fromAddress }) => ({ value: id, label: `${name} (${fromAddress})` })),
            ...(gone ? [{ value: form.siteAccount ?? '', label: words.t('space.accountGone') }] : []),
          ]}
          value={form.siteAccount ?? ''}
          onChange={(id) => onChange({ siteAccount: id === '' ? undefined : id })}
        />
      ) : null}
      {form.source === 'site' && !siteHasAccount(space) ? <Notice kind="warning">{words.t('space.source.siteMissing')}</Notice> : null}
    </>
  );
}
