/** Builds what Forge would be given: the back end as one CommonJS bundle and the interface as static files. */
import { existsSync } from 'node:fs';
import { build as bundle } from 'esbuild';
import { build as buildInterface } from 'vite';

/** Bundle of src/index.ts, as the platform loads it. */
export const APP_BUNDLE = 'dist/app/index.cjs';

/** Small, because every fresh function reads and compiles it. */
export const APP_BUNDLE_OPTIONS = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'cjs',
  minify: true,
  logLevel: 'warning',
} as const;

export async function buildApp(): Promise<void> {
  await bundle({ ...APP_BUNDLE_OPTIONS, entryPoints: ['src/index.ts'], outfile: APP_BUNDLE });
}

if (import.meta.main) {
  if (existsSync('src/index.ts')) await buildApp();
  if (existsSync('static/vite.config.ts')) await buildInterface({ configFile: 'static/vite.config.ts', root: 'static', logLevel: 'warn' });
}
