import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { DELIVERY_TIMEOUT_SECONDS, MAX_ATTEMPTS, RETRY_DELAYS_SECONDS } from '#contract/limits';
import { DELIVERY_QUEUE, MODULES, RELAY_REMOTE } from '#contract/modules';
import { sendResolvers, siteResolvers, spaceResolvers } from '#contract/screens/resolvers';
import { installForge } from '#test/app/forge';
import { type Module, manifest, ROOT, read } from '#test/wiring/sources';

installForge(() => undefined);
const index = (await import(pathToFileURL(join(ROOT, 'src/index.ts')).href)) as Record<string, unknown>;

const modulesOf = (kind: string): readonly Module[] => manifest.modules[kind] ?? [];
const functions = modulesOf('function');
const byKey = (kind: string, key: string): Module => {
  const found = modulesOf(kind).find((each) => each.key === key);
  assert.ok(found, `${kind} ${key}`);
  return found;
};

describe('functions', () => {
  test('of the manifest are exported by src/index.ts, and nothing else is', () => {
    const handlers = functions.map(({ handler }) => handler?.replace(/^index\./, '') ?? '');
    assert.deepEqual([...handlers].sort(), Object.keys(index).sort());
    for (const name of handlers) assert.equal(typeof index[name], 'function', name);
  });

  test('are each used by a module, and each module’s function exists', () => {
    const modules = Object.entries(manifest.modules).flatMap(([kind, list]) => (kind === 'function' ? [] : list));
    const used = modules.flatMap((each) => [each.function, each.resolver?.function].filter((key) => key !== undefined));
    assert.deepEqual([...new Set(used)].sort(), functions.map(({ key }) => key).sort());
  });

  test('run on the Node that the project is tested with', () => {
    assert.equal(manifest.app.runtime.name, `nodejs${process.versions.node.split('.')[0]}.x`);
  });

  test('that may take long are used by consumers and scheduled triggers alone', () => {
    const allowed = new Set([...modulesOf('consumer'), ...modulesOf('scheduledTrigger')].map((each) => each.function));
    for (const each of functions.filter(({ timeoutSeconds }) => timeoutSeconds !== undefined)) assert.ok(allowed.has(each.key), each.key);
  });

  test('are one line each in src/index.ts, which loads nothing before a call', () => {
    const [first, blank, ...lines] = read('src/index.ts').trim().split('\n');
    assert.deepEqual([first, blank], ["import { lazily } from '#app/lazily';", '']);
    for (const line of lines)
      assert.match(
        line,
        /^export const (\w+) = lazily\(\(\) => import\(\/\* webpackMode: "eager" \*\/ '#app\/(resolvers|jobs)\/[\w-]+'\), '\1'\);$/,
      );
  });
});

describe('modules', () => {
  test('have the keys that the interface knows, each with its resolver', () => {
    assert.equal(byKey('confluence:contentAction', MODULES.send).resolver?.function, 'send-resolver');
    assert.equal(byKey('confluence:spaceSettings', MODULES.space).resolver?.function, 'space-resolver');
    assert.equal(byKey('confluence:globalSettings', MODULES.site).resolver?.function, 'site-resolver');
  });

  test('have keys that are unique over the whole manifest', () => {
    const keys = Object.values(manifest.modules).flatMap((list) => list.map(({ key }) => key));
    assert.deepEqual(
      keys.filter((key, at) => keys.indexOf(key) !== at),
      [],
    );
  });

  test('show an entry of the interface that exists', () => {
    const [main] = manifest.resources;
    const shown = Object.values(manifest.modules).flatMap((list) => list.flatMap(({ resource }) => resource ?? []));
    assert.deepEqual(
      shown.map((each) => each.split('/')[0]),
      shown.map(() => main?.key),
    );
    assert.deepEqual([...new Set(shown.map((each) => each.split('/')[1]))].sort(), Object.keys(main?.entry ?? {}).sort());
    for (const page of Object.values(main?.entry ?? {})) assert.ok(existsSync(join(ROOT, 'static', page)), page);
  });

  test('have a title in every language', () => {
    const titles = Object.values(manifest.modules).flatMap((list) => list.flatMap(({ title }) => title?.i18n ?? []));
    assert.ok(manifest.translations.resources.some(({ key }) => key === manifest.translations.fallback.default));
    for (const { key, path } of manifest.translations.resources) {
      const words = JSON.parse(read(path)) as Record<string, Record<string, string>>;
      for (const title of titles) {
        const [group = '', name = ''] = title.split('.');
        assert.ok(words[group]?.[name], `${title} in ${key}`);
      }
    }
  });
});

