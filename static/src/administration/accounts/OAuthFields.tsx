import { useWords } from '../../i18n/context';
import type { WordKey } from '../../i18n/words';
import { Field } from '../../ui/Field';
import { TextInput } from '../../ui/TextInput';
import { type AccountErrors, type AccountForm, type OAuthForm, oauthFits, type SavedAccount, withProvider } from './account';
import { SecretField } from './SecretField';
import { TokenGuide } from './TokenGuide';

interface OAuthFieldsProps {
  readonly form: AccountForm;
  readonly saved: SavedAccount;
  readonly errors: AccountErrors;
  readonly onChange: (form: AccountForm) => void;
}

/** The login of Microsoft 365 and Google: an app registered there, and what the provider gave it. */
export function OAuthFields({ form, saved, errors, onChange }: OAuthFieldsProps) {
  const words = useWords();
  const { oauth } = form;
  const set = (part: Partial<OAuthForm>): void => onChange({ ...form, oauth: { ...oauth, ...part } });
  const fits = oauthFits(form, saved);
  const isKey = oauth.provider === 'google' && oauth.grant === 'client-credentials';
  const again = (isSet: boolean | undefined): WordKey | undefined => (isSet && !fits ? 'oauth.again' : undefined);
  return (
    <div className="pm-stack">
      <div className="pm-columns">
        <Field id="provider" label={words.t('oauth.provider')}>
          <select
            id="provider"
            className="pm-select"
            value={oauth.provider}
            onChange={(event) => onChange(withProvider(form, event.target.value as OAuthForm['provider']))}
          >
            {(['microsoft', 'google'] as const).map((provider) => (
              <option key={provider} value={provider}>
                {words.t(`oauth.provider.${provider}`)}
              </option>
            ))}
          </select>
        </Field>
        <Field id="grant" label={words.t('oauth.grant')} help={words.t(`oauth.grantHelp.${oauth.grant}`)}>
          <select
            id="grant"
            className="pm-select"
            value={oauth.grant}
            aria-describedby="grant-help"
            onChange={(event) => set({ grant: event.target.value as OAuthForm['grant'] })}
          >
            {(['refresh-token', 'client-credentials'] as const).map((grant) => (
              <option key={grant} value={grant}>
                {words.t(`oauth.grant.${grant}`)}
              </option>
            ))}
          </select>
        </Field>
      </div>
      <div className="pm-columns">
        <TextInput
          id="client-id"
          label={isKey ? 'oauth.serviceAccount' : 'oauth.clientId'}
          value={oauth.clientId}
          error={errors.clientId}
          autoComplete="off"
          onChange={(clientId) => set({ clientId })}
        />
        {oauth.provider === 'microsoft' ? (
          <TextInput
            id="tenant"
            label="oauth.tenant"
            help="oauth.tenantHelp"
            optional
            value={oauth.tenant}
            error={errors.tenant}
            onChange={(tenant) => set({ tenant })}
          />
        ) : null}
      </div>
      <SecretField
        id="client-secret"
        label={isKey ? 'oauth.key' : 'oauth.clientSecret'}
        help={isKey ? 'oauth.keyHelp' : undefined}
        value={oauth.clientSecret}
        fits={fits && saved.clientSecretSet === true}
        again={again(saved.clientSecretSet)}
        error={errors.clientSecret}
        optional={oauth.grant === 'refresh-token'}
        long={isKey}
        onChange={(clientSecret) => set({ clientSecret })}
      />
      {oauth.grant === 'refresh-token' ? (
        <SecretField
          id="refresh-token"
          label="oauth.refreshToken"
          help="oauth.refreshTokenHelp"
          value={oauth.refreshToken}
          fits={fits && saved.refreshTokenSet === true}
          again={again(saved.refreshTokenSet)}
          error={errors.refreshToken}
          onChange={(refreshToken) => set({ refreshToken })}
        />
      ) : null}
      <TokenGuide oauth={oauth} />
    </div>
  );
}
