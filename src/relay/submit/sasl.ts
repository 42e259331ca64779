/** Logging in: PLAIN (RFC 4616), LOGIN, XOAUTH2. CRAM-MD5 is not used: it protects nothing that TLS does not. */
import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import type { ErrorCode } from '#contract/errors';
import type { RelayAccount } from '#contract/relay/api';
import { RelayError } from '#relay/shared/errors';
import { forToken } from '#relay/submit/reply-meaning';
import { codeOfReply, parseReply } from '#relay/submit/smtp-reply';

type Context = Parameters<SMTPConnectionCustomAuthHandler>[0];
type Auth = RelayAccount['auth'];
const base64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');

/** Logs in with what the server offers; resolves at once for an account without login. @throws RelayError */
export async function saslLogin(
  auth: Auth,
  context: Context,
  accessToken: (auth: Extract<Auth, { kind: 'oauth2' }>) => Promise<string>,
): Promise<void> {
  if (auth.kind === 'none') return;
  const offered = context.authMethods;
  if (auth.kind === 'oauth2') {
    if (!offered.includes('XOAUTH2')) throw new RelayError('LOGIN_NOT_OFFERED');
    const token = base64(`user=${auth.user}\u0001auth=Bearer ${await accessToken(auth)}\u0001\u0001`);
    return await exchange(context, auth.user, [`AUTH XOAUTH2 ${token}`, ''], forToken);
  }
  const attempts = PASSWORD_MECHANISMS.filter(({ name }) => offered.includes(name));
  if (attempts.length === 0) throw new RelayError('LOGIN_NOT_OFFERED');
  for (const [at, { lines }] of attempts.entries()) {
    try {
      return await exchange(context, auth.user, lines(auth));
    } catch (error) {
      if (at === attempts.length - 1 || !refusesMechanism(error)) throw error;
    }
  }
}

type PasswordAuth = Extract<Auth, { kind: 'password' }>;

/** In the order in which they are tried; both say the password once over TLS. */
const PASSWORD_MECHANISMS: readonly { readonly name: string; readonly lines: (auth: PasswordAuth) => readonly string[] }[] = [
  { name: 'PLAIN', lines: ({ user, password }) => [`AUTH PLAIN ${base64(`\u0000${user}\u0000${password}`)}`] },
  { name: 'LOGIN', lines: ({ user, password }) => ['AUTH LOGIN', base64(user), base64(password)] },
];

/**
 * Whether a reply speaks of the mechanism rather than of user and password (RFC 4954 §6: 504 not known, 534 too weak; 500 to 503 to a
 * command that is not understood). A 534 that asks for something else is no reason to show the password a second time.
 */
const refusesMechanism = (error: unknown): boolean =>
  error instanceof RelayError &&
  ((error.code === 'LOGIN_NOT_OFFERED' && [500, 501, 502, 503, 504].includes(error.smtp?.code ?? 0)) ||
    (error.code === 'LOGIN_FAILED' && error.smtp?.code === 534));

/** `user` is taken out of what the server says. Sends the lines in turn while the server asks for more (334); done at 235. */
async function exchange(
  context: Context,
  user: string,
  lines: readonly string[],
  means: (code: ErrorCode) => ErrorCode = (code) => code,
): Promise<void> {
  for (const line of lines) {
    const { status, response } = await context.sendCommand(line);
    if (status === 235) return;
    if (status !== 334) {
      const smtp = parseReply(response.replaceAll(user, '…'));
      throw new RelayError(smtp && smtp.code >= 400 ? means(codeOfReply(smtp, 'login')) : 'PROTOCOL_ERROR', { smtp });
    }
  }
  throw new RelayError('PROTOCOL_ERROR');
}
