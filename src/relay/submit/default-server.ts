/** The operator's own mail server, offered to installations without an account of their own. */
import type { RelayAccount, SendRequest } from '#contract/relay/api';
import { asciiDomain } from '#mail/compose/encode';
import type { RelayConfig } from '#relay/shared/config';
import { RelayError } from '#relay/shared/errors';

/**
 * Gives the account to use for a request, and whether it is the operator's. Sender addresses over the operator's server must be in its domain.
 * The returned function throws RelayError SENDER_REJECTED, or NO_MAIL_ACCOUNT where the operator offers none.
 */
export function createAccountOf(config: RelayConfig) {
  const operator = operatorAccount(config);
  const domain = asciiDomain(`@${config.defaultFromDomain ?? ''}`)
    .slice(1)
    .toLowerCase();
  return (account: SendRequest['account'], senders: readonly string[]): { account: RelayAccount; isDefault: boolean } => {
    if (!('server' in account)) return { account, isDefault: false };
    if (!operator) throw new RelayError('NO_MAIL_ACCOUNT');
    if (!senders.every((sender) => asciiDomain(sender).toLowerCase().endsWith(`@${domain}`))) throw new RelayError('SENDER_REJECTED');
    return { account: operator, isDefault: true };
  };
}

function operatorAccount(config: RelayConfig): RelayAccount | undefined {
  const { defaultHost: host, defaultPort: port, defaultSecurity: security, defaultUser: user, defaultPassword: password } = config;
  if (host === undefined) return undefined;
  return { host, port, security, auth: user && password ? { kind: 'password', user, password } : { kind: 'none' } };
}
