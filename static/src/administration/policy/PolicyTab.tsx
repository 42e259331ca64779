import Checkbox from '@atlaskit/checkbox';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { TextInput } from '../../ui/TextInput';
import { OwnDomainsCheck } from '../accounts/OwnDomainsCheck';
import type { FieldErrors } from '../errors';
import { LinesInput, Radios, SelectInput } from '../fields';
import { Section } from '../SettingsPage';
import { Switch } from '../Switch';
import type { SiteForm } from '../site-form';
import { Exceptions } from './Exceptions';
import { LimitsFields } from './LimitsFields';
import { NarrowFields } from './NarrowFields';
import type { IdentityForm, PolicyForm } from './policy-form';
import type { ExceptionsState } from './useExceptions';

interface PolicyTabProps {
  readonly call: Call;
  readonly form: SiteForm;
  readonly errors: FieldErrors;
  readonly exceptions: ExceptionsState;
  readonly onChange: (part: Partial<SiteForm>) => void;
}

/** Who may send what to whom on this site. */
export default function PolicyTab({ call, form, errors, exceptions, onChange }: PolicyTabProps) {
  const words = useWords();
  const { policy } = form;
  const set = (part: Partial<PolicyForm>): void => onChange({ policy: { ...policy, ...part } });
  return (
    <>
      <Section title={words.t('site.sending')}>
        <Switch
          id="enabled"
          label={words.t('site.enabled')}
          help={words.t('policy.enabledHelp')}
          on={form.enabled}
          onChange={(enabled) => onChange({ enabled })}
        />
        <Switch
          id="enforce"
          label={words.t('policy.enforce')}
          help={words.t('policy.enforceHelp')}
          on={form.enforce}
          onChange={(enforce) => onChange({ enforce })}
        />
      </Section>
      <Exceptions call={call} siteEnabled={form.enabled} exceptions={exceptions} />
      <NarrowFields form={policy} errors={errors} findGroups={(query) => call('site-policy/find-groups', { query })} onChange={set} />
      <LimitsFields form={policy.limits} errors={errors} onChange={(limits) => set({ limits })} />
      <IdentityFields call={call} form={policy.identity} errors={errors} onChange={(identity) => set({ identity })} />
      <Section title={words.t('policy.copies')}>
        <Radios
          name="copies"
          legend={words.t('policy.copies')}
          hideLegend
          options={(['when-needed', 'always'] as const).map((value) => ({
            value,
            label: words.t(`policy.copies.${value}`),
            help: words.t(`policy.copiesHelp.${value}`),
          }))}
          value={policy.individualCopies}
          onChange={(individualCopies) => set({ individualCopies })}
        />
      </Section>
    </>
  );
}

interface IdentityFieldsProps {
  readonly call: Call;
  readonly form: IdentityForm;
  readonly errors: FieldErrors;
  readonly onChange: (form: IdentityForm) => void;
}

const PATTERNS = ['', '{name} via Confluence', '{name}'] as const;

function IdentityFields({ call, form, errors, onChange }: IdentityFieldsProps) {
  const words = useWords();
  const known = PATTERNS.find((pattern) => pattern === form.displayName);
  return (
    <Section title={words.t('policy.identity')} intro={words.t('policy.identityIntro')}>
      <SelectInput
        id="display-name-kind"
        label={words.t('policy.displayName')}
        options={[
          { value: 'account', label: words.t('policy.displayName.account') },
          { value: 'via', label: words.t('policy.displayName.via') },
          { value: 'name', label: words.t('policy.displayName.name') },
          { value: 'own', label: words.t('policy.displayName.own') },
        ]}
        value={known === '' ? 'account' : known === '{name} via Confluence' ? 'via' : known === '{name}' ? 'name' : 'own'}
        onChange={(kind) =>
          onChange({
            ...form,
            displayName: { account: '', via: '{name} via Confluence', name: '{name}', own: '{name} ({account})' }[kind],
          })
        }
      />
      {known === undefined ? (
        <TextInput
          id="display-name"
          label="policy.displayNamePattern"
          help="policy.displayNameHelp"
          value={form.displayName}
          onChange={(displayName) => onChange({ ...form, displayName: displayName.slice(0, 120) })}
        />
      ) : null}
      <LinesInput
        id="own-domains"
        label="policy.ownDomains"
        help="policy.ownDomainsHelp"
        optional
        error={errors['own-domains']}
        value={form.ownAddressDomains}
        onChange={(ownAddressDomains) => onChange({ ...form, ownAddressDomains })}
      />
      {form.ownAddressDomains.trim() === '' ? null : (
        <Checkbox
          label={words.t('policy.personChooses')}
          isChecked={form.personChooses}
          onChange={(event) => onChange({ ...form, personChooses: event.target.checked })}
        />
      )}
      <OwnDomainsCheck call={call} typed={form.ownAddressDomains} />
    </Section>
  );
}
