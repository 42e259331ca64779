/** A connection to a mail server as far as the login: resolve, connect, TLS, authenticate. */
import net from 'node:net';
import tls from 'node:tls';
import SMTPConnection, { type SMTPConnectionCustomAuthHandler } from 'nodemailer/lib/smtp-connection';
import type { RelayAccount, VerifyStep } from '#contract/relay/api';
import { asRelayError, RelayError } from '#relay/shared/errors';
import type { Guard } from '#relay/shared/guard';
import { MAX_SMTP_REPLY_BYTES, type Timeouts } from '#relay/shared/limits';
import type { AccessTokens } from '#relay/submit/oauth';
import type { Phase } from '#relay/submit/reply-meaning';
import { saslLogin } from '#relay/submit/sasl';
import { connectionError } from '#relay/submit/smtp-reply';

/** An open, logged-in connection. */
export interface SmtpSession {
  readonly connection: SMTPConnection;
  /** Extensions the server offers, of those that matter here: SMTPUTF8, SIZE, 8BITMIME, PIPELINING, DSN. */
  readonly extensions: readonly string[];
  /** In place of the account's, where the provider replaced it. */
  readonly refreshToken?: string | undefined;
}

export interface ConnectOptions {
  readonly guard: Guard;
  readonly secureContext: tls.SecureContext;
  readonly heloName: string;
  readonly clearTextAllowed: boolean;
  readonly timeouts: Timeouts;
  /** Access tokens for XOAUTH2. */
  readonly tokens: AccessTokens;
  /** Told of each step that succeeded, with facts worth showing. */
  readonly onStep?: (step: VerifyStep['step'], details: Record<string, string>, skipped?: boolean) => void;
  /** Told of each line of the dialogue, credentials masked; for the debug mode. */
  readonly onDialogue?: (who: 'client' | 'server', line: string) => void;
}

/**
 * Connects and logs in. The connection goes to an address that the guard has checked, TLS is verified against the account's host name,
 * and nothing is ever sent in clear text where the account asks for protection.
 * @throws RelayError
 */
export async function openSession(account: RelayAccount, options: ConnectOptions): Promise<SmtpSession> {
  const { onStep = () => undefined } = options;
  if (account.security === 'none' && !options.clearTextAllowed) throw new RelayError('CLEAR_TEXT_NOT_ALLOWED');
  options.guard.checkPort(account.port);
  const addresses = await options.guard.resolveMailHost(account.host);
  onStep('resolve', { addresses: addresses.join(', ') });
  const plain = await connectToOne(addresses, account.port, options.timeouts.connectMs);
  // A password in clear text may travel inside one machine only, never over a wire.
  if (account.security === 'none' && account.auth.kind !== 'none' && !isLoopback(plain.remoteAddress)) {
    plain.destroy();
    throw new RelayError('CLEAR_TEXT_NOT_ALLOWED');
  }
  return converse(account, plain, options, onStep);
}

async function converse(
  account: RelayAccount,
  plain: net.Socket,
  options: ConnectOptions,
  onStep: NonNullable<ConnectOptions['onStep']>,
): Promise<SmtpSession> {
  const implicit = account.security === 'tls';
  const tlsOptions = tlsOptionsOf(account.host, options.secureContext);
  const login = loginHandler(account.auth, options.tokens);
  let opened: SMTPConnection | undefined;
  let phase: Phase = implicit ? 'tls' : 'connect';
  try {
    const peer = `${plain.remoteAddress} port ${plain.remotePort}`;
    if (implicit) onStep('connect', { address: peer });
    const socket = implicit ? await handshake(plain, tlsOptions, options.timeouts.connectMs) : plain;
    if (implicit) {
      onStep('tls', certificateDetails(socket));
      phase = 'connect';
    }
    const connection = smtpConnection(account, socket, tlsOptions, options, login.handler);
    opened = connection;
    await settled(connection, 2 * options.timeouts.greetingMs, (done) => connection.connect(done));
    if (!implicit) onStep('connect', { address: peer });
    if (account.security === 'starttls' && !connection.secure) throw new RelayError('TLS_NOT_OFFERED');
    if (!implicit) onStep('tls', certificateDetails(connection._socket), account.security === 'none');
    phase = 'login';
    await settled(connection, options.timeouts.greetingMs, (done) => connection.login({ method: 'PAGEMAIL', user: 'user' }, done));
    onStep('authenticate', {}, account.auth.kind === 'none');
    return { connection, extensions: login.extensions(), refreshToken: login.refreshToken() };
  } catch (error) {
    opened?.close();
    plain.destroy();
    throw login.failure() ?? connectionError(error, phase);
  }
}

function smtpConnection(
  account: RelayAccount,
  socket: net.Socket,
  tlsOptions: tls.ConnectionOptions,
  options: ConnectOptions,
  login: SMTPConnectionCustomAuthHandler,
): SMTPConnection {
  const connection = new SMTPConnection({
    connection: socket,
    host: account.host,
    port: account.port,
    secure: account.security === 'tls',
    secured: account.security === 'tls',
    requireTLS: account.security === 'starttls',
    ignoreTLS: account.security === 'none',
    tls: tlsOptions,
    name: options.heloName,
    connectionTimeout: options.timeouts.greetingMs,
    greetingTimeout: options.timeouts.greetingMs,
    socketTimeout: options.timeouts.smtpIdleMs,
    socketCloseTimeout: 0,
    maxResponseSize: MAX_SMTP_REPLY_BYTES,
    customAuth: { PAGEMAIL: login },
    ...(options.onDialogue && { transactionLog: true, logger: dialogueLogger(options.onDialogue) }),
  });
  // Errors reach the caller through callbacks and `settled`; without a listener a late one would end the process.
  connection.on('error', () => undefined);
  return connection;
}

