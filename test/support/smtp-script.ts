/** A mail server that does exactly what a test writes down, octet by octet. */
import net, { type AddressInfo, type Socket } from 'node:net';
import tls from 'node:tls';
import type { Certificate } from '#test/support/smtp-certificates';

/** What to do instead of a reply. */
export const CUT = Symbol('cut the connection');
export const SILENCE = Symbol('say nothing');

type Reply = string | Buffer | typeof CUT | typeof SILENCE;
/** A reply, or a function that answers the n-th command of its kind (from 0, over all connections) and may write to the socket itself. */
export type Step = Reply | ((line: string, count: number, socket: Socket) => Reply | Promise<Reply>);

export interface Script {
  readonly greeting?: Step;
  readonly EHLO?: Step;
  readonly HELO?: Step;
  readonly STARTTLS?: Step;
  readonly AUTH?: Step;
  /** What comes after a 334. */
  readonly response?: Step;
  readonly MAIL?: Step;
  readonly RCPT?: Step;
  readonly DATA?: Step;
  /** After each chunk of data; the default says nothing. */
  readonly chunk?: Step;
  /** After the closing dot. */
  readonly dot?: Step;
  readonly QUIT?: Step;
  readonly certificate?: Certificate;
  /** TLS from the first octet. */
  readonly implicitTls?: boolean;
  readonly tlsOptions?: tls.TlsOptions;
}

export interface ScriptedServer {
  readonly port: number;
  /** Command lines as received. */
  readonly lines: string[];
  /** Mails that came to their closing dot, dots unstuffed. */
  readonly mails: string[];
  /** Octets of data received for mails that never came to their dot. */
  halfMails(): number;
  connections(): number;
  close(): Promise<void>;
}

const DEFAULTS: Script = {
  greeting: '220 mail.example.com ESMTP\r\n',
  EHLO: '250-mail.example.com\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n',
  STARTTLS: '220 2.0.0 go ahead\r\n',
  AUTH: '235 2.7.0 welcome\r\n',
  response: '235 2.7.0 welcome\r\n',
  MAIL: '250 2.1.0 ok\r\n',
  RCPT: '250 2.1.5 ok\r\n',
  DATA: '354 go on\r\n',
  dot: '250 2.0.0 queued\r\n',
  QUIT: '221 2.0.0 bye\r\n',
};

/** Starts one on a free port of 127.0.0.1. */
export async function startScriptedServer(script: Script): Promise<ScriptedServer> {
  const steps = { ...DEFAULTS, ...script };
  const lines: string[] = [];
  const mails: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  let half = 0;
  const counts = new Map<keyof Script, number>();

  const serve = (plain: Socket): void => {
    connections += 1;
    sockets.add(plain);
    plain.on('close', () => sockets.delete(plain));
    let socket = plain;
    let buffered = '';
    let inData = false;
    let more = false;
    let work: Promise<unknown> = Promise.resolve();

    const act = async (name: keyof Script, line: string): Promise<string> => {
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      const step = steps[name] as Step | undefined;
      const reply = typeof step === 'function' ? await step(line, count, socket) : (step ?? '502 5.5.1 not implemented\r\n');
      if (reply === CUT) socket.destroy();
      else if (reply !== SILENCE && !socket.destroyed) socket.write(reply);
      return String(typeof reply === 'symbol' ? '' : reply);
    };
    const secure = (): void => {
      const { key, cert } = steps.certificate ?? { key: '', cert: '' };
      plain.removeAllListeners('data');
      socket = new tls.TLSSocket(plain, { isServer: true, key, cert, ...steps.tlsOptions });
      socket.on('error', () => undefined);
      socket.on('data', take);
    };
    const onLine = async (line: string): Promise<void> => {
      if (inData) {
        if (line !== '.') {
          half += line.length + 2;
          mail.push(line.startsWith('.') ? line.slice(1) : line);
          return;
        }
        inData = false;
        half = 0;
        mails.push(mail.splice(0).join('\r\n'));
        await act('dot', line);
        return;
      }
      lines.push(line);
      const verb = line.split(/[ :]/)[0]?.toUpperCase() ?? '';
      const name = more ? 'response' : verb in steps ? (verb as keyof Script) : ('QUIT' as const);
      const reply = await act(name, line);
      more = reply.startsWith('334');
      if (name === 'DATA' && reply.startsWith('354')) inData = true;
      if (name === 'STARTTLS' && reply.startsWith('220')) secure();
      if (name === 'QUIT') socket.end();
    };
    const mail: string[] = [];
    const take = (chunk: Buffer): void => {
      buffered += chunk.toString('latin1');
      work = work.then(async () => {
        if (inData && steps.chunk !== undefined) await act('chunk', '');
        for (let end = buffered.indexOf('\r\n'); end >= 0; end = buffered.indexOf('\r\n')) {
          const line = buffered.slice(0, end);
          buffered = buffered.slice(end + 2);
          await onLine(line);
        }
      });
    };
    plain.on('error', () => undefined);
    if (steps.implicitTls) secure();
    else plain.on('data', take);
    void act('greeting', '');
  };

  const server = net.createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    mails,
    halfMails: () => half,
    connections: () => connections,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}
