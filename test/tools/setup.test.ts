import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';

const skip = process.platform === 'win32' ? 'Windows has no such signals' : false;

describe('what the npm scripts start', { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-setup-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const setup = new URL('../../src/tools/setup.mjs', import.meta.url).href;

  function file(name: string, source: string): string {
    const path = join(folder, name);
    writeFileSync(path, source);
    return path;
  }
  /** A script in the shell that npm would start it in. */
  function start(source: string) {
    const script = file('script.mjs', `import { runNode, runNodes } from ${JSON.stringify(setup)};\n${source}`);
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    const pids = new Set<number>();
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
      for (const [, pid] of printed.matchAll(/pid (\d+)\n/g)) pids.add(Number(pid));
    });
    // Its output ends when nobody is left who could write to it: a test that comes to its end has shown that all of them are gone.
    const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
    return { child, pids, ended, printed: () => printed };
  }
  async function says(script: { child: ChildProcess; printed: () => string }, text: RegExp): Promise<void> {
    while (!text.test(script.printed())) await new Promise((resolve) => script.child.stdout?.once('data', resolve));
  }
  const waits = "console.log('pid ' + process.pid); setInterval(() => {}, 1000);";

  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    test(`${signal} ends what runs, and what would run next does not begin`, async () => {
      const first = file('first.mjs', waits);
      const next = file('next.mjs', "console.log('begun');");
      const script = start(`process.exitCode = await runNodes([${JSON.stringify(first)}], [${JSON.stringify(next)}]);`);
      await says(script, /pid \d+/);
      script.child.kill(signal);
      assert.notEqual(await script.ended, 0);
      assert.equal(script.pids.size, 1);
      assert.doesNotMatch(script.printed(), /begun/);
    });
  }

  test('what ends as asked has its own exit code', async () => {
    const path = file('polite.mjs', "process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000); console.log('ready');");
    const script = start(`process.exitCode = await runNode([${JSON.stringify(path)}]);`);
    await says(script, /ready/);
    script.child.kill('SIGTERM');
    assert.equal(await script.ended, 0);
  });

  test('a signal that comes while something else is busy keeps the next from beginning', async () => {
    const next = file('after.mjs', "console.log('begun');");
    const script = start(
      `console.log('busy'); const until = Date.now() + 500; while (Date.now() < until); process.exitCode = await runNode([${JSON.stringify(next)}]);`,
    );
    await says(script, /busy/);
    script.child.kill('SIGTERM');
    assert.equal(await script.ended, 143);
    assert.doesNotMatch(script.printed(), /begun/);
  });

  test('the programs that the tests have started end with them', async () => {
    const inner = file('inner.mjs', waits);
    const outer = file(
      'outer.mjs',
      `import { spawn } from 'node:child_process'; spawn(process.execPath, [${JSON.stringify(inner)}], { stdio: 'inherit' }); ${waits}`,
    );
    const script = start(`process.exitCode = await runNode([${JSON.stringify(outer)}], { isGroup: true });`);
    await says(script, /pid \d+\n[\s\S]*pid \d+\n/);
    script.child.kill('SIGTERM');
    assert.equal(await script.ended, 143);
    assert.equal(script.pids.size, 2);
  });

  test('SIGTERM to the shell of an npm script ends what the script has started', async () => {
    const path = file('served.mjs', waits);
    const script = file(
      'npm.mjs',
      `import { runNode } from ${JSON.stringify(setup)};\nprocess.exitCode = await runNode([${JSON.stringify(path)}]);`,
    );
    const env = { ...process.env, npm_lifecycle_event: 'start' };
    // The second command keeps the shell from becoming the script itself.
    const shell = spawn('sh', ['-c', `"${process.execPath}" "${script}"; true`], { env, stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => shell.on('close', resolve));
    await new Promise((resolve) => shell.stdout.once('data', resolve));
    shell.kill('SIGTERM');
    await ended;
    assert.equal(shell.signalCode, 'SIGTERM');
  });
});
