/** Runs the test files named on the command line (folders or files), or all of them, and ends with `N passed, N failed, N skipped`. */
import { globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';

/** Milliseconds one test may take; generous, because machines are noisy. */
const TEST_TIMEOUT_MS = 180_000;

const wanted = process.argv.slice(2);
const inFolder = (folder: string): string[] => globSync(join(folder, '**/*.test.ts'));
const files = (wanted.length > 0 ? wanted.flatMap((path) => (statSync(path).isDirectory() ? inFolder(path) : [path])) : inFolder('test'))
  .filter((path) => !path.includes('node_modules'))
  .sort();

const count = { passed: 0, failed: 0, skipped: 0 };
const stream = run({ files, concurrency: 2, timeout: TEST_TIMEOUT_MS });

stream.on('test:stderr', ({ message }) => process.stderr.write(message));
stream.on('test:stdout', ({ message }) => process.stdout.write(message));
stream.on('test:pass', (event) => {
  if (event.details.type === 'suite') return;
  if (event.skip !== undefined || event.todo !== undefined) {
    count.skipped += 1;
    console.log(`skipped  ${event.name}${typeof event.skip === 'string' ? `: ${event.skip}` : ''}`);
  } else if (!event.name.endsWith('.test.ts')) count.passed += 1;
});
stream.on('test:fail', (event) => {
  if (event.details.type === 'suite' && event.details.error.cause === undefined) return;
  if ((event.details.error as { failureType?: string }).failureType === 'subtestsFailed') return;
  count.failed += 1;
  const error = event.details.error.cause ?? event.details.error;
  console.error(`\nfailed   ${event.name}\n         ${event.file ?? ''}:${event.line ?? ''}`);
  console.error(error instanceof Error ? (error.stack ?? error.message) : error);
});
stream.on('end', () => {
  process.exitCode = count.failed > 0 || count.passed === 0 ? 1 : 0;
  console.log(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
});
stream.resume();
