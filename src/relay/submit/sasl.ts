/** Logging in: PLAIN (RFC 4616), LOGIN, XOAUTH2. CRAM-MD5 is not used: it protects nothing that TLS does not. */
import type { SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import type { RelayAccount } from '#contract/relay/api';
import { RelayError } from '#relay/shared/errors';
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
    return void (await exchange(context, auth.user, [`AUTH XOAUTH2 ${token}`, '']));
  }
  if (offered.includes('PLAIN')) return exchange(context, auth.user, [`AUTH PLAIN ${base64(`\u0000${auth.user}\u0000${auth.password}`)}`]);
  if (offered.includes('LOGIN')) return exchange(context, auth.user, ['AUTH LOGIN', base64(auth.user), base64(auth.password)]);
  throw new RelayError('LOGIN_NOT_OFFERED');
}

/** `user` is taken out of what the server says. Sends the lines in turn while the server asks for more (334); done at 235. */
async function exchange(context: Context, user: string, lines: readonly string[]): Promise<void> {
  for (const line of lines) {
    const { status, response } = await context.sendCommand(line);
    if (status === 235) return;
    if (status !== 334) {
      const smtp = parseReply(response.replaceAll(user, '…'));
      throw new RelayError(smtp && smtp.code >= 400 ? codeOfReply(smtp, 'login') : 'PROTOCOL_ERROR', { smtp });
    }
  }
  throw new RelayError('PROTOCOL_ERROR');
}
