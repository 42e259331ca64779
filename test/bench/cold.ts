/**
 * What the first mail of a fresh function costs, against an earlier build in the same run: node test/bench/cold.ts [commit]
 * Each run is a process of its own that loads the back end's bundle, as `npm run build` makes it, and renders a page of 190 KB once;
 * the two builds in turn, medians. The earlier build is checked out into a temporary folder, with the dependencies of this one.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { ownPages, realPages } from '#test/bench/fidelity/pages';
import { APP_BUNDLE_OPTIONS } from '#tools/build';

const EARLIER = process.argv[2] ?? '2531c31';
const ROUNDS = 15;
const PAGE_CHARS = 190_000;
/** As it was before the bundle was made smaller. */
const EARLIER_OPTIONS = { ...APP_BUNDLE_OPTIONS, minify: false, sourcemap: 'inline' } as const;

interface Run {
  readonly loadMs: number;
  readonly renderMs: number;
  readonly cpuMs: number;
}

/** The process that is measured: plain JavaScript, so that nothing but the bundle is compiled. */
const RUNNER = `
const { readFileSync } = require('node:fs');
globalThis.__forge_runtime__ = { proxy: { token: 't', url: 'http://127.0.0.1' }, contextAri: 'ari:x', appContext: {} };
globalThis.__forge_fetch__ = async () => { throw new Error('nothing is asked'); };
const input = JSON.parse(readFileSync(process.argv[3], 'utf8'));
input.findImage = () => undefined;
const cpu = process.cpuUsage();
const start = performance.now();
const { renderPage } = require(process.argv[2]);
const loaded = performance.now();
renderPage(input);
const done = performance.now();
const { user, system } = process.cpuUsage(cpu);
console.log(JSON.stringify({ loadMs: loaded - start, renderMs: done - loaded, cpuMs: (user + system) / 1000 }));
`;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function page(): string {
  const sources = realPages().length > 0 ? realPages() : ownPages();
  let html = '';
  for (let at = 0; html.length < PAGE_CHARS; at += 1) html += sources[at % sources.length]?.html ?? '';
  return html.slice(0, html.lastIndexOf('</', PAGE_CHARS));
}

/** Bundles the back end of the checkout in `root`, with the renderer in reach. */
async function bundle(root: string, outfile: string, options: typeof APP_BUNDLE_OPTIONS | typeof EARLIER_OPTIONS): Promise<void> {
  const entry = "export * as app from './src/index'; export { renderPage } from '#mail/render/index';";
  await build({ ...options, stdin: { contents: entry, resolveDir: root, loader: 'ts' }, absWorkingDir: root, outfile });
}

const folder = mkdtempSync(join(tmpdir(), 'pagemail-cold-'));
try {
  const earlier = join(folder, 'earlier');
  mkdirSync(earlier);
  const archive = execFileSync('git', ['archive', EARLIER], { maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', earlier], { input: archive });
  symlinkSync(join(process.cwd(), 'node_modules'), join(earlier, 'node_modules'));
  const bundles = { earlier: join(folder, 'earlier.cjs'), now: join(folder, 'now.cjs') };
  await bundle(earlier, bundles.earlier, EARLIER_OPTIONS);
  await bundle(process.cwd(), bundles.now, APP_BUNDLE_OPTIONS);
  const runner = join(folder, 'run.cjs');
  writeFileSync(runner, RUNNER);
  const input = join(folder, 'input.json');
  const presentation = { subjectPrefix: '', accentColor: '#0c66e4', footerText: '', maxImageSidePx: 1600 };
  const site = 'https://harbour.example/wiki/spaces/INST';
  writeFileSync(
    input,
    JSON.stringify({
      html: page(),
      page: { title: 'Tide clock', url: `${site}/pages/1/Tide+clock`, spaceName: 'Instruments', spaceUrl: site },
      sender: { name: 'Mira Okonkwo' },
      note: '',
      language: 'en',
      presentation,
    }),
  );
  const runs: Record<keyof typeof bundles, Run[]> = { earlier: [], now: [] };
  for (let round = 0; round < ROUNDS; round += 1)
    for (const name of ['earlier', 'now'] as const) {
      const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', runner, bundles[name], input], { encoding: 'utf8' });
      if (stdout === '') throw new Error(stderr);
      runs[name].push(JSON.parse(stdout) as Run);
    }
  const of = (name: keyof typeof bundles, pick: (run: Run) => number): number => median(runs[name].map(pick));
  const line = (title: string, pick: (run: Run) => number): void => {
    const [before, after] = [of('earlier', pick), of('now', pick)];
    console.log(
      `${title.padEnd(24)} ${before.toFixed(0).padStart(5)} ms  ${after.toFixed(0).padStart(5)} ms  ${(after / before).toFixed(2)} x`,
    );
  };
  console.log(`${''.padEnd(24)} ${EARLIER}  now`);
  line('loading the bundle', ({ loadMs }) => loadMs);
  line('rendering 190 KB once', ({ renderMs }) => renderMs);
  line('both', ({ loadMs, renderMs }) => loadMs + renderMs);
  line('processor time', ({ cpuMs }) => cpuMs);
} finally {
  rmSync(folder, { recursive: true });
}
