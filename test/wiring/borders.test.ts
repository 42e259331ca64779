import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { importsOf, read, sourcesIn } from '#test/wiring/sources';

/** Which folder of src/ may import which, beside itself. */
const BORDERS: Readonly<Record<string, readonly string[]>> = {
  contract: [],
  mail: ['contract'],
  app: ['contract', 'mail'],
  relay: ['contract', 'mail'],
  local: ['contract', 'mail', 'app', 'relay', 'tools'],
};
const folderOf = (specifier: string): string | undefined => /^#(\w+)\//.exec(specifier)?.[1];
const offences = (files: readonly string[], isAllowed: (specifier: string) => boolean): string[] =>
  files.flatMap((file) => importsOf(file).flatMap((each) => (isAllowed(each) ? [] : [`${file} imports ${each}`])));

describe('who imports whom', () => {
  for (const [folder, others] of Object.entries(BORDERS)) {
    test(`src/${folder} imports ${['itself', ...others].join(', ')} of ours`, () => {
      const files = sourcesIn(`src/${folder}`);
      assert.ok(files.length > 0);
      const isAllowed = (specifier: string): boolean => {
        const target = folderOf(specifier);
        return target === undefined ? !specifier.startsWith('.') || folder === 'local' : [folder, ...others].includes(target);
      };
      assert.deepEqual(offences(files, isAllowed), []);
    });
  }

  test('the interface imports the contract and pure helpers of mail', () => {
    const isAllowed = (specifier: string): boolean =>
      ['contract', 'mail', undefined].includes(folderOf(specifier)) && !specifier.startsWith('node:');
    assert.deepEqual(offences(sourcesIn('static/src'), isAllowed), []);
  });

  test('@forge packages are imported where Forge is touched, and nowhere else', () => {
    const touches = /^src\/app\/(confluence\/|store\/|relay\.ts|resolvers\/|jobs\/)/;
    const files = sourcesIn('src').filter(
      (path) => !touches.test(path) && !path.startsWith('src/tools/') && !path.startsWith('src/local/'),
    );
    assert.deepEqual(
      offences(files, (specifier) => !specifier.startsWith('@forge/')),
      [],
    );
  });

  test('each @forge package has its one place', () => {
    const places = (name: string) => sourcesIn('src/app').filter((path) => importsOf(path).includes(name));
    assert.deepEqual(
      places('@forge/kvs').filter((path) => !path.startsWith('src/app/store/')),
      [],
    );
    const isConfluence = (path: string) => path.startsWith('src/app/confluence/');
    assert.deepEqual(
      places('@forge/api').filter((path) => !isConfluence(path)),
      ['src/app/relay.ts', 'src/app/resolvers/handler.ts'],
    );
    assert.deepEqual(places('@forge/resolver'), ['src/app/resolvers/handler.ts']);
  });

  test('the contract needs zod alone', () => {
    assert.deepEqual(
      offences(sourcesIn('src/contract'), (specifier) => specifier === 'zod' || folderOf(specifier) === 'contract'),
      [],
    );
  });

  // What works on octets runs in functions and in the relay alone; of Node it may have what only computes.
  const onOctets = /^src\/mail\/(compose|secure|receive)\//;
  const computes = ['node:crypto', 'node:stream', 'node:url', 'node:zlib', 'node:buffer'];
  const withoutComments = (path: string) => read(path).replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '');

  test('mail is pure: no network, no clock, no chance', () => {
    const impure =
      /\b(?:fetch|setTimeout|setInterval|Math\.random|Date\.now|process|randomBytes|randomUUID|getRandomValues)\b|new Date\(\)/;
    assert.deepEqual(
      sourcesIn('src/mail').filter((path) => impure.test(withoutComments(path))),
      [],
    );
  });

  test('mail needs nothing of Node, but for what works on octets, which needs what only computes', () => {
    const allowed = (path: string) => (specifier: string) =>
      !specifier.startsWith('node:') || (onOctets.test(path) && computes.includes(specifier));
    assert.deepEqual(
      sourcesIn('src/mail').flatMap((path) => offences([path], allowed(path))),
      [],
    );
    assert.deepEqual(
      sourcesIn('src/mail').filter((path) => !onOctets.test(path) && /\b(Buffer\.|crypto\.)/.test(withoutComments(path))),
      [],
    );
  });

  test('use cases get time and randomness as arguments', () => {
    const outside = /^src\/app\/(confluence\/|store\/|relay\.ts|resolvers\/|jobs\/)/;
    const files = sourcesIn('src/app').filter((path) => !outside.test(path));
    assert.deepEqual(
      files.filter((path) => /Math\.random|Date\.now\(|new Date\(\)|random(UUID|Bytes)\(/.test(read(path))),
      [],
    );
  });
});
