/** What the relay's benchmark needs: a sink, a Confluence with one large file, relays in processes of their own, tokens, and load that costs little. */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { buildRelay } from '#relay/build';
import { freePort } from '#test/relay/redis';
import { PERMISSIONS } from '#test/relay/relay-process';
import { APP_ID, CLOUD_ID, startHttp } from '#test/relay/rig';

const SINK = '/usr/sbin/smtp-sink';
export const LARGE_BYTES = 100 * 1024 * 1024;
export const BLOCK = randomBytes(1024 * 1024);

const children: ChildProcess[] = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
export const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Postfix's smtp-sink on a free port, which it gives. */
export async function startSink(): Promise<number> {
  if (!existsSync(SINK)) throw new Error(`${SINK} is missing (Debian package postfix)`);
  const port = await freePort();
  children.push(spawn(SINK, ['-u', 'nobody', '-c', `127.0.0.1:${port}`, '1000'], { stdio: 'ignore' }));
  await sleep(500);
  return port;
}

const keys = await generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };

/** Key set, user tokens, and a file of 100 MB under every other path. */
export const startConfluence = () =>
  startHttp((request, response) => {
    if (request.url === '/jwks') return void response.end(JSON.stringify({ keys: [jwk] }));
    if (request.url === '/graphql')
      return void response.end('{"data":{"offlineUserAuthToken":{"success":true,"authToken":{"token":"t"}}}}');
    response.writeHead(200, { 'content-length': LARGE_BYTES });
    let left = LARGE_BYTES / BLOCK.length;
    const more = (): void => {
      while (left > 0) {
        left -= 1;
        if (!response.write(BLOCK)) return void response.once('drain', more);
      }
      response.end();
    };
    more();
  });

/** Invocation tokens, signed beforehand: that is the platform's work, not the relay's. `exp` in seconds since 1970. */
export function makeTokens(count: number, origin: string, exp = Math.floor(Date.now() / 1000) + 600): Promise<string[]> {
  const app = { id: APP_ID, installationId: 'bench', apiBaseUrl: `${origin}/ex/confluence/${CLOUD_ID}` };
  const sign = () =>
    new SignJWT({ app })
      .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
      .setIssuer('forge/invocation-token')
      .setAudience(APP_ID)
      .setExpirationTime(exp)
      .setJti(randomUUID())
      .sign(keys.privateKey);
  return Promise.all(Array.from({ length: count }, sign));
}

const BUNDLE = 'dist/relay/bench/main.mjs';
let built: Promise<void> | undefined;

export interface RunningRelay {
  readonly port: number;
  readonly pid: number;
  end(): void;
}
/** A relay as it is run in earnest, under the permission model and without quotas. `flags` are further ones for Node. */
export async function startRelayProcess(sinkPort: number, origin: string, flags: readonly string[] = []): Promise<RunningRelay> {
  built ??= buildRelay(BUNDLE);
  await built;
  const port = await freePort();
  const quotas = ['MESSAGES_PER_MINUTE', 'MESSAGES_PER_DAY', 'RECIPIENTS_PER_DAY', 'BYTES_PER_DAY', 'CONCURRENT'];
  const env = {
    ...process.env,
    RELAY_PORT: String(port),
    RELAY_APP_IDS: APP_ID,
    RELAY_JWKS_URL: `${origin}/jwks`,
    RELAY_GRAPHQL_URL: `${origin}/graphql`,
    RELAY_CONFLUENCE_HOSTS: origin,
    RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
    RELAY_ALLOW_PORTS: String(sinkPort),
    RELAY_ALLOW_CLEAR_TEXT: 'true',
    RELAY_MAX_MESSAGE_BYTES: String(1024 ** 3),
    ...Object.fromEntries(quotas.map((name) => [`RELAY_QUOTA_${name}`, '0'])),
  };
  const permissions = flags.length > 0 ? [] : PERMISSIONS;
  const child = spawn(process.execPath, [...permissions, ...flags, BUNDLE], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  const ready = (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/readyz`)
      .then(({ ok }) => ok)
      .catch(() => false);
  while (!(await ready())) await sleep(50);
  return { port, pid: child.pid ?? 0, end: () => void child.kill('SIGTERM') };
}

const statusOf = (pid: number, field: string): number =>
  Number(new RegExp(`${field}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
export const peakMegabytes = (pid: number): number => statusOf(pid, 'VmHWM');
export const residentMegabytes = (pid: number): number => statusOf(pid, 'VmRSS');
/** User and system time of a process so far, in seconds, to the hundredth. */
export function cpuSeconds(pid: number | 'self'): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

export const requestOctets = (path: string, token: string, body: string): Buffer =>
  Buffer.from(
    `POST ${path} HTTP/1.1\r\nhost: relay\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\nx-forge-oauth-system: s\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );

/** A kept HTTP connection that costs next to nothing: sends prepared octets, gives the status of the answer. */
export function httpClient(port: number) {
  let socket: net.Socket | undefined;
  const open = (): net.Socket => {
    const made = net.connect({ port, host: '127.0.0.1', noDelay: true });
    return made.once('close', () => {
      socket = undefined;
    });
  };
  return {
    send: (request: Buffer): Promise<number> =>
      new Promise((resolve, reject) => {
        socket ??= open();
        const on = socket;
        let text = '';
        const take = (chunk: Buffer): void => {
          text += chunk.toString('latin1');
          const head = text.indexOf('\r\n\r\n');
          const length = /content-length: (\d+)/i.exec(text)?.[1];
          if (head < 0 || text.length < head + 4 + Number(length ?? 0)) return;
          on.off('data', take).off('error', reject).off('close', lost);
          resolve(Number(text.slice(9, 12)));
        };
        const lost = (): void => reject(new Error('the relay closed the connection'));
        on.on('data', take).once('error', reject).once('close', lost).write(request);
      }),
    close: () => void socket?.destroy(),
  };
}

/** Runs `worker` `workers` times side by side, each until `ms` are over; gives the rounds a second of all. */
export async function rate(ms: number, workers: number, worker: (index: number) => () => Promise<void>): Promise<number> {
  const start = performance.now();
  let done = 0;
  const loop = async (index: number): Promise<void> => {
    const work = worker(index);
    while (performance.now() - start < ms) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, (_, index) => loop(index)));
  return (done * 1000) / (performance.now() - start);
}
