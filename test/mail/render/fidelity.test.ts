import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { contrastFailures, openBrowser, overflowOf, quietPage, withPictures } from '#test/bench/fidelity/browser';
import { measure } from '#test/bench/fidelity/measure';
import { ownPages, realPages } from '#test/bench/fidelity/pages';
import { EXCEPTIONS, unsupported } from '#test/bench/fidelity/support';
import { chromiumMissing } from '#test/support/chromium';

/** Our fixtures and what of the demo site holds most kinds of elements; real pages in part, since each takes the browser a while. */
const pages = [
  ...ownPages().filter(({ html }) => html.length > 4_000 && html.length < 100_000),
  ...realPages().filter((_page, index) => index % 5 === 0),
];

describe('a page in a browser', { skip: chromiumMissing }, () => {
  let browser: Browser;
  before(async () => {
    browser = await openBrowser();
  });
  after(() => browser.close());

  for (const { name, html } of pages) {
    test(`${name} keeps its words, tables, links and pictures in its mail, which fits and can be read`, async () => {
      const page = await quietPage(browser);
      const found = await measure(page, html.replace(/<script[\s\S]*?<\/script>/g, ''));
      assert.ok(found.lostInHtml.length <= found.words * 0.002, `lost in HTML: ${found.lostInHtml.join(' ')}`);
      assert.ok(found.lostInText.length <= found.words * 0.005, `lost in text: ${found.lostInText.join(' ')}`);
      for (const [kind, [before_, after_]] of Object.entries(found.counts))
        assert.ok(after_ >= before_, `${kind}: ${before_} became ${after_}`);
      for (const feature of unsupported(found.html).keys()) assert.ok(feature in EXCEPTIONS, `${feature} is not known everywhere`);
      for (const width of [375, 640]) {
        await page.setViewportSize({ width, height: 900 });
        await page.setContent(withPictures(found.html));
        assert.ok((await overflowOf(page)) <= 0, `wider than ${width} px`);
      }
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        assert.deepEqual(await contrastFailures(page), [], colorScheme);
      }
      await page.close();
    });
  }
});
