import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

/** First line of every file that is run. */
const HEAD = "import { after, before, describe, test } from 'node:test';\n";

describe('running the tests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-runner-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let files = 0;

  /** Runs these files together: exit code, all that was printed, and its last line. */
  function runAll(
    sources: readonly string[],
    more: Record<string, string> = {},
  ): Promise<{ code: number | string; printed: string; last: string }> {
    const paths = sources.map((source) => {
      files += 1;
      const path = join(folder, `case-${files}.test.ts`);
      writeFileSync(path, HEAD + source);
      return path;
    });
    const { NODE_TEST_CONTEXT: _, ...env } = process.env;
    return new Promise((resolve) => {
      execFile(process.execPath, ['src/tools/run-tests.ts', ...paths], { env: { ...env, ...more } }, (error, stdout, stderr) => {
        resolve({ code: error ? (error.code ?? 'killed') : 0, printed: stdout + stderr, last: stdout.trimEnd().split('\n').at(-1) ?? '' });
      });
    });
  }
  const runFile = (source: string, more?: Record<string, string>) => runAll([source], more);

  test('tests count, the suites around them do not', async () => {
    const { code, last } = await runFile("describe('suite', () => { test('one', () => {}); test('two', () => {}); });");
    assert.equal(last, '2 passed, 0 failed, 0 skipped');
    assert.equal(code, 0);
  });

  test('a failing test is named with its error and fails the run', async () => {
    const { code, last, printed } = await runFile("test('fine', () => {}); test('broken', () => { throw new Error('the reason'); });");
    assert.equal(last, '1 passed, 1 failed, 0 skipped');
    assert.equal(code, 1);
    assert.match(printed, /failed {3}broken\n.*case-\d+\.test\.ts:2\nError: the reason/);
  });

  test('skipped tests, skipped suites and what is still to do are counted and named with their reason', async () => {
    const { code, last, printed } = await runFile(
      "test('a', { skip: 'no browser' }, () => {}); test('b', { todo: true }, () => { throw new Error(); }); test('c', () => {}); describe('d', { skip: 'no server' }, () => { test('e', () => {}); });",
    );
    assert.equal(last, '1 passed, 0 failed, 3 skipped');
    assert.equal(code, 0);
    assert.match(printed, /skipped {2}a .*: no browser/);
    assert.match(printed, /skipped {2}d .*: no server/);
  });

  test('a file that crashes is a failure and shows what it printed', async () => {
    const { code, last, printed } = await runFile("test('never reported', () => {}); throw new Error('crashed');");
    assert.equal(last, '0 passed, 1 failed, 0 skipped');
    assert.equal(code, 1);
    assert.match(printed, /Error: crashed/);
  });

  test('a file that ends its process is a failure', async () => {
    const { last } = await runFile("test('ends', () => process.exit(0));");
    assert.match(last, /, [1-9]\d* failed/);
  });

  test('a hook that fails is a failure', async () => {
    const before = await runFile("describe('s', () => { before(() => { throw new Error('hook'); }); test('x', () => {}); });");
    assert.equal(before.last, '0 passed, 2 failed, 0 skipped');
    assert.match(before.printed, /Error: hook/);
    const later = await runFile("test('x', () => {}); after(() => { throw new Error('late hook'); });");
    assert.equal(later.last, '1 passed, 1 failed, 0 skipped');
  });

  test('an error after a test has ended is a failure that says so', async () => {
    const { last, printed } = await runFile(
      "test('x', () => { setTimeout(() => { throw new Error('afterwards'); }, 5); }); test('y', () => new Promise((done) => setTimeout(done, 50)));",
    );
    assert.equal(last, '2 passed, 1 failed, 0 skipped');
    assert.match(printed, /afterwards/);
  });

  test('a file without tests is a failure', async () => {
    assert.equal((await runFile('export {};')).last, '0 passed, 1 failed, 0 skipped');
  });

  test('a file that leaves something running is ended by its time limit and fails, with the results it had', async () => {
    const { last, printed } = await runFile("setInterval(() => {}, 1000); test('x', () => {});", { PAGEMAIL_TEST_FILE_MS: '3000' });
    assert.equal(last, '1 passed, 1 failed, 0 skipped');
    assert.match(printed, /still running after 3 s: .*Timeout/);
  });

  test('a test that hangs is ended by its own limit and named, and those after it run', async () => {
    const { last, printed } = await runFile("test('hangs', () => new Promise(() => setTimeout(() => {}, 2000))); test('runs', () => {});", {
      PAGEMAIL_TEST_MS: '500',
    });
    assert.match(printed, /failed {3}hangs\n.*\n.*timed out after 500ms/);
    assert.equal(last, '1 passed, 1 failed, 0 skipped');
  });

  /** Passes from the second time it is run. */
  const unsteady = (mark: string): string =>
    `import { existsSync, writeFileSync } from 'node:fs'; test('wavers', () => { if (existsSync('${mark}')) return; writeFileSync('${mark}', ''); throw new Error('first time'); });`;

  test('a file that fails beside others and passes alone is counted once and named as unsteady', async () => {
    const { code, last, printed } = await runAll([unsteady(join(folder, 'mark')), "test('steady', () => {});"]);
    assert.equal(last, '2 passed, 0 failed, 0 skipped');
    assert.equal(code, 0);
    assert.match(printed, /Error: first time/);
    assert.match(printed, /unsteady, failed beside others and passed alone:\n {2}wavers /);
  });

  test('a file that fails beside others and alone has failed, once', async () => {
    const { code, last, printed } = await runAll(["test('broken', () => { throw new Error('always'); });", "test('fine', () => {});"]);
    assert.equal(last, '1 passed, 1 failed, 0 skipped');
    assert.equal(code, 1);
    assert.doesNotMatch(printed, /unsteady/);
  });

  test('where many files fail, none is run again', async () => {
    const { last, printed } = await runAll(Array.from({ length: 5 }, (_, at) => unsteady(join(folder, `many-${at}`))));
    assert.equal(last, '0 passed, 5 failed, 0 skipped');
    assert.doesNotMatch(printed, /again/);
  });
});
