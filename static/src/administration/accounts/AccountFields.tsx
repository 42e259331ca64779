import Checkbox from '@atlaskit/checkbox';
import type { MailAccount, Security } from '#contract/settings/parts';
import { useWords } from '../../i18n/context';
import { Field } from '../../ui/Field';
import { Notice } from '../../ui/Notice';
import { TextInput } from '../../ui/TextInput';
import {
  type AccountErrors,
  type AccountForm,
  passwordFits,
  presetOf,
  type SavedAccount,
  withAuth,
  withPreset,
  withSecurity,
} from './account';
import { OAuthFields } from './OAuthFields';
import { SecretField } from './SecretField';

interface AccountFieldsProps {
  readonly form: AccountForm;
  readonly saved: SavedAccount;
  readonly errors: AccountErrors;
  readonly onChange: (form: AccountForm) => void;
}

const PROVIDERS = ['microsoft', 'google'] as const;

/** The mail server, the login and the sender. */
export function AccountFields({ form, saved, errors, onChange }: AccountFieldsProps) {
  const words = useWords();
  const set = (part: Partial<AccountForm>): void => onChange({ ...form, ...part });
  return (
    <div className="pm-stack">
      <Field id="preset" label={words.t('account.preset')}>
        <select
          id="preset"
          className="pm-select"
          value={presetOf(form) ?? ''}
          onChange={(event) =>
            onChange(
              withPreset(
                form,
                PROVIDERS.find((provider) => provider === event.target.value),
              ),
            )
          }
        >
          <option value="">{words.t('account.presetNone')}</option>
          {PROVIDERS.map((provider) => (
            <option key={provider} value={provider}>
              {words.t(`oauth.provider.${provider}`)}
            </option>
          ))}
        </select>
      </Field>
      <div className="pm-columns pm-columns-server">
        <TextInput
          id="host"
          label="account.host"
          help="account.hostHelp"
          error={errors.host}
          value={form.host}
          onChange={(host) => set({ host })}
        />
        <Field id="security" label={words.t('account.security')}>
          <select
            id="security"
            className="pm-select"
            value={form.security}
            onChange={(event) => onChange(withSecurity(form, event.target.value as Security))}
          >
            {(['tls', 'starttls', 'none'] as const).map((security) => (
              <option key={security} value={security}>
                {words.t(`account.security.${security}`)}
              </option>
            ))}
          </select>
        </Field>
        <TextInput id="port" label="account.port" error={errors.port} value={form.port} numeric onChange={(port) => set({ port })} />
      </div>
      {form.security === 'none' ? <Notice kind="warning">{words.t('account.securityNone')}</Notice> : null}
      <Login form={form} saved={saved} errors={errors} onChange={onChange} />
      {form.auth === 'oauth2' ? <OAuthFields form={form} saved={saved} errors={errors} onChange={onChange} /> : null}
      <div className="pm-columns">
        <TextInput id="from-name" label="account.fromName" value={form.fromName} optional onChange={(fromName) => set({ fromName })} />
        <TextInput
          id="from-address"
          label="account.fromAddress"
          error={errors.fromAddress}
          value={form.fromAddress}
          type="email"
          onChange={(fromAddress) => set({ fromAddress })}
        />
      </div>
      <div>
        <Checkbox
          label={words.t('account.replyToSender')}
          isChecked={form.replyToSender}
          onChange={(event) => set({ replyToSender: event.target.checked })}
        />
        <p className="pm-help pm-indented">{words.t('account.replyToSenderHelp')}</p>
      </div>
    </div>
  );
}

const LOGIN_KINDS: readonly MailAccount['auth'][] = ['password', 'oauth2', 'none'];

function Login({ form, saved, errors, onChange }: AccountFieldsProps) {
  const words = useWords();
  const fits = passwordFits(form, saved);
  return (
    <div className="pm-columns">
      <Field id="auth" label={words.t('account.auth')}>
        <select
          id="auth"
          className="pm-select"
          value={form.auth}
          onChange={(event) => onChange(withAuth(form, event.target.value as MailAccount['auth']))}
        >
          {LOGIN_KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {words.t(`account.auth.${kind}`)}
            </option>
          ))}
        </select>
      </Field>
      {form.auth === 'none' ? null : (
        <TextInput
          id="user"
          label="account.user"
          error={errors.user}
          value={form.user}
          autoComplete="off"
          onChange={(user) => onChange({ ...form, user })}
        />
      )}
      {form.auth === 'password' ? (
        <SecretField
          id="password"
          label="account.password"
          value={form.password}
          fits={fits}
          again={saved.passwordSet && !fits ? 'account.passwordAgain' : undefined}
          error={errors.password}
          onChange={(password) => onChange({ ...form, password })}
        />
      ) : null}
    </div>
  );
}
