/** Which test files a change touches: those that import what changed, by however many steps, and the wiring tests always. */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

/** Tests that hold the project's parts together: they read the files instead of importing them. */
const ALWAYS = /^test\/wiring\//;
/** Files that every part depends on: after a change to one of them, every test runs. */
const EVERYTHING =
  /^(?:package(?:-lock)?\.json|tsconfig\.json|src\/tools\/(?:run-tests|test-pass|test-file-limit|build)\.ts|test\/support\/)/;
/** Tests that drive the built interface and bundle rather than import them, by what they are built from. */
const BUILT: readonly (readonly [changed: RegExp, tests: RegExp])[] = [
  [/^static\//, /^test\/(?:static|e2e)\//],
  [/^(?:src\/(?:app|contract|mail|index\.ts)|manifest\.yml)/, /^test\/(?:local|e2e)\//],
  [/^src\/relay\//, /^test\/(?:relay|postfix)\//],
];
const EXTENSIONS = ['', '.ts', '.tsx', '.mts', '.mjs', '/index.ts'];

/** A file's text with what it names: module specifiers, and paths in strings such as `'src/local/main.ts'` that it starts or reads. */
const NAMED = /['"`]((?:#|\.{1,2}\/|src\/|test\/|static\/)[\w@./-]+)['"`]/g;

const slashes = (path: string): string => path.replaceAll('\\', '/');

/** The project's file that this specifier in `from` stands for; undefined for packages and what is no file. */
export function fileOf(specifier: string, from: string, exists: (path: string) => boolean): string | undefined {
  const alias = /^#(contract|mail|app|relay|local|tools)\/(.*)$/.exec(specifier);
  const base = alias
    ? `src/${alias[1]}/${alias[2]}`
    : specifier.startsWith('#test/')
      ? specifier.slice(1)
      : specifier.startsWith('.')
        ? slashes(join(dirname(from), specifier))
        : specifier;
  return EXTENSIONS.map((extension) => base + extension).find(exists);
}

/** The test files to run for these changed files; `sources` are all files that import or are imported, by their text. Linear in their number. */
export function testsFor(changed: readonly string[], sources: ReadonlyMap<string, string>): string[] {
  const tests = [...sources.keys()].filter((path) => path.endsWith('.test.ts'));
  if (changed.some((path) => EVERYTHING.test(path))) return tests.sort();
  const importers = new Map<string, string[]>();
  for (const [path, text] of sources) {
    for (const [, specifier = ''] of text.matchAll(NAMED)) {
      const file = fileOf(specifier, path, (candidate) => sources.has(candidate));
      if (file) importers.set(file, [...(importers.get(file) ?? []), path]);
    }
  }
  const touched = new Set(changed);
  // A set that grows while it is walked: each file once.
  for (const path of touched) for (const importer of importers.get(path) ?? []) touched.add(importer);
  const isBuiltFrom = (test: string): boolean => BUILT.some(([from, of]) => of.test(test) && changed.some((path) => from.test(path)));
  return tests.filter((test) => touched.has(test) || ALWAYS.test(test) || isBuiltFrom(test)).sort();
}

const git = (...args: string[]): string[] => execFileSync('git', args, { encoding: 'utf8' }).split('\n').filter(Boolean);

/** Files that differ from where this branch left `main` (on main itself, from the last commit), those not committed yet too. */
export function changedFiles(): string[] {
  const [base = 'HEAD'] = (() => {
    try {
      return git('merge-base', 'HEAD', 'main');
    } catch {
      return [];
    }
  })();
  return [...new Set([...git('diff', '--name-only', base), ...git('ls-files', '--others', '--exclude-standard')])];
}

/** The tests that the changes of this checkout touch, as absolute paths. */
export function changedTests(): string[] {
  const paths = globSync(['src/**/*.{ts,tsx,mts,mjs}', 'static/{src,*}/**/*.{ts,tsx}', 'test/**/*.ts'])
    .map(slashes)
    .filter((path) => !path.includes('node_modules') && !path.startsWith('static/dist'));
  const sources = new Map(paths.map((path) => [path, readFileSync(path, 'utf8')]));
  return testsFor(changedFiles(), sources)
    .map((path) => resolve(path))
    .filter((path) => existsSync(path) && !relative('.', path).startsWith('..'));
}
