import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ROOT } from '#test/wiring/sources';

// A minute of processor time, and more on a busy machine.
test('Forge’s own checks of the manifest, its linter and its bundler find nothing', { timeout: 900_000 }, async () => {
  const run = promisify(execFile)(process.execPath, ['src/tools/manifest-check.cjs'], { cwd: ROOT });
  const { stdout } = await run.catch((error: { stdout: string; stderr: string }) => assert.fail(`${error.stdout}${error.stderr}`));
  assert.match(stdout, /manifest: 0 problems/);
});
