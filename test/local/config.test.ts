import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { LocalConfigError, readConfig } from '#local/config';

/** The problems that these variables have. */
function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof LocalConfigError) return error.problems;
    throw error;
  }
  return [];
}

describe('settings of the local site', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-config-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'file');
  writeFileSync(file, '');

  test('without any, and with empty values, the defaults hold', () => {
    const defaults = { port: 8080, inboxPort: 8025, pagesFolder: undefined, dataFolder: undefined };
    assert.deepEqual(readConfig({}), defaults);
    assert.deepEqual(readConfig({ PAGEMAIL_PORT: '', PAGEMAIL_INBOX_PORT: '', PAGEMAIL_PAGES: '', PAGEMAIL_DATA: '' }), defaults);
  });

  test('a port is a whole number from 0 to 65535, written in digits', () => {
    for (const port of ['0', '1', '65535']) assert.equal(readConfig({ PAGEMAIL_PORT: port }).port, Number(port));
    for (const port of ['-1', '65536', '80.5', '8e3', '0x50', ' 8080', 'eighty', 'NaN', '8080,8081'])
      assert.match(problemsOf({ PAGEMAIL_PORT: port }).join(), /^PAGEMAIL_PORT must be a port/, port);
  });

  test('every problem is named at once, each by its variable', () => {
    const problems = problemsOf({
      PAGEMAIL_PORT: 'eighty',
      PAGEMAIL_INBOX_PORT: '99999',
      PAGEMAIL_PAGES: join(folder, 'missing'),
      PAGEMAIL_DATA: file,
    });
    assert.deepEqual(
      problems.map((problem) => /^[A-Z_]+/.exec(problem)?.[0]),
      ['PAGEMAIL_PORT', 'PAGEMAIL_INBOX_PORT', 'PAGEMAIL_PAGES', 'PAGEMAIL_DATA'],
    );
    assert.doesNotMatch(problems.join('\n'), /ENOENT|ENOTDIR|EISDIR/);
  });

  test('the site and the inbox cannot share a port, unless each takes a free one', () => {
    assert.match(problemsOf({ PAGEMAIL_PORT: '8025' }).join(), /PAGEMAIL_PORT and PAGEMAIL_INBOX_PORT are both 8025/);
    assert.deepEqual(problemsOf({ PAGEMAIL_PORT: '0', PAGEMAIL_INBOX_PORT: '0' }), []);
  });

  test('a data folder is made where it is missing, and nothing is left in it', () => {
    const data = join(folder, 'new', 'data');
    assert.equal(readConfig({ PAGEMAIL_DATA: data }).dataFolder, data);
    assert.deepEqual(readdirSync(data), []);
  });

  test('a data folder that cannot be made is named with the reason', () => {
    assert.match(problemsOf({ PAGEMAIL_DATA: join(file, 'data') }).join(), /^PAGEMAIL_DATA: .*file\/data stands below a file/);
  });

  test('a folder that nothing can be made in is named, without waiting', {
    skip: process.platform === 'linux' ? false : 'needs /proc',
  }, () => {
    assert.match(problemsOf({ PAGEMAIL_DATA: '/proc/pagemail/data' }).join(), /^PAGEMAIL_DATA: \/proc\/pagemail\/data /);
  });

  const drop = process.platform === 'linux' && process.getuid?.() === 0;
  const reason = drop ? false : 'needs root on Linux, to be somebody else';
  test('a data folder that may not be written, and pages that may not be read, are named with the reason', { skip: reason }, () => {
    const closed = join(folder, 'closed');
    mkdirSync(closed, { mode: 0o700 });
    const script = `process.setuid(65534); const { readConfig } = await import(${JSON.stringify(new URL('../../src/local/config.ts', import.meta.url).href)});
      try { readConfig({ PAGEMAIL_DATA: ${JSON.stringify(closed)}, PAGEMAIL_PAGES: ${JSON.stringify(closed)} }); } catch (error) { console.log(error.message); }`;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.match(printed, /^PAGEMAIL_PAGES: .* may not be used by this account\nPAGEMAIL_DATA: .* may not be used by this account\n$/);
  });
});
