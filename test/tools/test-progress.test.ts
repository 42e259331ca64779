import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { createProgress, readDurations, saveDurations } from '#tools/test-progress';

describe('the progress of a test run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-progress-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  test('each file is told with its result, its time, its number and the expected rest', () => {
    const tell = createProgress(['a', 'b', 'c'], { b: 30_000, c: 10_000 }, 2);
    assert.equal(tell({ path: 'a', passed: 4, failed: 0, durationMs: 1250 }), '[1 of 3] a: 4 passed, 1.3 s, about 30 s left');
    assert.equal(tell({ path: 'c', passed: 1, failed: 2, durationMs: 900 }), '[2 of 3] c: 2 FAILED, 1 passed, 0.9 s, about 30 s left');
    assert.equal(tell({ path: 'b', passed: 3, failed: 0, durationMs: 30_000 }), '[3 of 3] b: 3 passed, 30.0 s');
  });

  test('a file that never ran is expected to take what the others took', () => {
    const tell = createProgress(['a', 'b', 'c', 'd', 'e'], {}, 2);
    assert.match(tell({ path: 'a', passed: 1, failed: 0, durationMs: 60_000 }), /about 2 min left$/);
  });

  test('durations are kept for the next run; a damaged file is as none', () => {
    const path = join(folder, 'cache', 'durations.json');
    assert.deepEqual(readDurations(path), {});
    saveDurations({ a: 12 }, path);
    assert.deepEqual(readDurations(path), { a: 12 });
    for (const damaged of ['', '{"a"', 'null', '[]']) {
      writeFileSync(path, damaged);
      assert.deepEqual(readDurations(path), {});
    }
    writeFileSync(path, '{"a": "long", "b": -1, "c": 3}');
    assert.deepEqual(readDurations(path), { c: 3 });
  });
});
