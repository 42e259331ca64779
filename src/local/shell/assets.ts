import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The shell's scripts and styles, made once per process from the sources beside this file. */

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

async function bundle(entry: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [here(`browser/${entry}`)],
    bundle: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    minify: true,
    logLevel: 'silent',
  });
  return outputFiles[0]?.text ?? '';
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** What runs first in each iframe: defines `window.__bridge` (the platform's global-bridge). For `/_forge/bridge.js`. */
export const bridgeScript = once(() => bundle('bridge.ts'));

/** What runs in the shell's pages: menus, theme, flags, and the host's side of the bridge. */
export const shellScript = once(() => bundle('shell.ts'));

export const shellStyles = once(async () => {
  const parts = await Promise.all(['tokens', 'shell', 'content'].map((name) => readFile(here(`styles/${name}.css`), 'utf8')));
  return parts.join('\n');
});
