/** Builds the relay into one file: `node src/relay/build.ts [folder]`. sharp stays outside, because it brings a native library. */
import { join } from 'node:path';
import { build } from 'esbuild';

/** Where `npm run relay` and the container look for it. */
export const RELAY_BUNDLE = 'dist/relay/main.mjs';

export async function buildRelay(outfile = RELAY_BUNDLE): Promise<void> {
  await build({
    entryPoints: [join(import.meta.dirname, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    external: ['sharp'],
    // Some packages inside are CommonJS and ask for Node's modules by require.
    banner: { js: "import { createRequire as relayRequire } from 'node:module'; const require = relayRequire(import.meta.url);" },
    legalComments: 'linked',
    logLevel: 'warning',
  });
}

if (import.meta.main) await buildRelay(process.argv[2]);
