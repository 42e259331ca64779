import { existsSync, globSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { demoSite } from '#local/demo/index';

/** Real pages, where this checkout has them beside it. */
const REAL = '../shared/pages';

export interface BenchPage {
  readonly name: string;
  readonly html: string;
}

const read = (paths: readonly string[]): BenchPage[] =>
  [...paths].sort().map((path) => ({ name: basename(path, '.html').slice(0, 40), html: readFileSync(path, 'utf8') }));

export const pagesIn = (folder: string): BenchPage[] => read(globSync(`${folder}/*.html`));

/** Pages that were rendered by Confluence itself; none where they are not at hand. */
export const realPages = (): BenchPage[] => (existsSync(REAL) ? pagesIn(REAL) : []);

/** Our own fixtures, and the pages of the demo site. */
export function ownPages(): BenchPage[] {
  const fixtures = read(globSync('test/fixtures/pages/*.html').filter((path) => !path.endsWith('.mail.html')));
  const demo = demoSite.contents.map(({ id, body }) => ({
    name: `demo-${id}`,
    html: body.replaceAll('{site}', 'https://harbour.example/wiki'),
  }));
  return [...fixtures, ...demo];
}
