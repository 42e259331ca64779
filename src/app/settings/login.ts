import { AppFailure } from '#app/failure';
import type { MailTransport } from '#app/model';
import type { Source } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import { resolveSecrets, toRelayAccount } from '#app/settings/secrets';
import type { SendRequest } from '#contract/relay/api';

export interface LoginNeeds {
  readonly settings: Pick<SettingsStore, 'secret'>;
  readonly transport: Pick<MailTransport, 'info'>;
}

/** The sender's side of an account: what stands in From, and whether answers go to the person. */
export interface SenderAccount {
  readonly fromName: string;
  readonly fromAddress: string;
  readonly replyToSender: boolean;
}

/** Local part of the address that mail over the relay operator's own server comes from. */
const OPERATOR_LOCAL_PART = 'confluence';

/** Sender name and address of a source. The relay operator's server is asked for its domain. @throws AppFailure NO_MAIL_ACCOUNT, RELAY_* */
export async function senderAccount(transport: LoginNeeds['transport'], source: Source): Promise<SenderAccount> {
  if (source.kind === 'account') return source.account;
  const { defaultServer } = await transport.info();
  if (!defaultServer) throw new AppFailure('NO_MAIL_ACCOUNT');
  return { fromName: '', fromAddress: `${OPERATOR_LOCAL_PART}@${defaultServer.fromDomain}`, replyToSender: true };
}

/** The login as the relay takes it. @throws AppFailure PASSWORD_REQUIRED, LOGIN_REQUIRED */
export async function loginOf(settings: LoginNeeds['settings'], source: Source): Promise<SendRequest['account']> {
  if (source.kind === 'relay') return { server: 'default' };
  return toRelayAccount(source.account, await resolveSecrets(settings, source.secretOwner, source.account, {}));
}
