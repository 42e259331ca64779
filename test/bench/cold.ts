/**
 * What the first mail of a fresh function costs, against an earlier build in the same run: node test/bench/cold.ts [commit]
 * Each run is a process of its own that loads the back end's bundle, as `npm run build` makes it, and works on a page of 190 KB once: by the
 * renderer alone, and as the dialog's preview, from the platform's call to its answer. The two builds in turn, medians. The earlier build is
 * checked out into a temporary folder, with the dependencies of this one.
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

type Work = 'render' | 'preview';
interface Run {
  readonly loadMs: number;
  readonly workMs: number;
  readonly cpuMs: number;
}

/** The process that is measured: plain JavaScript, so that nothing but the bundle is compiled. What the app asks is answered at once. */
const RUNNER = `
const { readFileSync } = require('node:fs');
const [, , bundle, file, work] = process.argv;
const input = JSON.parse(readFileSync(file, 'utf8'));
input.findImage = () => undefined;
const links = { base: 'https://harbour.example/wiki', webui: '/spaces/INST' };
const ANSWERS = {
  '/wiki/rest/api/user/current': { accountId: 'me', displayName: 'Me', operations: [] },
  '/wiki/api/v2/spaces/77': { id: '77', key: 'INST', name: 'Instruments', _links: links },
  '/wiki/rest/api/content/1001/restriction/byOperation/read': {},
  '/wiki/api/v2/pages/1001/ancestors': { results: [] },
  '/wiki/api/v2/pages/1001/attachments': { results: [] },
  '/wiki/api/v2/user/access/check-access-by-email': { emailsWithoutAccess: [] },
  '/wiki/api/v2/pages/1001': {
    id: '1001', title: 'Tide clock', spaceId: '77', body: { view: { value: input.html }, export_view: { value: input.html } }, _links: links,
  },
};
globalThis.__forge_runtime__ = { proxy: { token: 't', url: 'http://127.0.0.1' }, contextAri: 'ari:cloud:confluence::site/1', appContext: {} };
globalThis.__forge_fetch__ = async ({ type }, path) => {
  const answer = ANSWERS[path.split('?')[0]];
  if (answer) return Response.json(answer);
  return Response.json({ code: 'KEY_NOT_FOUND', message: '' }, { status: 404 });
};
console.log = () => {};
new Response('{}').json();
const call = {
  functionKey: 'send/preview',
  payload: { draft: { to: [{ kind: 'address', address: 'ada@customer.example' }], subject: 'Tide clock' } },
};
const context = { extension: { content: { id: '1001', type: 'page' }, space: { id: '77', key: 'INST' } } };
const cpu = process.cpuUsage();
const start = performance.now();
const { app, renderPage } = require(bundle);
const loaded = performance.now();
const done = (html) => {
  const ended = performance.now();
  const { user, system } = process.cpuUsage(cpu);
  process.stdout.write(JSON.stringify({ loadMs: loaded - start, workMs: ended - loaded, cpuMs: (user + system) / 1000, chars: html.length }));
};
if (work === 'render') done(renderPage(input).html);
else
  app.sendResolver({ call, context }, { principal: { accountId: 'me' } }).then(
    ({ ok, value, error }) => (ok ? done(value.html) : process.stderr.write(JSON.stringify(error))),
  );
`;

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function page(): string {
  const sources = realPages().length > 0 ? realPages() : ownPages();
  let html = '';
  for (let at = 0; html.length < PAGE_CHARS; at += 1) html += sources[at % sources.length]?.html ?? '';
  return html.slice(0, html.lastIndexOf('</', PAGE_CHARS));
}

/** Bundles the back end of the checkout in `root`; for the renderer alone with it in reach. */
async function bundle(
  root: string,
  work: Work,
  outfile: string,
  options: typeof APP_BUNDLE_OPTIONS | typeof EARLIER_OPTIONS,
): Promise<void> {
  const renderer = work === 'render' ? "export { renderPage } from '#mail/render/index';" : '';
  const contents = `export * as app from './src/index'; ${renderer}`;
  await build({ ...options, stdin: { contents, resolveDir: root, loader: 'ts' }, absWorkingDir: root, outfile });
}

const folder = mkdtempSync(join(tmpdir(), 'pagemail-cold-'));
try {
  const earlier = join(folder, 'earlier');
  mkdirSync(earlier);
  const archive = execFileSync('git', ['archive', EARLIER], { maxBuffer: 1 << 28 });
  execFileSync('tar', ['-x', '-C', earlier], { input: archive });
  symlinkSync(join(process.cwd(), 'node_modules'), join(earlier, 'node_modules'));
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
  for (const work of ['render', 'preview'] as const) {
    const bundles = { earlier: join(folder, `earlier-${work}.cjs`), now: join(folder, `now-${work}.cjs`) };
    await bundle(earlier, work, bundles.earlier, EARLIER_OPTIONS);
    await bundle(process.cwd(), work, bundles.now, APP_BUNDLE_OPTIONS);
    const runs: Record<keyof typeof bundles, Run[]> = { earlier: [], now: [] };
    for (let round = 0; round < ROUNDS; round += 1)
      for (const name of ['earlier', 'now'] as const) {
        const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', runner, bundles[name], input, work], { encoding: 'utf8' });
        if (stdout === '') throw new Error(stderr);
        runs[name].push(JSON.parse(stdout) as Run);
      }
    const line = (title: string, pick: (run: Run) => number): void => {
      const [before, after] = [median(runs.earlier.map(pick)), median(runs.now.map(pick))];
      const cells = [`${before.toFixed(0)} ms`.padStart(10), `${after.toFixed(0)} ms`.padStart(10), `${(after / before).toFixed(2)} x`];
      console.log(title.padEnd(28), ...cells);
    };
    console.log(work === 'render' ? 'The renderer alone' : 'The preview, called as the platform does', `(${EARLIER}, now)`);
    line('  loading the bundle', ({ loadMs }) => loadMs);
    line('  190 KB once', ({ workMs }) => workMs);
    line('  both', ({ loadMs, workMs }) => loadMs + workMs);
    line('  processor time of both', ({ cpuMs }) => cpuMs);
  }
} finally {
  rmSync(folder, { recursive: true });
}
