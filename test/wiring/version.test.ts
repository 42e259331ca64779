import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { VERSION } from '#contract/version';
import { ROOT, read } from '#test/wiring/sources';

describe('the version', () => {
  test('is the same in package.json, its lock file, and what relay and app report', () => {
    assert.equal(VERSION, (JSON.parse(read('package.json')) as { version: string }).version);
    const lock = JSON.parse(read('package-lock.json')) as { version: string; packages: Record<string, { version?: string }> };
    assert.deepEqual([lock.version, lock.packages['']?.version], [VERSION, VERSION]);
    assert.match(VERSION, /^\d+\.\d+\.\d+$/);
  });

  test('is the newest of the changelog, below what is not released yet', () => {
    const headings = [...read('CHANGELOG.md').matchAll(/^## (.+)$/gm)].map((match) => match[1]);
    assert.equal(headings[0], 'Unreleased');
    assert.equal(headings[1], VERSION);
  });
});

test('every link between the documents of the project leads to a file', () => {
  const documents = globSync(['*.md', 'docs/**/*.md', 'findings/**/*.md', 'src/**/*.md'], { cwd: ROOT });
  const missing = documents.flatMap((path) =>
    [...readFileSync(join(ROOT, path), 'utf8').matchAll(/\]\((?!https?:|mailto:|#)([^)#\s]+)/g)]
      .map((match) => join(dirname(path), match[1] ?? ''))
      .filter((target) => !existsSync(join(ROOT, target)))
      .map((target) => `${path}: ${target}`),
  );
  assert.deepEqual(missing, []);
  assert.ok(documents.length > 5);
});
