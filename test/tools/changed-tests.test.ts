import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { testsFor } from '#tools/changed-tests';

describe('the tests that a change touches', () => {
  const sources = new Map(
    Object.entries({
      'src/contract/limits.ts': '',
      'src/mail/address.ts': "import { MAX } from '#contract/limits';",
      'src/mail/render/index.ts': "export { x } from './walk.ts';",
      'src/mail/render/walk.ts': '',
      'src/relay/lone.ts': '',
      'src/local/main.ts': '',
      'static/src/app.tsx': '',
      'test/mail/address.test.ts': "import { parse } from '#mail/address';",
      'test/mail/render/walk.test.ts': "const { renderPage } = await import('#mail/render/index');",
      'test/mail/support.ts': '',
      'test/mail/uses-support.test.ts': "import { rig } from '#test/mail/support';",
      'test/local/commands.test.ts': "run('src/local/main.ts', []);",
      'test/relay/send.test.ts': '',
      'test/e2e/dialog.test.ts': '',
      'test/wiring/borders.test.ts': '',
    }),
  );
  const touched = (...changed: string[]): string[] => testsFor(changed, sources).filter((path) => !path.startsWith('test/wiring/'));

  test('by imports, over any number of steps and import()', () => {
    assert.ok(touched('src/contract/limits.ts').includes('test/mail/address.test.ts'));
    assert.ok(touched('src/mail/render/walk.ts').includes('test/mail/render/walk.test.ts'));
    assert.ok(!touched('src/mail/address.ts').includes('test/mail/render/walk.test.ts'));
  });

  test('by a file that a test starts, or support that it shares', () => {
    assert.deepEqual(touched('src/local/main.ts'), ['test/local/commands.test.ts']);
    assert.deepEqual(touched('test/mail/support.ts'), ['test/mail/uses-support.test.ts']);
    assert.deepEqual(touched('test/mail/address.test.ts'), ['test/mail/address.test.ts']);
  });

  test('by what is built of it and driven in a browser or over HTTP', () => {
    assert.deepEqual(touched('static/src/app.tsx'), ['test/e2e/dialog.test.ts']);
    assert.deepEqual(touched('manifest.yml'), ['test/e2e/dialog.test.ts', 'test/local/commands.test.ts']);
    assert.deepEqual(touched('src/relay/lone.ts'), ['test/relay/send.test.ts']);
  });

  test('the wiring always, even for a text; everything when the dependencies change', () => {
    assert.deepEqual(testsFor(['README.md'], sources), ['test/wiring/borders.test.ts']);
    assert.equal(testsFor(['package-lock.json'], sources).length, 7);
  });
});
