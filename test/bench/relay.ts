/**
 * Ratios of the relay against nodemailer, in one run on one machine; sink: Postfix's smtp-sink on loopback.
 * `node test/bench/relay.ts [seconds a round] [small latency tokens large two …]`. Figures are medians of rounds that take turns,
 * because machines are noisy; the load average stands beside them, because neighbours are.
 */
import { spawn } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import nodemailer from 'nodemailer';
import {
  BLOCK,
  cpuSeconds,
  httpClient,
  LARGE_BYTES,
  makeTokens,
  median,
  peakMegabytes,
  type RunningRelay,
  rate,
  requestOctets,
  residentMegabytes,
  startConfluence,
  startRelayProcess,
  startSink,
} from '#test/bench/relay-rig';
import { sendRequest } from '#test/relay/rig';

const [seconds = '3', ...chosen] = process.argv.slice(2);
const ROUND_MS = 1000 * Number(seconds);
const ROUNDS = 5;
const CONNECTIONS = 10;
const HTML = `<p>${'The quick brown fox jumps over the lazy dog. '.repeat(85)}</p>`;
const TEXT = 'The quick brown fox jumps over the lazy dog.\n'.repeat(70);
const load = (): string => `load ${loadavg()[0]?.toFixed(1)}`;
const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} ×`;

const sinkPort = await startSink();
const { origin } = await startConfluence();
const startRelay = (flags: readonly string[] = []): Promise<RunningRelay> => startRelayProcess(sinkPort, origin, flags);
console.log(`Node ${process.version}, ${cpus().length} cores, ${ROUNDS} rounds of ${ROUND_MS} ms, ${load()}`);

const bodies = Array.from({ length: 200 }, () => JSON.stringify(sendRequest(sinkPort, { message: { html: HTML, text: TEXT } })));
let pool: Buffer[] = [];
/** Requests with unused tokens, enough for a round. */
async function refill(): Promise<void> {
  const tokens = await makeTokens(Math.max(0, ROUND_MS * 4 - pool.length), origin);
  pool = [...pool, ...tokens.map((token, index) => requestOctets('/v1/messages', token, bodies[index % bodies.length] ?? ''))];
}
const sender = (relays: readonly RunningRelay[]) => (index: number) => {
  const client = httpClient(relays[index % relays.length]?.port ?? 0);
  return async (): Promise<void> => {
    const status = await client.send(pool.pop() ?? Buffer.alloc(0));
    if (status !== 200) throw new Error(`relay answered ${status}`);
  };
};
/** Mails a second, and processor time of the relays for one mail, in ms. */
async function mails(relays: readonly RunningRelay[], workers: number): Promise<{ perSecond: number; cpuMs: number }> {
  await refill();
  const cpu = (): number => relays.reduce((sum, { pid }) => sum + cpuSeconds(pid), 0);
  const [before, start] = [cpu(), performance.now()];
  const perSecond = await rate(ROUND_MS, workers, sender(relays));
  return { perSecond, cpuMs: ((cpu() - before) * 1e6) / (perSecond * (performance.now() - start)) };
}

// nodemailer's own loop runs in a process of its own, like the relay, so that both have one core for themselves.
async function alone<T>(...args: string[]): Promise<T> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'relay-nodemailer.ts'), String(sinkPort), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  for await (const chunk of child.stdout) text += String(chunk);
  return JSON.parse(text) as T;
}
const timed = async (work: () => Promise<unknown>): Promise<number> => {
  const start = performance.now();
  await work();
  return performance.now() - start;
};

async function small(): Promise<void> {
  const relay = await startRelay();
  await mails([relay], CONNECTIONS);
  const ours: { perSecond: number; cpuMs: number }[] = [];
  const theirs: { perSecond: number; cpuMs: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(await mails([relay], CONNECTIONS));
    theirs.push(await alone('small', String(ROUND_MS), String(CONNECTIONS)));
  }
  const of = (list: typeof ours, field: 'perSecond' | 'cpuMs'): number => median(list.map((one) => one[field]));
  const [a, b] = [of(ours, 'perSecond'), of(theirs, 'perSecond')];
  console.log(
    `small mails, 10 connections: relay ${a.toFixed(0)}/s, nodemailer pooled ${b.toFixed(0)}/s: ${ratio(a, b)} (aim ≥ 1.0 ×), ${load()}`,
  );
  console.log(`  rounds: ${ours.map((one, index) => ratio(one.perSecond, theirs[index]?.perSecond ?? 0)).join(', ')}`);
  console.log(`  processor time for a mail: relay ${of(ours, 'cpuMs').toFixed(2)} ms, nodemailer ${of(theirs, 'cpuMs').toFixed(2)} ms`);
  relay.end();
}

async function latency(): Promise<void> {
  const relay = await startRelay();
  await mails([relay], CONNECTIONS);
  const direct = nodemailer.createTransport({ host: '127.0.0.1', port: sinkPort, pool: true, maxConnections: 1, ignoreTLS: true });
  const send = sender([relay])(0);
  const times = { relay: [] as number[], direct: [] as number[] };
  await refill();
  for (let count = 0; count < 300; count += 1) {
    times.relay.push(await timed(send));
    times.direct.push(
      await timed(() =>
        direct.sendMail({ from: 'pages@example.org', to: 'bruno.keller@example.com', subject: 'Release plan', html: HTML, text: TEXT }),
      ),
    );
  }
  direct.close();
  console.log(
    `added latency of one small mail, warm: ${(median(times.relay) - median(times.direct)).toFixed(2)} ms at the median (aim ≤ 5 ms), ${load()}`,
  );
  relay.end();
}

async function tokens(): Promise<void> {
  const relay = await startRelay();
  const [good = ''] = await makeTokens(1, origin);
  const [expired = ''] = await makeTokens(1, origin, 1);
  const other = (await makeTokens(1, origin))[0]?.split('.')[2] ?? '';
  const forged = good.split('.').with(2, other).join('.');
  for (const [name, token] of [
    ['a forged signature', forged],
    ['an expired token', expired],
  ] as const) {
    const request = requestOctets('/v1/messages', token, '{}');
    const worker = (): (() => Promise<void>) => {
      const client = httpClient(relay.port);
      return async () => {
        const status = await client.send(request);
        if (status !== 401) throw new Error(`relay answered ${status}`);
      };
    };
    await rate(1000, 32, worker);
    const [before, start] = [cpuSeconds(relay.pid), performance.now()];
    const perSecond = await rate(ROUND_MS, 32, worker);
    const cores = (cpuSeconds(relay.pid) - before) / ((performance.now() - start) / 1000);
    console.log(
      `refusing ${name}: ${perSecond.toFixed(0)}/s on ${cores.toFixed(2)} cores, ${(perSecond / cores).toFixed(0)}/s for each core (aim ≥ 5,000/s), ${load()}`,
    );
  }
  relay.end();
}

const attachment = {
  contentId: '1',
  attachmentId: '2',
  version: 1,
  sizeBytes: LARGE_BYTES,
  filename: 'large.bin',
  mediaType: 'application/octet-stream',
};
async function sendLarge(relay: RunningRelay): Promise<void> {
  const [token = ''] = await makeTokens(1, origin);
  const body = JSON.stringify(sendRequest(sinkPort, { message: { attachments: [attachment] } }));
  const status = await httpClient(relay.port).send(requestOctets('/v1/messages', token, body));
  if (status !== 200) throw new Error(`relay answered ${status}`);
}

async function large(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'pagemail-bench-'));
  const file = await open(join(folder, 'large.bin'), 'w');
  for (let count = 0; count < LARGE_BYTES / BLOCK.length; count += 1) await file.write(BLOCK);
  await file.close();
  const seconds = { ours: [] as number[], theirs: [] as number[] };
  const peak = { ours: [] as number[], theirs: [] as number[] };
  for (let round = 0; round < ROUNDS; round += 1) {
    const fresh = await startRelay();
    seconds.ours.push((await timed(() => sendLarge(fresh))) / 1000);
    peak.ours.push(peakMegabytes(fresh.pid));
    fresh.end();
    const theirs = await alone<{ seconds: number; peak: number }>('file', join(folder, 'large.bin'));
    seconds.theirs.push(theirs.seconds);
    peak.theirs.push(theirs.peak);
  }
  await rm(folder, { recursive: true });
  const [a, b] = [100 / median(seconds.ours), 100 / median(seconds.theirs)];
  console.log(
    `one attachment of 100 MB: relay ${a.toFixed(0)} MB/s, nodemailer from a file ${b.toFixed(0)} MB/s: ${ratio(a, b)} (aim ≥ 0.9 ×), ${load()}`,
  );
  const [c, d] = [median(peak.ours), median(peak.theirs)];
  console.log(`  peak memory: relay ${c.toFixed(0)} MB, nodemailer ${d.toFixed(0)} MB: ${ratio(c, d)} (aim ≤ 1.2 ×)`);
  const relay = await startRelay();
  const idle = residentMegabytes(relay.pid);
  await Promise.all(Array.from({ length: 10 }, () => sendLarge(relay)));
  console.log(`ten at once: ${(peakMegabytes(relay.pid) - idle).toFixed(0)} MB over idle (aim < 150 MB)`);
  relay.end();
}

async function two(): Promise<void> {
  const relays = [await startRelay(), await startRelay()];
  for (const relay of relays) await mails([relay], CONNECTIONS);
  const results = { one: [] as { perSecond: number; cpuMs: number }[], two: [] as { perSecond: number; cpuMs: number }[] };
  const own: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    results.one.push(await mails(relays.slice(0, 1), 2 * CONNECTIONS));
    await refill();
    const before = cpuSeconds('self');
    const both = await mails(relays, 2 * CONNECTIONS);
    own.push(((cpuSeconds('self') - before) * 1000) / (both.perSecond * (ROUND_MS / 1000)));
    results.two.push(both);
  }
  const of = (list: typeof results.one, field: 'perSecond' | 'cpuMs'): number => median(list.map((one) => one[field]));
  const [a, b] = [of(results.two, 'perSecond'), of(results.one, 'perSecond')];
  const [c, d] = [of(results.two, 'cpuMs'), of(results.one, 'cpuMs')];
  console.log(`two relays: ${a.toFixed(0)}/s, one: ${b.toFixed(0)}/s: ${ratio(a, b)} (aim ≥ 1.7 ×), ${load()}`);
  console.log(
    `  processor time of the relays for a mail: ${c.toFixed(2)} ms with two, ${d.toFixed(2)} ms with one: with a core each, two do ${ratio(2 * d, c)} the work of one`,
  );
  console.log(`  here sink, load (${median(own).toFixed(2)} ms a mail) and relays share ${cpus().length} cores`);
  for (const relay of relays) relay.end();
}

const sections = { small, latency, tokens, large, two };
for (const [name, run] of Object.entries(sections)) if (chosen.length === 0 || chosen.includes(name)) await run();
process.exit(0);
