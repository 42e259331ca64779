import { errorChain, log } from '#app/log';
import type { MailTransport } from '#app/model';
import type { BoundSecret, SettingsStore } from '#app/settings/model';
import { MICROSOFT_REFRESH_TOKEN_DAYS } from '#contract/limits';
import type { SendRequest } from '#contract/relay/api';
import type { MailAccount } from '#contract/settings/parts';

/** Refresh tokens that a provider replaces at their use (RFC 6749 §6): kept in place of the old ones, and their known end. */

type Secrets = Pick<SettingsStore, 'secret' | 'saveSecret'>;

/** Where new refresh tokens of one account are kept: `owner` is that of its secrets. */
export interface Keeping {
  readonly store: Secrets;
  readonly owner: string;
  readonly now: () => Date;
}

/**
 * Keeps a new refresh token in place of the one that was used. One that an administrator typed meanwhile stays; one that cannot be kept does
 * not undo a mail that was sent.
 */
async function keep({ store, owner, now }: Keeping, account: SendRequest['account'], fresh: string | undefined): Promise<void> {
  if (!fresh || !('auth' in account) || account.auth.kind !== 'oauth2') return;
  try {
    const stored = await store.secret(owner, 'refreshToken');
    if (stored === undefined || stored.value !== account.auth.refreshToken) return;
    await store.saveSecret(owner, 'refreshToken', { ...stored, value: fresh, savedAt: now().toISOString() } satisfies BoundSecret);
  } catch (error) {
    log('refresh token not kept', { errors: errorChain(error) });
  }
}

/** Sending that keeps new refresh tokens and hands none of them on. */
export const renewingSend =
  (send: MailTransport['send'], keeping: Keeping): MailTransport['send'] =>
  async (request, ...rest) => {
    const { refreshToken, ...answer } = await send(request, ...rest);
    await keep(keeping, request.account, refreshToken);
    return answer;
  };

/** A connection test that keeps new refresh tokens and hands none of them on. */
export const renewingVerify =
  (verify: MailTransport['verify'], keeping: Keeping): MailTransport['verify'] =>
  async (account) => {
    const { refreshToken, ...answer } = await verify(account);
    await keep(keeping, account, refreshToken);
    return answer;
  };

/** When an account's refresh token ends unless it is replaced before; undefined where nobody knows. */
export function refreshTokenEnd({ auth, oauth }: MailAccount, stored: BoundSecret | undefined): Date | undefined {
  if (auth !== 'oauth2' || oauth?.provider !== 'microsoft' || oauth.grant !== 'refresh-token' || !stored?.savedAt) return undefined;
  return new Date(new Date(stored.savedAt).getTime() + MICROSOFT_REFRESH_TOKEN_DAYS * 86_400_000);
}
