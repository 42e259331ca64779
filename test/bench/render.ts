/**
 * How fast and in how much memory pages become mails, against the chain one would otherwise put together, in the same run:
 * node test/bench/render.ts
 * Each measurement is a process of its own, ours and the chain's in turn; medians of CPU time, which a busy machine disturbs less.
 */
import { spawnSync } from 'node:child_process';
import { renderPage } from '#mail/render/index';
import { ownPages, realPages } from '#test/bench/fidelity/pages';
import { chain } from '#test/bench/render/chain';
import { inputFor } from '#test/mail/render/support';

const SIZES = [20_000, 200_000, 2_000_000, 10_000_000];
const ROUNDS = 3;
/** The chain needs most of a minute for the largest page. */
const ROUNDS_OF_LARGEST = 1;

/** A page of about `size` characters, put together of real pages (our own where there are none), each whole. */
function pageOf(size: number): string {
  const sources = realPages().length > 0 ? realPages() : ownPages();
  const parts: string[] = [];
  for (let length = 0, at = 0; length < size; at += 1) {
    const { html = '' } = sources[at % sources.length] ?? {};
    const part = html.replace(/<iframe[^>]*\/>/g, '');
    parts.push(part);
    length += part.length;
  }
  const whole = parts.join('\n');
  return size < 100_000 ? whole.slice(0, whole.lastIndexOf('</', size)) : whole;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

interface Run {
  readonly cpuMs: number;
  readonly peakMb: number;
  readonly chars: number;
}

/**
 * Times a page is worked before it is timed, and timed: small ones often, as in a consumer that is warm. Processor time counts the
 * compiler's threads too, so that a page timed while code is still being compiled shows the compiler (200 KB after 8 runs: 3.4 times).
 */
const REPEATS: Readonly<Record<number, readonly [warm: number, timed: number]>> = {
  20000: [40, 15],
  200000: [40, 15],
  2000000: [2, 3],
  10000000: [0, 1],
};

/** In the child: the median of the page worked again and again; of the largest page once, for its memory. */
function once(kind: string, size: number): Run {
  const work = kind === 'ours' ? (html: string) => renderPage(inputFor(html)) : chain;
  const page = pageOf(size);
  const [warm, timed] = REPEATS[size] ?? [1, 1];
  for (let run = 0; run < 3; run += 1) work(pageOf(20_000));
  for (let run = 0; run < warm; run += 1) work(page);
  const times: number[] = [];
  let chars = 0;
  for (let run = 0; run < timed; run += 1) {
    const before = process.cpuUsage();
    chars = work(page).html.length;
    const { user, system } = process.cpuUsage(before);
    times.push((user + system) / 1000);
  }
  return { cpuMs: median(times), peakMb: process.resourceUsage().maxRSS / 1024, chars };
}

function inChild(kind: string, size: number): Run | undefined {
  const { stdout, status } = spawnSync(process.execPath, ['--max-old-space-size=4096', import.meta.filename, kind, String(size)], {
    encoding: 'utf8',
    timeout: 300_000,
  });
  return status === 0 ? (JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as Run) : undefined;
}

/** Slope of time over size in double logarithms: 1 is linear. */
function exponent(points: readonly (readonly [size: number, time: number])[]): number {
  const [first, last] = [points[0], points.at(-1)];
  return first && last ? Math.log(last[1] / first[1]) / Math.log(last[0] / first[0]) : Number.NaN;
}

const [, , kind, size] = process.argv;
if (kind && size) {
  console.log(JSON.stringify(once(kind, Number(size))));
} else {
  console.log('page        ours ms   chain ms   times as fast   ours MB   chain MB');
  const points: [number, number][] = [];
  for (const each of SIZES) {
    const runs = { ours: [] as Run[], chain: [] as Run[] };
    for (let round = 0; round < (each > 5_000_000 ? ROUNDS_OF_LARGEST : ROUNDS); round += 1) {
      for (const side of ['ours', 'chain'] as const) {
        const run = inChild(side, each);
        if (run) runs[side].push(run);
      }
    }
    const time = { ours: median(runs.ours.map(({ cpuMs }) => cpuMs)), chain: median(runs.chain.map(({ cpuMs }) => cpuMs)) };
    const memory = { ours: median(runs.ours.map(({ peakMb }) => peakMb)), chain: median(runs.chain.map(({ peakMb }) => peakMb)) };
    points.push([each, time.ours]);
    const cells = [
      `${each / 1000} KB`.padEnd(10),
      time.ours.toFixed(0).padStart(8),
      Number.isNaN(time.chain) ? 'failed'.padStart(10) : time.chain.toFixed(0).padStart(10),
      (time.chain / time.ours).toFixed(1).padStart(15),
      memory.ours.toFixed(0).padStart(9),
      memory.chain.toFixed(0).padStart(10),
    ];
    console.log(cells.join(' '));
  }
  console.log(
    `exponent of ours ${exponent(points).toFixed(2)} (aim at most 1.1), from 200 KB on ${exponent(points.slice(1)).toFixed(2)}; aim at least 4 times as fast, 10 MB within 512 MB`,
  );
}
