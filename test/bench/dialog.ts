/**
 * What the send dialog costs before somebody can type: bytes over the wire, gzipped, and the time until it stands.
 * `node test/bench/dialog.ts [rounds]`. Times are medians of rounds in the local site; machines are noisy.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openPage } from '#test/e2e/dialog';
import { openStage } from '#test/e2e/stage';

const ROUNDS = Number(process.argv[2] ?? 5);
const AIM_KB = 250;
const DIST = 'static/dist';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`;

await using stage = await openStage();
const visitor = await stage.visit('mira');
const { page } = visitor;

/** Files of the interface that the browser asked for in one opening, by path. */
const asked = new Set<string>();
page.on('request', (request) => {
  const name = /\/(assets\/[^/?]+|send\.html)(?:\?|$)/.exec(request.url())?.[1];
  if (name) asked.add(name);
});

interface Times {
  /** From the click on the menu item until there is something of ours to see. */
  readonly painted: number;
  /** … until the recipient field takes a keystroke. */
  readonly typable: number;
  /** … until the page's subject and attachments are there. */
  readonly complete: number;
}

async function openOnce(contentId: string): Promise<Times> {
  await openPage(page, stage.site, contentId);
  await page.getByRole('button', { name: 'More actions' }).click();
  const start = performance.now();
  await page.getByRole('menuitem', { name: 'Send as mail' }).click();
  const dialog = page.frameLocator('iframe');
  await dialog.locator('#root').waitFor();
  const painted = performance.now() - start;
  await dialog.getByRole('combobox', { name: 'To', exact: true }).waitFor();
  const typable = performance.now() - start;
  await dialog.getByRole('textbox', { name: 'Subject' }).waitFor();
  return { painted, typable, complete: performance.now() - start };
}

const content = stage.site.directory.site.contents.find(({ title }) => title === 'Files for the fair');
if (!content) throw new Error('the demo has no page “Files for the fair”');
await openOnce(content.id);
const sizes = await Promise.all(
  [...asked].map(async (name) => ({ name, bytes: gzipSync(await readFile(join(DIST, name)), { level: 9 }).length })),
);
const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
const rounds: Times[] = [];
for (let round = 0; round < ROUNDS; round += 1) rounds.push(await openOnce(content.id));

for (const { name, bytes } of sizes.toSorted((a, b) => b.bytes - a.bytes)) console.log(`${kilobytes(bytes).padStart(10)}  ${name}`);
console.log(`${kilobytes(total).padStart(10)}  gzipped before the first keystroke (aim ${AIM_KB} KB)`);
for (const key of ['painted', 'typable', 'complete'] as const) {
  const values = rounds.map((times) => times[key]);
  console.log(
    `${Math.round(median(values)).toString().padStart(7)} ms  ${key} (${Math.round(Math.min(...values))}–${Math.round(Math.max(...values))})`,
  );
}
