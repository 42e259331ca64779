import Button from '@atlaskit/button/new';
import Checkbox from '@atlaskit/checkbox';
import Textfield from '@atlaskit/textfield';
import type { ReactNode } from 'react';
import type { MailAccount, Security } from '#contract/settings';
import { useWords } from '../i18n/context';
import type { WordKey } from '../i18n/words';
import { describedBy, Field } from '../ui/Field';
import { Notice } from '../ui/Notice';
import { TextInput } from '../ui/TextInput';
import { type AccountErrors, type AccountForm, passwordFits, type SavedAccount, withSecurity } from './account';

interface AccountFieldsProps {
  readonly form: AccountForm;
  readonly saved: SavedAccount;
  readonly errors: AccountErrors;
  readonly onChange: (form: AccountForm) => void;
}

/** The mail server, the login and the sender. */
export function AccountFields({ form, saved, errors, onChange }: AccountFieldsProps) {
  const words = useWords();
  const set = (part: Partial<AccountForm>): void => onChange({ ...form, ...part });
  return (
    <div className="pm-stack">
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
      <Login form={form} saved={saved} errors={errors} set={set} />
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

interface LoginProps extends Omit<AccountFieldsProps, 'onChange'> {
  readonly set: (part: Partial<AccountForm>) => void;
}

function Login({ form, saved, errors, set }: LoginProps) {
  const words = useWords();
  // OAuth 2.0 is offered only where an account has it already.
  const kinds: MailAccount['auth'][] = saved.account?.auth === 'oauth2' ? ['password', 'oauth2', 'none'] : ['password', 'none'];
  return (
    <div className="pm-columns">
      <Field id="auth" label={words.t('account.auth')}>
        <select
          id="auth"
          className="pm-select"
          value={form.auth}
          onChange={(event) => set({ auth: event.target.value as MailAccount['auth'] })}
        >
          {kinds.map((kind) => (
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
          onChange={(user) => set({ user })}
        />
      )}
      {form.auth === 'password' ? (
        <Password form={form} saved={saved} error={errors.password} onChange={(password) => set({ password })} />
      ) : null}
    </div>
  );
}

interface PasswordProps {
  readonly form: AccountForm;
  readonly saved: SavedAccount;
  readonly error: WordKey | undefined;
  readonly onChange: (password: string | undefined) => void;
}

/** A saved password is never shown: it is said to be there, and can be replaced. */
function Password({ form, saved, error, onChange }: PasswordProps) {
  const words = useWords();
  const fits = passwordFits(form, saved);
  if (fits && form.password === undefined) {
    return (
      <div className="pm-field">
        <span className="pm-label">{words.t('account.password')}</span>
        <div className="pm-row pm-saved">
          <span>{words.t('account.passwordSaved')}</span>
          <Button spacing="compact" onClick={() => onChange('')}>
            {words.t('account.passwordChange')}
          </Button>
        </div>
      </div>
    );
  }
  const asksAgain = saved.passwordSet && !fits;
  const help: ReactNode = fits ? (
    <button type="button" className="pm-link" onClick={() => onChange(undefined)}>
      {words.t('account.passwordKeep')}
    </button>
  ) : asksAgain ? (
    words.t('account.passwordAgain')
  ) : undefined;
  return (
    <Field id="password" label={words.t('account.password')} error={error && words.t(error)} help={help}>
      <Textfield
        id="password"
        type="password"
        autoComplete="new-password"
        value={form.password ?? ''}
        isInvalid={error !== undefined}
        aria-describedby={describedBy('password', { help: help !== undefined, error: error !== undefined })}
        onChange={(event) => onChange(event.currentTarget.value === '' && !fits ? undefined : event.currentTarget.value)}
      />
    </Field>
  );
}
