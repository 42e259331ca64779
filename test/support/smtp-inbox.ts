/** A mail server that keeps what it gets, on the smtp-server package. */
import type { AddressInfo } from 'node:net';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';

export interface ReceivedMail {
  readonly from: string;
  readonly to: readonly string[];
  /** The mail as it arrived, dots unstuffed. */
  readonly raw: Buffer;
  readonly secure: boolean;
  readonly user: string | undefined;
}
export interface SmtpInbox {
  readonly port: number;
  readonly mails: ReceivedMail[];
  /** Connections accepted so far. */
  connections(): number;
  close(): Promise<void>;
}

/** Starts one on a free port of 127.0.0.1. `options` are smtp-server's. */
export async function startSmtpInbox(options: SMTPServerOptions = {}): Promise<SmtpInbox> {
  const mails: ReceivedMail[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: options.key ? [] : ['STARTTLS'],
    onConnect(_session, callback) {
      connections += 1;
      callback();
    },
    onAuth: (auth, _session, callback) => callback(null, { user: auth.username ?? '' }),
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope;
        const user = typeof session.user === 'string' ? session.user : undefined;
        mails.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          raw: Buffer.concat(chunks),
          secure: session.secure,
          user,
        });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    connections: () => connections,
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
