import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The shell's scripts and styles, made once per process from the sources beside this file. */

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** A browser script bundled from this TypeScript file, as text. */
export async function bundleScript(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

/** The same promise each time; made when it is first asked for. */
export function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What runs first in each iframe: defines `window.__bridge` (the platform's global-bridge). For `/_forge/bridge.js`. */
export const bridgeScript = once(() => bundleScript(here('browser/bridge.ts')));

/** What runs in the shell's pages: menus, theme, flags, and the host's side of the bridge. */
export const shellScript = once(() => bundleScript(here('browser/shell.ts')));

/** Runs before the first paint: somebody who has not chosen a theme gets the one their system prefers. */
export const themeScript =
  "if (!/(^|; )pagemail_theme=/.test(document.cookie)) document.documentElement.dataset.colorMode = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';\n";

export const shellStyles = once(async () => {
  const parts = await Promise.all(['base', 'shell', 'content'].map((name) => readFile(here(`styles/${name}.css`), 'utf8')));
  return parts.join('\n');
});
