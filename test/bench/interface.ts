/**
 * How long the interface lets people wait, and how many calls of Confluence and storage each step costs, on the whole local site.
 * `node test/bench/interface.ts [rounds]`, after a build. Times are medians in ms; machines are noisy, counts are not. Each step stands
 * beside an alternative measured in the same run.
 */
import { performance } from 'node:perf_hooks';
import type { FrameLocator, Page } from 'playwright-core';
import { MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import { demoSite } from '#local/demo/index';
import type { PlatformCall } from '#local/forge/host';
import type { DemoSite } from '#local/model';
import { settingsFrameIn } from '#test/e2e/browser';
import { field, openDialog, openPage, openPreview, typeAddress } from '#test/e2e/dialog';
import { call, refusalOfSending } from '#test/e2e/functions';
import { openStage } from '#test/e2e/stage';

const ROUNDS = Number(process.argv[2] ?? 5);
const PAGE_BYTES = 200_000;
const RECORDS = 100_000;
const EXCEPTIONS = MAX_SPACE_EXCEPTIONS;
const SMALL_PAGE = '110003';
const MODEL_PAGE = '120002';
const LARGE_PAGE = '999001';

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

/** The demo's site with one page more: that with the most elements, as often as it takes, with its pictures. */
function withLargePage(site: DemoSite): DemoSite {
  const model = site.contents.find(({ id }) => id === MODEL_PAGE);
  if (!model) throw new Error(`the demo has no page ${MODEL_PAGE}`);
  const own = site.attachments.filter(({ contentId }) => contentId === MODEL_PAGE);
  const renamed = (text: string): string =>
    own.reduce(
      (body, { id }) => body.replaceAll(id.replace('att', ''), `${id.replace('att', '')}9`),
      text.replaceAll(MODEL_PAGE, LARGE_PAGE),
    );
  const body = renamed(model.body.repeat(Math.ceil(PAGE_BYTES / model.body.length)));
  return {
    ...site,
    contents: [...site.contents, { ...model, id: LARGE_PAGE, title: 'Large page', body, parentId: '120001' }],
    attachments: [...site.attachments, ...own.map((file) => ({ ...file, id: `${file.id}9`, contentId: LARGE_PAGE }))],
  };
}

let calls: PlatformCall[] = [];
await using stage = await openStage({
  site: withLargePage(demoSite),
  onCall: (made) => calls.push(made),
});
const { site } = stage;

interface Measured {
  readonly ms: number;
  readonly calls: readonly PlatformCall[];
}

/** Runs a step several times; what comes before it is not measured. */
async function measure(prepare: () => Promise<void>, step: () => Promise<void>, rounds = ROUNDS): Promise<Measured> {
  const times: number[] = [];
  let made: PlatformCall[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await prepare();
    await site.host.queue.idle();
    calls = [];
    const start = performance.now();
    await step();
    times.push(performance.now() - start);
    await new Promise((resolve) => setTimeout(resolve, 300));
    made = [...calls];
  }
  return { ms: median(times), calls: made };
}

const count = (made: readonly PlatformCall[], to: PlatformCall['to']): number => made.filter((each) => each.to === to).length;

function tell(name: string, { ms, calls: made }: Measured, other?: { readonly name: string; readonly measured: Measured }): void {
  const costs = `${count(made, 'confluence')} Confluence, ${count(made, 'storage')} storage, ${count(made, 'remote')} relay`;
  console.log(`${Math.round(ms).toString().padStart(6)} ms  ${name}: ${costs}`);
  if (!other) return;
  const { measured } = other;
  const total = (list: readonly PlatformCall[]): number => Math.max(1, list.length);
  console.log(
    `           ${other.name}: ${Math.round(measured.ms)} ms, ${measured.calls.length} calls → ${(ms / measured.ms).toFixed(2)} of its time, ${(made.length / total(measured.calls)).toFixed(2)} of its calls`,
  );
}

const listCalls = ({ calls: made }: Measured): void => {
  for (const { method, path, to } of made) console.log(`             ${to} ${method} ${path.replace(/\?.*/, '')}`);
};
const verbose = process.argv.includes('--calls');
const report: typeof tell = (name, measured, other) => {
  tell(name, measured, other);
  if (verbose) listCalls(measured);
};

await using sender = await stage.visit('hana');
let dialog: FrameLocator;
const reopen = async (contentId: string): Promise<void> => {
  await openPage(sender.page, site, contentId);
  dialog = await openDialog(sender.page);
};

// --- the dialog -------------------------------------------------------------------------------------------------------------

const opening = (contentId: string) =>
  measure(
    () => openPage(sender.page, site, contentId),
    async () => {
      dialog = await openDialog(sender.page);
    },
  );
await reopen(SMALL_PAGE);
const small = await opening(SMALL_PAGE);
report('dialog open to usable', small);
report('dialog open to usable, 200 KB page', await opening(LARGE_PAGE), { name: 'small page', measured: small });

const typed = 'Tomás';
const suggested = (delay: number) =>
  measure(
    () => reopen(SMALL_PAGE),
    async () => {
      await field(dialog, 'To').pressSequentially(typed, { delay });
      await dialog.getByRole('option', { name: /Tomás Rivera/ }).waitFor();
    },
  );
const asFast = await suggested(60);
report(`typing “${typed}” to suggestions, 60 ms a letter`, asFast, { name: 'a pause after every letter', measured: await suggested(400) });

const preview = (contentId: string) =>
  measure(
    async () => {
      await reopen(contentId);
      await typeAddress(dialog, 'To', 'one@example.org');
    },
    async () => {
      const mail = (await openPreview(dialog)).contentFrame();
      await mail.locator('table').first().waitFor();
    },
  );
const smallPreview = await preview(SMALL_PAGE);
report('preview of a small page', smallPreview);
report('preview of a 200 KB page', await preview(LARGE_PAGE), { name: 'small page', measured: smallPreview });

// --- administration -----------------------------------------------------------------------------------------------------------

await using administrator = await stage.visit('mira');
const { page } = administrator;
/** The page of the app's settings, as its menu links to it. */
async function settingsPath(): Promise<string> {
  await page.goto(site.url);
  await page.getByRole('navigation', { name: 'Confluence' }).getByRole('link', { name: 'Administration' }).click();
  const href = await page.getByRole('link', { name: 'Pagemail', exact: true }).getAttribute('href');
  return new URL(href ?? '/', site.url).href;
}
const settings = await settingsPath();
const toSettings = async (to: Page, tab: string): Promise<FrameLocator> => {
  await to.goto(settings);
  const frame = settingsFrameIn(to);
  await frame.locator(`#tab-${tab}`).click();
  return frame;
};
const exceptionsShown = (filled: boolean) =>
  measure(
    async () => void (await page.goto(site.url)),
    async () => {
      const frame = await toSettings(page, 'policy');
      await (filled ? frame.getByText(/^Page 1 of/) : frame.getByText('No space differs from the site.')).waitFor();
    },
  );
const none = await exceptionsShown(false);
const set = Array.from({ length: EXCEPTIONS }, (_, at) => ({
  spaceId: String(500_000 + at),
  key: `S${at}`,
  name: `Space ${at}`,
  enabled: false,
}));
await call(site, 'mira', 'site-policy/save-exceptions', { revision: 0, set });
report(`settings with ${EXCEPTIONS} exceptions`, await exceptionsShown(true), { name: 'none', measured: none });

await refusalOfSending(site, 'hana', SMALL_PAGE, ['one@example.org']);
await site.host.queue.idle();
const historyShown = () =>
  measure(
    async () => void (await page.goto(site.url)),
    async () => {
      const frame = await toSettings(page, 'history');
      await frame.locator('.pm-record').first().waitFor();
    },
    3,
  );
const few = await historyShown();
const [known] = site.storage.scan('entity:send-record');
if (!known) throw new Error('no record of the mail that was sent');
const DAY_MS = 86_400_000;
for (let at = 0; at < RECORDS; at += 1) {
  const time = new Date(Date.now() - (at / RECORDS) * 89 * DAY_MS).toISOString();
  const record = { ...(JSON.parse(known[1].value) as object), at: time, outcome: at % 50 === 0 ? 'failed' : 'sent' };
  site.storage.set('entity:send-record', `bench-${at}`, JSON.stringify(record));
}
await call(site, 'mira', 'history/site', {});
report(`history of ${RECORDS.toLocaleString('en')} records`, await historyShown(), { name: 'one record', measured: few });
const filtered = (filter: object) =>
  measure(
    async () => undefined,
    async () => void (await call(site, 'mira', 'history/site', { filter })),
    3,
  );
const everything = await filtered({});
report('first page of the history', everything);
report('… of mails that were not sent', await filtered({ outcome: 'failed' }), { name: 'without a filter', measured: everything });
const from = new Date(Date.now() - 60 * DAY_MS).toISOString().slice(0, 10);
report('… of a day two months ago', await filtered({ from, to: from }), { name: 'without a filter', measured: everything });
