import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { launchChromium } from '#test/support/chromium';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** A grey square of one pixel: pictures have their size from the markup. */
const PIXEL = 'data:image/gif;base64,R0lGODlhAQABAIAAAJmZmQAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==';

/** What a person finds on a page or in a mail. */
export interface Content {
  readonly words: readonly string[];
  readonly links: readonly string[];
  readonly counts: Readonly<Record<'tables' | 'rows' | 'cells' | 'images' | 'items' | 'headings', number>>;
}

export { launchChromium as openBrowser };

/** A browser page that loads nothing from anywhere. */
export async function quietPage(
  browser: Browser,
  options: { readonly width?: number; readonly dark?: boolean; readonly scripts?: boolean } = {},
): Promise<Page> {
  const page = await browser.newPage({
    viewport: { width: options.width ?? 800, height: 900 },
    colorScheme: options.dark ? 'dark' : 'light',
    javaScriptEnabled: options.scripts ?? true,
  });
  await page.route('**/*', (route) => route.abort());
  return page;
}

/** The mail with grey pictures instead of its inline parts. */
export const withPictures = (html: string): string => html.replace(/src="cid:[^"]*"/g, `src="${PIXEL}"`);

/** Reads a rendered page or a mail the way a person would: what Confluence or the mail hides is left out. */
export function readContent(page: Page, root: string): Promise<Content> {
  return page.evaluate((selector) => {
    const top = document.querySelector(selector) ?? document.body;
    const skipped =
      'script,style,template,noscript,iframe,textarea,select,button,svg,video,audio,object,.hidden,[hidden],.katex-html,.attachments-table-drop-zone,.plugin_attachments_upload_container,.attachment-summary,.attachment-buttons,.issue-placeholder,.jira-issue:has(.issue-placeholder) .summary,.more-link-container,.waiting-image,.show-hidden-contributors';
    const isShown = (element: Element): boolean => element.closest(skipped) === null && (element as HTMLElement).style?.display !== 'none';
    // Text of one block is read on; a new block or a line break begins a new word.
    const blockOf = (node: Node): Element => {
      let element = node.parentElement ?? top;
      while (element !== top && /^(?:inline|contents)$/.test(getComputedStyle(element).display)) element = element.parentElement ?? top;
      return element;
    };
    const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    let text = '';
    let block: Element | undefined;
    for (let node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.ELEMENT_NODE) {
        if (/^(?:BR|IMG)$/.test(node.nodeName)) text += ' ';
        continue;
      }
      if (!node.parentElement || !isShown(node.parentElement)) continue;
      // A smart link says its title in place of the address, and Confluence's excuse for an app gives way to a placeholder.
      const isAddress = node.parentElement.closest('a[data-card-appearance]') !== null && /^\s*https?:/.test(node.nodeValue ?? '');
      if (isAddress || /have a way to export this macro/.test(node.nodeValue ?? '')) continue;
      const own = blockOf(node);
      text += (own === block ? '' : ' ') + (node.nodeValue ?? '');
      block = own;
    }
    const words = text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];
    const all = (query: string) => [...top.querySelectorAll(query)].filter(isShown);
    const filled = (element: Element) => /\S/.test(element.textContent ?? '') || element.querySelector('img') !== null;
    const decoration = 'img.emoticon,img.icon,.expand-control-image,[width="1"],.ap-container img:not([src])';
    return {
      words,
      links: all('a[href]')
        .filter((link) => !link.matches('.user-mention,.confluence-userlink,[role=button]') && filled(link))
        .map((link) => link.getAttribute('href') ?? ''),
      counts: {
        tables: all('table:not([role=presentation])').length,
        rows: all('table:not([role=presentation]) tr').filter((row) => row.closest('table')?.getAttribute('role') !== 'presentation')
          .length,
        cells: all('td,th').filter((cell) => cell.closest('table')?.getAttribute('role') !== 'presentation').length,
        images:
          all('img').filter(
            (img) => !img.matches(decoration) && !img.closest('.confluence-embedded-file') && !/wysiwyg-unknown/.test(img.className),
          ).length + all('a').filter((link) => /^🖼/u.test(link.textContent ?? '')).length,
        items: all('li').length,
        headings: all('h1,h2,h3,h4,h5,h6').filter(filled).length,
      },
    };
  }, root);
}

/** Pixels by which the content is wider than the window. */
export const overflowOf = (page: Page): Promise<number> =>
  page.evaluate(() => Math.max(document.documentElement.scrollWidth, document.body.scrollWidth) - document.documentElement.clientWidth);

/** Elements whose text cannot be read well on its background, by axe. */
export async function contrastFailures(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const { axe } = window as unknown as {
      axe: { run(context: unknown, options: unknown): Promise<{ violations: { nodes: { html: string; failureSummary?: string }[] }[] }> };
    };
    const { violations } = await axe.run(document, { runOnly: ['color-contrast'] });
    return violations.flatMap(({ nodes }) => nodes.map(({ html, failureSummary }) => `${html.slice(0, 160)} ${failureSummary ?? ''}`));
  });
}