/**
 * A login handler for nodemailer, which is also the one way it documents for learning what the server offers; so it runs even where
 * there is no login. It keeps its failure aside, because nodemailer writes its own code into errors that pass through it.
 */
function loginHandler(auth: RelayAccount['auth'], tokens: AccessTokens) {
  let offered: readonly string[] = [];
  let failure: RelayError | undefined;
  let renewed: string | undefined;
  const handler: SMTPConnectionCustomAuthHandler = async (context) => {
    offered = context.extensions;
    try {
      await saslLogin(auth, context, async (account) => {
        const { token, refreshToken } = await tokens.get(account);
        renewed = refreshToken;
        return token;
      });
    } catch (error) {
      failure = asRelayError(error);
      if (auth.kind === 'oauth2' && failure.code === 'LOGIN_TOKEN_REFUSED') tokens.forget(auth);
      throw new Error('login failed');
    }
  };
  return { handler, extensions: () => offered, failure: () => failure, refreshToken: () => renewed };
}

/** TCP to the first address that answers; they share `ms`, so that a name with many costs no more than one. @throws the last failure */
async function connectToOne(addresses: readonly string[], port: number, ms: number): Promise<net.Socket> {
  let failure: unknown;
  for (const host of addresses) {
    try {
      return await ready(net.connect({ host, port, noDelay: true, keepAlive: true }), 'connect', ms / addresses.length);
    } catch (error) {
      failure = error;
    }
  }
  throw connectionError(failure, 'connect');
}

const handshake = (socket: net.Socket, options: tls.ConnectionOptions, ms: number): Promise<net.Socket> =>
  ready(tls.connect({ ...options, socket }), 'secureConnect', ms);

/** Waits for a socket's `event`; on failure or after the time limit the socket is gone. */
function ready<S extends net.Socket>(socket: S, event: 'connect' | 'secureConnect', ms: number): Promise<S> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => fail(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })), ms);
    const fail = (error: Error): void => {
      clearTimeout(timer);
      socket.destroy();
      reject(error);
    };
    const closed = (): void => fail(Object.assign(new Error('closed'), { code: 'ECONNRESET' }));
    socket.once('error', fail).once('close', closed);
    socket.once(event, () => {
      clearTimeout(timer);
      socket.off('error', fail).off('close', closed);
      resolve(socket);
    });
  });
}

/** A step of nodemailer's as a promise that also ends when the connection does, or after `ms`; then the connection is closed. */
export function settled<T>(
  connection: SMTPConnection,
  ms: number,
  start: (done: (error?: Error | null, value?: T) => void) => void,
): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const ended = (): void => finish(Object.assign(new Error('closed'), { code: 'ECONNECTION' }));
    // 'end' follows 'error' at once: the error is the better reason.
    const later = (): void => void setImmediate(ended);
    const timer = setTimeout(() => {
      finish(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' }));
      connection.close();
    }, ms);
    const finish = (error?: Error | null, value?: T): void => {
      clearTimeout(timer);
      connection.off('error', finish).off('end', later);
      if (error) reject(error);
      else resolve(value);
    };
    connection.once('error', finish).once('end', later);
    start(finish);
  });
}

/** Certificates are checked against the name in the account; SNI carries it unless it is an address (RFC 6066 §3). */
const tlsOptionsOf = (host: string, secureContext: tls.SecureContext): tls.ConnectionOptions => ({
  secureContext,
  host,
  servername: net.isIP(host) ? '' : host,
  minVersion: 'TLSv1.2',
  rejectUnauthorized: true,
});

function certificateDetails(socket: unknown): Record<string, string> {
  if (!(socket instanceof tls.TLSSocket)) return {};
  const certificate = socket.getPeerX509Certificate();
  const names = { subject: certificate?.subject, issuer: certificate?.issuer, validTo: certificate?.validToDate.toISOString() };
  const facts = { protocol: socket.getProtocol() ?? undefined, cipher: socket.getCipher().name, ...names };
  return Object.fromEntries(Object.entries(facts).flatMap(([key, value]) => (value ? [[key, value.replaceAll('\n', ', ')]] : [])));
}

const isLoopback = (address = ''): boolean => address === '::1' || /^(::ffff:)?127\./.test(address);

/** nodemailer's log calls, reduced to the dialogue. */
function dialogueLogger(onDialogue: NonNullable<ConnectOptions['onDialogue']>) {
  const ignore = (): void => undefined;
  const debug = (entry: { tnx?: string }, line?: string): void => {
    if (entry.tnx === 'client' || entry.tnx === 'server') onDialogue(entry.tnx, String(line));
  };
  return { trace: ignore, debug, info: ignore, warn: ignore, error: ignore, fatal: ignore };
}
