import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { build } from 'esbuild';
import { ROOT } from '#test/wiring/sources';

/** Every file that loading `entry` runs: what it imports, and what that imports; not what waits behind an `import()`. */
async function loadedWith(entry: string): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'silent',
  });
  const seen = new Set<string>();
  const next = [entry];
  for (let file = next.pop(); file !== undefined; file = next.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? [])
      if (kind !== 'dynamic-import' && !external) next.push(path);
  }
  return [...seen];
}

const RENDERER = /^src\/mail\/render\/(?!escape\.ts)/;
const ENCRYPTION = /^src\/mail\/secure\/|node_modules\/(?:openpgp|pkijs|asn1js|@peculiar\/|mailauth)/;
const QUEUE = /node_modules\/@forge\/events\//;
const ADMINISTRATION = /^src\/contract\/screens\/(?:site|space|resolvers|administration)\.ts$/;

/** What a fresh function must not have to load before it begins, by its module. What is needed at times waits behind an `import()`. */
const WITHOUT: Readonly<Record<string, readonly RegExp[]>> = {
  'src/app/jobs/deliver.ts': [ENCRYPTION, QUEUE, ADMINISTRATION],
  'src/app/resolvers/send.ts': [ENCRYPTION, QUEUE, ADMINISTRATION, RENDERER],
  'src/app/resolvers/space.ts': [ENCRYPTION, QUEUE, RENDERER],
  'src/app/resolvers/site.ts': [ENCRYPTION, QUEUE, RENDERER],
};

describe('a fresh function', () => {
  test('loads no handler before it is called', async () => {
    assert.deepEqual((await loadedWith('src/index.ts')).sort(), ['src/app/lazily.ts', 'src/index.ts']);
  });

  for (const [entry, forbidden] of Object.entries(WITHOUT))
    test(`of ${entry} loads only what its work begins with`, async () => {
      const loaded = await loadedWith(entry);
      assert.ok(loaded.length > 20, 'its imports are found');
      assert.deepEqual(
        loaded.filter((file) => forbidden.some((each) => each.test(file))),
        [],
      );
    });
});
