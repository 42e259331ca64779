import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { renderPage } from '#mail/render/index';
import { inputFor } from '#test/mail/render/support';
import { VECTORS } from '#test/mail/render/vectors';
import { chromiumMissing, launchChromium } from '#test/support/chromium';

/** Elements and attributes that the mail itself writes; anything else would have come from the page. */
const ALLOWED_ELEMENTS = new Set(
  'html head body meta title style div span p h1 h2 h3 h4 h5 h6 a img table colgroup col caption thead tbody tfoot tr td th ul ol li dl dt dd blockquote pre code strong b em i u s del ins small sub sup bdi br hr wbr ruby rt rp math mrow mi mn mo mtext mspace ms mfrac msqrt mroot msub msup msubsup munder mover munderover mmultiscripts mprescripts mtable mtr mtd mpadded mphantom mstyle'.split(
    ' ',
  ),
);
const ALLOWED_ATTRIBUTES =
  /^(?:xmlns:o|lang|dir|charset|name|content|class|style|role|width|height|align|valign|border|cellpadding|cellspacing|href|id|src|alt|title|aria-label|colspan|rowspan|start|reversed|type|value|xmlns|display)$/;

describe('a malicious page in a browser', { skip: chromiumMissing }, () => {
  let browser: Browser;
  let page: Page;
  let events: string[] = [];

  before(async () => {
    browser = await launchChromium();
    page = await browser.newPage();
    await page.exposeFunction('ran', () => events.push('ran'));
    page.on('dialog', (dialog) => {
      events.push('dialog');
      void dialog.dismiss();
    });
    await page.route('**/*', (route) => {
      events.push(`loads ${route.request().url()}`);
      return route.abort();
    });
  });
  after(() => browser.close());

  test('would be noticed: unrendered markup runs and loads', async () => {
    events = [];
    await page.setContent('<img src="https://evil.example/x" onerror="ran(1)">');
    const isNoticed = () => events.includes('ran') && events.includes('loads https://evil.example/x');
    while (!isNoticed()) await page.waitForTimeout(20);
  });

  for (const [technique, vectors] of Object.entries(VECTORS)) {
    test(`runs and loads nothing by ${technique}`, async () => {
      for (const vector of vectors) {
        events = [];
        // Standing in text, in a cell and in a list, for what is around changes how it is read.
        const { html } = renderPage(
          inputFor(`${vector}<table><tr><td>${vector}</td></tr></table><ul><li>${vector}</li></ul>`, { findImage: () => undefined }),
        );
        await page.setContent(html);
        await page.evaluate(() => {
          for (const link of document.querySelectorAll('a')) link.focus();
        });
        assert.deepEqual(events, [], vector);
        const strange = await page.evaluate(() =>
          [...document.querySelectorAll('*')].flatMap((element) => [
            element.localName,
            ...element.getAttributeNames().map((name) => `@${name}`),
          ]),
        );
        for (const name of new Set(strange))
          assert.ok(name.startsWith('@') ? ALLOWED_ATTRIBUTES.test(name.slice(1)) : ALLOWED_ELEMENTS.has(name), `${name} from ${vector}`);
        const addresses = await page.evaluate(() =>
          [...document.querySelectorAll('[href],[src]')].map(
            (element) => element.getAttribute('href') ?? element.getAttribute('src') ?? '',
          ),
        );
        for (const address of addresses) assert.match(address, /^(?:https?:|mailto:|tel:|cid:|#)/, vector);
      }
    });
  }
});
