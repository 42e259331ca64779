/**
 * Ratios of the relay against nodemailer, in one run on one machine; sink: Postfix's smtp-sink on loopback.
 * `node test/bench/relay.ts [seconds]`. Each figure is the median of rounds that take turns, because machines are noisy.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes, randomUUID } from 'node:crypto';
import { createWriteStream, existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import nodemailer from 'nodemailer';
import { buildRelay } from '#relay/build';
import { freePort } from '#test/relay/redis';
import { APP_ID, CLOUD_ID, sendRequest, startHttp } from '#test/relay/rig';

const SINK = '/usr/sbin/smtp-sink';
const ROUNDS = 5;
const ROUND_MS = 1000 * Number(process.argv[2] ?? 3);
const CONNECTIONS = 10;
if (!existsSync(SINK)) throw new Error(`${SINK} is missing (Debian package postfix)`);

const children: ChildProcess[] = [];
process.on('exit', () => {
  for (const child of children) child.kill('SIGKILL');
});
const median = (values: number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const reachable = (url: string): Promise<boolean> =>
  fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );

const sinkPort = await freePort();
children.push(spawn(SINK, ['-u', 'nobody', '-c', `127.0.0.1:${sinkPort}`, '1000'], { stdio: 'ignore' }));
await sleep(500);

// --- what stands around the relay -----------------------------------------------------------------------------------
const keys = await generateKeyPair('RS256', { extractable: true });
const jwk = { ...(await exportJWK(keys.publicKey)), kid: 'bench', alg: 'RS256', use: 'sig' };
const LARGE = 100 * 1024 * 1024;
const block = randomBytes(1024 * 1024);
const confluence = await startHttp((request, response) => {
  if (request.url === '/jwks') return void response.end(JSON.stringify({ keys: [jwk] }));
  if (request.url === '/graphql') return void response.end('{"data":{"offlineUserAuthToken":{"success":true,"authToken":{"token":"t"}}}}');
  response.writeHead(200, { 'content-length': LARGE });
  let left = LARGE / block.length;
  const more = (): void => {
    while (left > 0) {
      left -= 1;
      if (!response.write(block)) return void response.once('drain', more);
    }
    response.end();
  };
  more();
});

const bundle = 'dist/relay/bench/main.mjs';
await buildRelay(bundle);

interface RunningRelay {
  readonly url: string;
  readonly pid: number;
}
async function startRelayProcess(): Promise<RunningRelay> {
  const port = await freePort();
  const env = {
    ...process.env,
    RELAY_PORT: String(port),
    RELAY_APP_IDS: APP_ID,
    RELAY_JWKS_URL: `${confluence.origin}/jwks`,
    RELAY_GRAPHQL_URL: `${confluence.origin}/graphql`,
    RELAY_CONFLUENCE_HOSTS: confluence.origin,
    RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
    RELAY_ALLOW_PORTS: String(sinkPort),
    RELAY_ALLOW_CLEAR_TEXT: 'true',
    RELAY_MAX_MESSAGE_BYTES: String(1024 ** 3),
    RELAY_QUOTA_MESSAGES_PER_MINUTE: '0',
    RELAY_QUOTA_MESSAGES_PER_DAY: '0',
    RELAY_QUOTA_RECIPIENTS_PER_DAY: '0',
    RELAY_QUOTA_BYTES_PER_DAY: '0',
    RELAY_QUOTA_CONCURRENT: '0',
  };
  const child = spawn(process.execPath, [bundle], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  children.push(child);
  const url = `http://127.0.0.1:${port}`;
  while (!(await reachable(`${url}/readyz`))) await sleep(50);
  return { url, pid: child.pid ?? 0 };
}

// --- load -----------------------------------------------------------------------------------------------------------
const HTML = `<p>${'The quick brown fox jumps over the lazy dog. '.repeat(85)}</p>`;
const TEXT = 'The quick brown fox jumps over the lazy dog.\n'.repeat(70);
const now = (): number => Math.floor(Date.now() / 1000);
/** Tokens are signed beforehand: that is the platform's work, not the relay's. */
async function tokens(count: number): Promise<string[]> {
  const app = { id: APP_ID, installationId: 'bench', apiBaseUrl: `${confluence.origin}/ex/confluence/${CLOUD_ID}` };
  const sign = () =>
    new SignJWT({ app })
      .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
      .setIssuer('forge/invocation-token')
      .setAudience(APP_ID)
      .setIssuedAt()
      .setNotBefore(now())
      .setExpirationTime('10m')
      .setJti(randomUUID())
      .sign(keys.privateKey);
  return Promise.all(Array.from({ length: count }, sign));
}
const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
function post(url: string, path: string, token: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${token}`,
      'content-type': 'application/json',
      'x-forge-oauth-system': 's',
      'content-length': Buffer.byteLength(body),
    };
    const request = http.request(url + path, { method: 'POST', agent, headers }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
    });
    request.on('error', reject).end(body);
  });
}
/** Repeats `work` on `workers` at once for `ms`; gives the number per second. */
async function rate(ms: number, workers: number, work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  let done = 0;
  const loop = async (): Promise<void> => {
    while (performance.now() - start < ms) {
      await work();
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: workers }, loop));
  return (done * 1000) / (performance.now() - start);
}

export { HTML, LARGE, SINK, TEXT };

console.log(`nodes: ${process.version}; rounds: ${ROUNDS} of ${ROUND_MS} ms`);

// nodemailer's own loop runs in a process of its own, like the relay, so that both have one core for themselves.
const loopFile = join(import.meta.dirname, 'relay-nodemailer.ts');
async function nodemailerRate(ms: number): Promise<number> {
  const child = spawn(process.execPath, [loopFile, String(sinkPort), String(ms), String(CONNECTIONS)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return Number(text);
}

const relay = await startRelayProcess();
const message = (): string => JSON.stringify(sendRequest(sinkPort, { message: { html: HTML, text: TEXT } }));
const bodies = Array.from({ length: 200 }, message);
let pool = await tokens(3000);
const token = (): string => pool.pop() ?? '';
const refill = async (): Promise<void> => {
  if (pool.length < 6000) pool = [...pool, ...(await tokens(6000))];
};
let next = 0;
const sendTo = (url: string) => async (): Promise<void> => {
  const status = await post(url, '/v1/messages', token(), bodies[next++ % bodies.length] ?? '');
  if (status !== 200) throw new Error(`relay answered ${status}`);
};
await rate(2000, CONNECTIONS, sendTo(relay.url));

const ours: number[] = [];
const theirs: number[] = [];
for (let round = 0; round < ROUNDS; round += 1) {
  await refill();
  ours.push(await rate(ROUND_MS, CONNECTIONS, sendTo(relay.url)));
  theirs.push(await nodemailerRate(ROUND_MS));
}
const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} ×`;
console.log(
  `small mails, 10 connections: relay ${median(ours).toFixed(0)}/s, nodemailer pooled ${median(theirs).toFixed(0)}/s: ${ratio(median(ours), median(theirs))} (aim ≥ 1.0 ×)`,
);

// --- added latency ----------------------------------------------------------------------------------------------------
const direct = nodemailer.createTransport({ host: '127.0.0.1', port: sinkPort, pool: true, maxConnections: 1, ignoreTLS: true });
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};
const latencies = { relay: [] as number[], direct: [] as number[] };
await refill();
for (let count = 0; count < 300; count += 1) {
  latencies.relay.push(await timed(sendTo(relay.url)));
  latencies.direct.push(
    await timed(() =>
      direct.sendMail({ from: 'pages@example.org', to: 'bruno.keller@example.com', subject: 'Release plan', html: HTML, text: TEXT }),
    ),
  );
}
direct.close();
console.log(
  `added latency of one small mail, warm: ${(median(latencies.relay) - median(latencies.direct)).toFixed(2)} ms at the median (aim ≤ 5 ms)`,
);

