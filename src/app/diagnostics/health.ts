import { AppFailure, toFailure } from '#app/failure';
import type { MailTransport } from '#app/model';
import { replyText } from '#app/reply';
import { accountOwner } from '#app/settings/model';
import type { InfoResponse, VerifyResponse } from '#contract/relay/api';
import type { Failure } from '#contract/result';
import type { SiteAccount } from '#contract/settings/v2';

/** How an account last did, in a test of what is saved or in a delivery. */
export interface Verification {
  readonly at: string;
  readonly ok: boolean;
  readonly error?: Failure | undefined;
}
export interface VerificationStore {
  verification(owner: string): Promise<Verification | undefined>;
  saveVerification(owner: string, verification: Verification): Promise<void>;
}

/** What is remembered of a test: whether it went well, else the first step's failure; of what it names only a provider's reason. */
export function verificationOf({ ok, steps }: VerifyResponse, now: Date): Verification {
  const failed = steps.find(({ error }) => error);
  const reason = failed?.error?.params?.['reason'];
  const reply = replyText(failed?.error?.smtp);
  const error = failed?.error && { code: failed.error.code, ...(reason && { params: { reason } }), ...(reply && { reply }) };
  return { at: now.toISOString(), ok, ...(error ? { error } : {}) };
}

/** Failures of a delivery that are the account's own, as a test would find them: name, connection, encryption, login, right to send. */
const OF_ACCOUNT =
  /^(HOST_|PORT_|CONNECTION_REFUSED|CONNECTION_TIMEOUT|TLS_|CERTIFICATE_|CLEAR_TEXT_|LOGIN_|OAUTH_FAILED|ACCOUNT_BLOCKED|CLIENT_REJECTED|SENDER_REJECTED)/;

/** What a delivery tells of its account, as a test would: it worked, or why not. Undefined when it tells nothing of it. */
export function deliveryVerification(sent: boolean, failure: Failure | undefined, now: Date): Verification | undefined {
  if (sent) return { at: now.toISOString(), ok: true };
  if (!failure || !OF_ACCOUNT.test(failure.code)) return undefined;
  const reason = failure.params?.['reason'];
  const reply = failure.reply;
  return {
    at: now.toISOString(),
    ok: false,
    error: { code: failure.code, ...(reason && { params: { reason } }), ...(reply && { reply }) },
  };
}

/** The site's accounts whose last test failed. */
export async function failingAccounts(
  store: Pick<VerificationStore, 'verification'>,
  accounts: readonly SiteAccount[],
): Promise<{ name: string; at: string; error?: Failure }[]> {
  const tests = await Promise.all(accounts.map(({ id }) => store.verification(accountOwner(id))));
  return accounts.flatMap(({ name }, index) => {
    const test = tests[index];
    return test && !test.ok ? [{ name, at: test.at, ...(test.error ? { error: test.error } : {}) }] : [];
  });
}

export interface RelayHealth {
  readonly reachable: boolean;
  readonly tokenAccepted: boolean;
  readonly info?: InfoResponse;
  readonly error?: Failure;
}

/** Codes by which a relay that is there says that it does not take this app's token. */
const REFUSES_TOKEN: readonly string[] = ['RELAY_REFUSED_TOKEN', 'RELAY_FORBIDDEN'];

/** Whether the relay answers, takes the app's token, and what it says of itself. */
export async function relayHealth(transport: Pick<MailTransport, 'info'>): Promise<RelayHealth> {
  try {
    return { reachable: true, tokenAccepted: true, info: await transport.info() };
  } catch (error) {
    const failure = toFailure(error);
    const isThere = error instanceof AppFailure && !['RELAY_UNREACHABLE', 'RELAY_NOT_CONFIGURED'].includes(failure.code);
    return { reachable: isThere, tokenAccepted: isThere && !REFUSES_TOKEN.includes(failure.code), error: failure };
  }
}
