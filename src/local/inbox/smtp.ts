/** The submission server of the local site: STARTTLS, login, size limit; keeps what it takes, as bytes. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerSession } from 'smtp-server';
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import type { Certificate } from '#local/inbox/certificate';
import type { InboxStore } from '#local/inbox/store';

/** An SMTP reply that refuses: RFC 5321 code and text with its enhanced status code (RFC 3463). */
export interface Refusal {
  readonly code: number;
  readonly text: string;
}

/** What a test may make the server do. */
export interface InboxControls {
  /** Refuses this recipient from now on. */
  refuse(address: string, refusal?: Refusal): void;
  /** Answers 451 to this recipient the next time. */
  deferOnce(address: string): void;
  /** Breaks the connection after the data of the next mail, before it answers; `keep` tells whether the mail is kept all the same. */
  dropAfterData(keep: boolean): void;
  /** Login that is accepted from now on. */
  setLogin(user: string, password: string): void;
  /** Logins so far, with whether each was accepted. */
  readonly logins: readonly { readonly user: string; readonly accepted: boolean }[];
  /** Back to normal. */
  reset(): void;
}

export interface InboxServer {
  readonly port: number;
  readonly controls: InboxControls;
  close(): Promise<void>;
}

export interface Login {
  readonly user: string;
  readonly password: string;
}

const reply = ({ code, text }: Refusal): Error => Object.assign(new Error(text), { responseCode: code });
const NO_SUCH_USER: Refusal = { code: 550, text: '5.1.1 No such user here' };
const TRY_LATER: Refusal = { code: 451, text: '4.2.1 Try again later' };
const WRONG_LOGIN: Refusal = { code: 535, text: '5.7.8 Authentication credentials invalid' };
const TOO_LARGE: Refusal = { code: 552, text: '5.3.4 Message too big' };

/** Listens on 127.0.0.1 (port 0: a free one) and puts what arrives into the store. */
export async function startInboxServer(options: {
  port: number;
  login: Login;
  certificate: Certificate;
  store: InboxStore;
  /** Recipients that are never taken, and that are put off at every other attempt, whatever the controls say. */
  difficult?: { readonly refused: string; readonly deferred: string };
}): Promise<InboxServer> {
  let login = options.login;
  let drop: { keep: boolean } | undefined;
  const refused = new Map<string, Refusal>();
  const deferred = new Set<string>();
  const { difficult } = options;
  let isPutOff = false;
  const logins: { user: string; accepted: boolean }[] = [];

  const refusalOf = (address: string): Refusal | undefined => {
    const key = address.toLowerCase();
    if (key === difficult?.refused) return NO_SUCH_USER;
    if (key === difficult?.deferred) {
      isPutOff = !isPutOff;
      return isPutOff ? TRY_LATER : undefined;
    }
    return deferred.delete(key) ? TRY_LATER : refused.get(key);
  };

  const server = new SMTPServer({
    ...options.certificate,
    name: 'localhost',
    banner: 'Pagemail inbox',
    size: MAX_MESSAGE_BYTES,
    authMethods: ['PLAIN', 'LOGIN'],
    disableReverseLookup: true,
    closeTimeout: 1000,
    onAuth: (auth, _session, done) => {
      const accepted = auth.username === login.user && auth.password === login.password;
      logins.push({ user: auth.username ?? '', accepted });
      if (accepted) done(null, { user: login.user });
      else done(reply(WRONG_LOGIN));
    },
    onRcptTo: ({ address }, _session, done) => {
      const refusal = refusalOf(address);
      done(refusal ? reply(refusal) : null);
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => void take(Buffer.concat(chunks), stream.sizeExceeded, session, done));
    },
  });

  const take = async (
    raw: Buffer,
    isTooLarge: boolean,
    session: SMTPServerSession,
    done: (error?: Error | null) => void,
  ): Promise<void> => {
    if (isTooLarge) return done(reply(TOO_LARGE));
    const dropping = drop;
    drop = undefined;
    const { mailFrom, rcptTo } = session.envelope;
    const envelope = { from: mailFrom ? mailFrom.address : '', to: rcptTo.map(({ address }) => address) };
    if (!dropping || dropping.keep) await options.store.add(envelope, raw);
    if (!dropping) return done();
    for (const connection of server.connections) if (connection.session === session) connection._socket.destroy();
  };

  server.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.server.once('error', reject);
    server.listen(options.port, '127.0.0.1', resolve);
  });
  return {
    port: (server.server.address() as AddressInfo).port,
    controls: {
      refuse: (address, refusal = NO_SUCH_USER) => refused.set(address.toLowerCase(), refusal),
      deferOnce: (address) => deferred.add(address.toLowerCase()),
      dropAfterData: (keep) => {
        drop = { keep };
      },
      setLogin: (user, password) => {
        login = { user, password };
      },
      logins,
      reset: () => {
        refused.clear();
        deferred.clear();
        drop = undefined;
        login = options.login;
      },
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
