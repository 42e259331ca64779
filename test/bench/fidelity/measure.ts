import type { Page } from 'playwright-core';
import { hasCredential } from '#mail/render/credentials';
import { renderPage } from '#mail/render/index';
import { type Content, readContent, withPictures } from '#test/bench/fidelity/browser';
import { anyImage, inputFor, PAGE_URL } from '#test/mail/render/support';

interface Match {
  readonly index: number;
  readonly before: Match | undefined;
}

/** Words of `page` that are not in `mail` in the same order: those outside their longest common subsequence (Hunt and Szymanski, 1977). */
export function lostWords(page: readonly string[], mail: readonly string[]): string[] {
  const places = Map.groupBy(mail.keys(), (at) => mail[at] ?? '');
  /** Ends of the chains of each length: the place in the mail, and the chain. */
  const ends: { readonly at: number; readonly match: Match }[] = [];
  for (const [index, word] of page.entries()) {
    for (const at of (places.get(word) ?? []).toReversed()) {
      let [low, high] = [0, ends.length];
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((ends[middle]?.at ?? 0) < at) low = middle + 1;
        else high = middle;
      }
      ends[low] = { at, match: { index, before: ends[low - 1]?.match } };
    }
  }
  const kept = new Set<number>();
  for (let match = ends.at(-1)?.match; match; match = match.before) kept.add(match.index);
  return page.filter((_word, index) => !kept.has(index));
}

const wordsIn = (text: string): string[] => text.match(/[\p{L}\p{N}\p{M}]+/gu) ?? [];

export interface Fidelity {
  readonly words: number;
  readonly lostInHtml: readonly string[];
  readonly lostInText: readonly string[];
  /** For each kind of thing: how many the page has, how many the mail. */
  readonly counts: Readonly<Record<string, readonly [page: number, mail: number]>>;
  readonly lostLinks: readonly string[];
  readonly html: string;
}

const absolute = (href: string): string => URL.parse(href, PAGE_URL)?.href ?? href;

/** Links that lead to the page in the mail, for their address lets in whoever has it. */
const isWithheld = (link: string): boolean => URL.canParse(link) && hasCredential(new URL(link));

/** Compares a page with its mail; `page` must run no scripts of the page. */
export async function measure(page: Page, html: string): Promise<Fidelity> {
  const mail = renderPage(
    inputFor(html, {
      findImage: (ref) =>
        anyImage({ ...ref, attachmentId: ref.attachmentId ?? (ref.src.startsWith('https://weather') ? undefined : '77') } as Parameters<
          typeof anyImage
        >[0]),
    }),
  );
  await page.setContent(`<div id="page">${html}</div>`);
  const before: Content = await readContent(page, '#page');
  await page.setContent(withPictures(mail.html));
  const after: Content = await readContent(page, 'body > table > tbody > tr:nth-last-child(2) > td');
  const own = new Set(after.links.map(absolute));
  const anchors = after.links.filter((link) => link.startsWith('#')).length;
  const lostLinks = before.links.filter(
    (link) => !isWithheld(link) && !own.has(absolute(link)) && !(link.includes('#') && anchors > 0) && !/^javascript:/i.test(link),
  );
  const kinds = Object.keys(before.counts) as (keyof Content['counts'])[];
  return {
    words: before.words.length,
    lostInHtml: lostWords(before.words, after.words),
    lostInText: lostWords(before.words, wordsIn(mail.text)),
    counts: Object.fromEntries([
      ...kinds.map((kind) => [kind, [before.counts[kind], after.counts[kind]]] as const),
      ['links', [before.links.length, before.links.length - lostLinks.length]],
    ]),
    lostLinks,
    html: mail.html,
  };
}
