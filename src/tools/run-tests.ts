/**
 * Runs the test files named on the command line (folders or files), or all of them. Prints failures where they happen, what was
 * skipped and why, which files are slow, and as its last line `N passed, N failed, N skipped`. What a file printed is shown when
 * something in it failed, or when it was the only one asked for.
 */
import { globSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { run } from 'node:test';

/** Milliseconds one test may take; generous, because machines are noisy. A file that never ends is ended by test-file-limit.ts. */
const TEST_TIMEOUT_MS = 420_000;
/** Files that take longer than this, in ms, are named at the end. */
const SLOW_MS = 20_000;
/** Files that run at the same time. */
const CONCURRENCY = 2;

type Failure = { name: string; nesting: number; file?: string; line?: number; details: { type?: string; error: Error } };

const count = { passed: 0, failed: 0, skipped: 0 };
const failedTests: string[] = [];
const output = new Map<string, string>();
const durations = new Map<string, number>();

const inFolder = (folder: string): string[] => globSync(join(folder, '**/*.test.ts'));
const wanted = process.argv.slice(2);
const files = (wanted.length > 0 ? wanted.flatMap((path) => (statSync(path).isDirectory() ? inFolder(path) : [path])) : inFolder('test'))
  .filter((path) => !path.includes('node_modules'))
  .map((path) => resolve(path))
  .sort();

const shown = (file: string | undefined): string => (file === undefined ? '' : relative('.', file));
/** A file's own event: it had no tests, crashed, or a hook outside of every test failed. */
const isFile = ({ name, nesting }: { name: string; nesting: number }): boolean => nesting === 0 && files.includes(resolve(name));

function keepOutput({ file, message }: { file?: string | undefined; message: string }): void {
  if (files.length === 1 || file === undefined) process.stdout.write(message);
  else output.set(file, (output.get(file) ?? '') + message);
}

function releaseOutput(file: string | undefined): void {
  const text = output.get(file ?? '');
  if (text === undefined || file === undefined) return;
  output.delete(file);
  console.log(`\n--- printed by ${shown(file)}\n${text.trimEnd()}\n---`);
}

function skip(name: string, file: string | undefined, reason: string | boolean | undefined): void {
  count.skipped += 1;
  console.log(`skipped  ${name} (${shown(file)})${typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''}`);
}

/** The stack without the runner's own lines. */
const stackOf = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? error.message).replace(/\n\s+at (?:[^\n(]+\()?node:internal[^\n]*/g, '')
    : typeof error === 'string'
      ? error
      : JSON.stringify(error);

function fail({ name, file, line, details: { error } }: Failure): void {
  count.failed += 1;
  failedTests.push(`${name} (${shown(file)}${line === undefined ? '' : `:${line}`})`);
  const { failureType: kind, exitCode, signal } = error as { failureType?: string; exitCode?: number; signal?: string };
  // The parts of a test and the hook of a suite have been printed themselves.
  if (kind === 'subtestsFailed' || kind === 'cancelledByParent') return;
  console.log(`\nfailed   ${name}\n         ${shown(file)}${line === undefined ? '' : `:${line}`}\n${stackOf(error.cause ?? error)}`);
  if (exitCode !== undefined) console.log(`the process ended with ${signal ?? exitCode}`);
}

if (files.length === 0) throw new Error(`no test files in ${wanted.join(' ')}`);
// Never forceExit: it ends a file before the runner has read all of its results, and a lost failure looks like none.
const stream = run({
  files,
  concurrency: CONCURRENCY,
  timeout: TEST_TIMEOUT_MS,
  execArgv: ['--import', new URL('test-file-limit.ts', import.meta.url).href],
});

stream.on('test:stdout', keepOutput);
stream.on('test:stderr', keepOutput);
stream.on('test:diagnostic', ({ message, file, level }) => {
  if (level === 'error' || /uncaughtException|unhandledRejection/.test(message)) keepOutput({ file, message: `${message}\n` });
});
stream.on('test:pass', (event) => {
  const { name, file, details } = event;
  if (event.todo !== undefined) skip(name, file, event.todo);
  else if (event.skip !== undefined) skip(name, file, event.skip);
  else if (isFile(event)) fail({ ...event, name: 'a file without tests', details: { error: new Error(`${shown(name)} has no tests`) } });
  else if (details.type !== 'suite') count.passed += 1;
});
stream.on('test:fail', (event) => {
  const { name, file, details } = event;
  const { failureType } = details.error as { failureType?: string };
  if (event.todo !== undefined) return skip(name, file, event.todo);
  if (details.type === 'suite' && failureType === 'subtestsFailed') return;
  fail(isFile(event) ? { ...event, name: `the file ${shown(name)}, outside of its tests` } : event);
  releaseOutput(file);
});
stream.on('test:summary', ({ file, duration_ms, success }) => {
  if (file === undefined) return;
  durations.set(file, duration_ms);
  if (success) output.delete(file);
  else releaseOutput(file);
});
stream.on('end', () => {
  const slow = [...durations].filter(([, ms]) => ms > SLOW_MS).sort(([, one], [, other]) => other - one);
  if (slow.length > 0) console.log(`\nslow     ${slow.map(([file, ms]) => `${shown(file)} ${Math.round(ms / 1000)} s`).join(', ')}`);
  if (failedTests.length > 0) console.log(`\nfailed:\n${failedTests.map((line) => `  ${line}`).join('\n')}`);
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
});
stream.resume();
