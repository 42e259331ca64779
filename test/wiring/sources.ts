/** The project's own files, for tests that hold its parts together. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
export const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Source files below a folder, relative to the root, with `/`. */
export function sourcesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|cjs|mjs)$/.test(entry.name))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .filter((path) => !path.includes('node_modules') && !path.startsWith('static/dist'))
    .sort();
}

/** What a file imports, also by `import()`; types too. */
export function importsOf(path: string): string[] {
  const statements = read(path).matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^'"]+)['"]|(?:^|\n)import\s*['"]([^'"]+)['"]|import\(\s*(?:\/\*[^*]*\*\/\s*)?['"]([^'"]+)['"]/g,
  );
  return [...statements].map(([, from, bare, dynamic]) => from ?? bare ?? dynamic ?? '');
}

export interface Module {
  readonly key: string;
  readonly title?: { readonly i18n: string };
  readonly resource?: string;
  readonly function?: string;
  readonly queue?: string;
  readonly resolver?: { readonly function: string };
  readonly handler?: string;
  readonly timeoutSeconds?: number;
}
export interface Manifest {
  readonly app: { readonly runtime: { readonly name: string } };
  readonly modules: Readonly<Record<string, readonly Module[]>>;
  readonly permissions: {
    readonly scopes: Readonly<Record<string, { readonly allowImpersonation?: boolean } | null>>;
    readonly external?: { readonly fetch?: unknown; readonly configurable?: { readonly enabled: boolean } };
    readonly content?: Readonly<Record<string, readonly string[]>>;
  };
  readonly remotes: readonly {
    readonly key: string;
    readonly baseUrl?: string;
    readonly operations: readonly string[];
    readonly auth?: { readonly appSystemToken?: { readonly enabled: boolean } };
    readonly configurable?: { readonly supportedPatterns: readonly string[] };
  }[];
  readonly resources: readonly { readonly key: string; readonly path: string; readonly entry: Readonly<Record<string, string>> }[];
  readonly translations: {
    readonly resources: readonly { readonly key: string; readonly path: string }[];
    readonly fallback: { readonly default: string };
  };
}
export const manifest = parse(read('manifest.yml')) as Manifest;
