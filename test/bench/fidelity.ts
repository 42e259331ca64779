/**
 * How much of a page is in its mail: node test/bench/fidelity.ts [--verbose] [--words] [folder …]
 * Over the pages (*.html) of the folders; without any, over real pages where they are beside this checkout, our own fixtures and the
 * demo site. `--words` leaves the browser's looking out, which takes most of the time.
 */
import { contrastFailures, openBrowser, overflowOf, quietPage, withPictures } from '#test/bench/fidelity/browser';
import { type Fidelity, measure } from '#test/bench/fidelity/measure';
import { type BenchPage, ownPages, pagesIn, realPages } from '#test/bench/fidelity/pages';
import { EXCEPTIONS, unsupported } from '#test/bench/fidelity/support';

const wordsOnly = process.argv.includes('--words');
const isVerbose = process.argv.includes('--verbose');
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const WIDTHS = [640, 800, 375];
const browser = await openBrowser();

const percent = (part: number, whole: number): string => (whole === 0 ? '–' : `${((part / whole) * 100).toFixed(2)} %`);

interface Sum {
  words: number;
  html: number;
  text: number;
  readonly counts: Map<string, [page: number, mail: number]>;
}

function add(sum: Sum, found: Fidelity): void {
  sum.words += found.words;
  sum.html += found.words - found.lostInHtml.length;
  sum.text += found.words - found.lostInText.length;
  for (const [kind, [page, mail]] of Object.entries(found.counts)) {
    const so = sum.counts.get(kind) ?? [0, 0];
    sum.counts.set(kind, [so[0] + page, so[1] + Math.min(page, mail)]);
  }
}

/** Overflow at each width, and contrast in light and dark. */
async function look(html: string): Promise<{ readonly overflow: number; readonly contrast: string[] }> {
  let overflow = 0;
  const contrast: string[] = [];
  if (wordsOnly) return { overflow, contrast };
  for (const width of WIDTHS) {
    const page = await quietPage(browser, { width });
    await page.setContent(withPictures(html));
    overflow += Math.max(0, await overflowOf(page));
    await page.close();
  }
  for (const dark of [false, true]) {
    const page = await quietPage(browser, { dark });
    await page.setContent(withPictures(html));
    contrast.push(...(await contrastFailures(page)));
    await page.close();
  }
  return { overflow, contrast };
}

async function report(title: string, pages: readonly BenchPage[]): Promise<void> {
  const sum: Sum = { words: 0, html: 0, text: 0, counts: new Map() };
  const features = new Map<string, Set<string>>();
  let overflow = 0;
  let contrast = 0;
  const page = await quietPage(browser);
  for (const { name, html } of pages) {
    const found = await measure(page, html.replace(/<script[\s\S]*?<\/script>/g, ''));
    add(sum, found);
    const seen = await look(found.html);
    overflow += seen.overflow;
    contrast += seen.contrast.length;
    for (const [feature, clients] of unsupported(found.html))
      features.set(feature, new Set([...(features.get(feature) ?? []), ...clients]));
    if (!isVerbose) continue;
    const changed = Object.entries(found.counts).filter(([, [before, after]]) => after < before);
    console.log(
      name,
      `words ${found.words}`,
      `html −${found.lostInHtml.length}`,
      `text −${found.lostInText.length}`,
      changed.map(([kind, pair]) => `${kind} ${pair.join('→')}`).join(' '),
      seen.overflow ? `overflow ${seen.overflow}` : '',
    );
    if (found.lostInHtml.length > 0) console.log('   html lost:', found.lostInHtml.slice(0, 12).join(' '));
    if (found.lostInText.length > 0) console.log('   text lost:', found.lostInText.slice(0, 12).join(' '));
    if (found.lostLinks.length > 0) console.log('   links lost:', found.lostLinks.slice(0, 5).join(' '));
    for (const each of seen.contrast.slice(0, 5)) console.log('   contrast:', each.replace(/\s+/g, ' '));
  }
  await page.close();
  console.log(`\n${title}: ${pages.length} pages, ${sum.words} words`);
  console.log(`  words in order, HTML part   ${percent(sum.html, sum.words)}   (aim 99.9 %)`);
  console.log(`  words in order, text part   ${percent(sum.text, sum.words)}   (aim 99.5 %)`);
  for (const [kind, [before, after]] of sum.counts) console.log(`  ${kind.padEnd(27)} ${percent(after, before)}   (${after} of ${before})`);
  console.log(`  overflow at ${WIDTHS.join(', ')} px      ${overflow} px   (aim 0)`);
  console.log(`  contrast, light and dark    ${contrast} failures   (aim 0)`);
  const unknown = [...features].filter(([feature]) => !(feature in EXCEPTIONS));
  console.log(
    `  unsupported, no fallback    ${unknown.length}   (aim 0)${unknown.map(([feature, clients]) => `\n     ${feature}: ${[...clients].join(', ')}`).join('')}`,
  );
  for (const [feature, clients] of features)
    if (feature in EXCEPTIONS) console.log(`  unsupported, with fallback  ${feature}: ${EXCEPTIONS[feature]} (${[...clients].join(', ')})`);
}

const real = realPages();
for (const folder of folders) await report(folder, pagesIn(folder));
if (folders.length === 0) {
  if (real.length > 0) await report('Real pages', real);
  await report('Own pages', ownPages());
}
await browser.close();