// --- bad tokens --------------------------------------------------------------------------------------------------------
const [good = ''] = await tokens(1);
const bad = `${good.slice(0, -8)}AAAAAAAA`;
const expired = await new SignJWT({})
  .setProtectedHeader({ alg: 'RS256', kid: 'bench' })
  .setIssuer('forge/invocation-token')
  .setAudience(APP_ID)
  .setExpirationTime(1)
  .setJti('x')
  .sign(keys.privateKey);
const cpuSeconds = (pid: number): number => {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / 100;
};
for (const [name, what] of [
  ['a bad signature', bad],
  ['an expired token', expired],
] as const) {
  const before = cpuSeconds(relay.pid);
  const start = performance.now();
  const perSecond = await rate(ROUND_MS, 32, async () => void (await post(relay.url, '/v1/messages', what, '{}')));
  const cpu = (cpuSeconds(relay.pid) - before) / ((performance.now() - start) / 1000);
  console.log(
    `refusing ${name}: ${perSecond.toFixed(0)}/s at ${(cpu * 100).toFixed(0)} % of a core, ${(perSecond / cpu).toFixed(0)}/s for each core (aim ≥ 5,000/s)`,
  );
}

// --- one large attachment ------------------------------------------------------------------------------------------------
const folder = await mkdtemp(join(tmpdir(), 'pagemail-bench-'));
const largeFile = join(folder, 'large.bin');
await new Promise<void>((resolve, reject) => {
  const out = createWriteStream(largeFile).on('finish', resolve).on('error', reject);
  for (let count = 0; count < LARGE / block.length; count += 1) out.write(block);
  out.end();
});
await writeFile(join(folder, 'done'), '');
const peakMegabytes = (pid: number): number => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
async function nodemailerLarge(): Promise<{ seconds: number; peak: number }> {
  const child = spawn(process.execPath, [loopFile, String(sinkPort), 'file', largeFile], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as { seconds: number; peak: number };
}
const large = { ours: [] as number[], theirs: [] as number[], oursPeak: [] as number[], theirsPeak: [] as number[] };
const attachment = {
  contentId: '1',
  attachmentId: '2',
  version: 1,
  sizeBytes: LARGE,
  filename: 'large.bin',
  mediaType: 'application/octet-stream',
};
for (let round = 0; round < 3; round += 1) {
  const fresh = await startRelayProcess();
  const [one = ''] = await tokens(1);
  const body = JSON.stringify(sendRequest(sinkPort, { message: { attachments: [attachment] } }));
  large.ours.push(
    (await timed(async () => {
      const status = await post(fresh.url, '/v1/messages', one, body);
      if (status !== 200) throw new Error(`relay answered ${status}`);
    })) / 1000,
  );
  large.oursPeak.push(peakMegabytes(fresh.pid));
  process.kill(fresh.pid, 'SIGKILL');
  const { seconds, peak } = await nodemailerLarge();
  large.theirs.push(seconds);
  large.theirsPeak.push(peak);
}
console.log(
  `one attachment of 100 MB: relay ${(100 / median(large.ours)).toFixed(0)} MB/s, nodemailer from a file ${(100 / median(large.theirs)).toFixed(0)} MB/s: ${ratio(median(large.theirs), median(large.ours))} (aim ≥ 0.9 ×)`,
);
console.log(
  `  peak memory: relay ${median(large.oursPeak).toFixed(0)} MB, nodemailer ${median(large.theirsPeak).toFixed(0)} MB: ${ratio(median(large.oursPeak), median(large.theirsPeak))} (aim ≤ 1.2 ×)`,
);

const memory = await startRelayProcess();
const residentMegabytes = (pid: number): number => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
const idle = residentMegabytes(memory.pid);
const ten = await tokens(10);
await Promise.all(
  ten.map((one) =>
    post(memory.url, '/v1/messages', one, JSON.stringify(sendRequest(sinkPort, { message: { attachments: [attachment] } }))),
  ),
);
console.log(`ten at once: ${(peakMegabytes(memory.pid) - idle).toFixed(0)} MB over idle (aim < 150 MB)`);

// --- two relays behind a round-robin ------------------------------------------------------------------------------------
const second = await startRelayProcess();
await rate(2000, CONNECTIONS, sendTo(second.url));
const one: number[] = [];
const two: number[] = [];
let turn = 0;
for (let round = 0; round < 3; round += 1) {
  await refill();
  one.push(await rate(ROUND_MS, 2 * CONNECTIONS, sendTo(relay.url)));
  await refill();
  two.push(await rate(ROUND_MS, 2 * CONNECTIONS, () => sendTo([relay.url, second.url][turn++ % 2] ?? '')()));
}
console.log(
  `two relays: ${median(two).toFixed(0)}/s, one: ${median(one).toFixed(0)}/s: ${ratio(median(two), median(one))} (aim ≥ 1.7 ×; sink and load share the cores here)`,
);
await rm(folder, { recursive: true });
process.exit(0);