describe('resolvers', () => {
  test('answer all names of the contract, and refuse those of another screen', async () => {
    const tables = { sendResolver: sendResolvers, spaceResolver: spaceResolvers, siteResolver: siteResolvers };
    for (const [exported, table] of Object.entries(tables)) {
      const resolver = index[exported] as (request: unknown, backend: unknown) => Promise<{ ok: boolean; error?: { code: string } }>;
      for (const name of Object.values(tables).flatMap((each) => Object.keys(each))) {
        // Nobody is signed in: a name that is known gets as far as that, or to its payload.
        const { error } = await resolver({ call: { functionKey: name, payload: {} }, context: {} }, {});
        const expected = Object.hasOwn(table, name) ? ['NOT_SIGNED_IN', 'INVALID_REQUEST'] : ['INVALID_REQUEST'];
        assert.ok(expected.includes(error?.code ?? ''), `${exported} ${name}: ${error?.code}`);
      }
    }
  });
});

describe('delivery', () => {
  test('listens to the queue that the app pushes to, as long as the contract says', () => {
    const consumer = modulesOf('consumer').find(({ queue }) => queue === DELIVERY_QUEUE);
    const worker = functions.find(({ key }) => key === consumer?.function);
    assert.equal(worker?.timeoutSeconds, DELIVERY_TIMEOUT_SECONDS);
    assert.match(DELIVERY_QUEUE, /^[a-zA-Z0-9-_]{1,36}$/);
  });

  test('waits no longer than the queue can hold an event back, once before each further attempt', () => {
    assert.equal(RETRY_DELAYS_SECONDS.length, MAX_ATTEMPTS - 1);
    for (const delay of RETRY_DELAYS_SECONDS) assert.ok(delay >= 0 && delay <= 900);
  });
});

describe('the relay', () => {
  const remote = manifest.remotes.find(({ key }) => key === RELAY_REMOTE);

  test('is a remote whose address the customer sets, which computes only and gets a system token', () => {
    assert.deepEqual(remote?.operations, ['compute']);
    assert.equal(remote?.auth?.appSystemToken?.enabled, true);
    assert.deepEqual(remote?.configurable?.supportedPatterns, ['*']);
    assert.equal(remote?.baseUrl, undefined);
    assert.equal(manifest.permissions.external?.configurable?.enabled, true);
  });

  test('is the only way out: no address is reachable otherwise', () => {
    assert.equal(manifest.remotes.length, 1);
    assert.deepEqual(Object.keys(manifest.permissions.external ?? {}), ['configurable']);
  });
});

test('every scope and permission says what it is for', () => {
  const lines = read('manifest.yml').split('\n');
  const scopes = lines.flatMap((line, at) => (/^ {4}[a-z]+:[\w.:-]+: \{/.test(line) ? [{ line, before: lines[at - 1] ?? '' }] : []));
  assert.equal(scopes.length, Object.keys(manifest.permissions.scopes).length);
  for (const { line, before } of scopes) assert.match(before, /^ {4}# \S/, line);
  for (const name of ['- unsafe-inline', 'configurable:']) {
    const at = lines.findIndex((line) => line.trim() === name);
    assert.match(lines[at - 1] ?? '', /^\s*# \S/, name);
  }
});
