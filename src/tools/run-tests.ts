/**
 * Runs the test files named on the command line (folders or files), with `--changed` those that the changes of this checkout touch, or
 * all of them. Prints a line as each file ends, failures where they happen, what was skipped and why, which files are slow, and as its last line `N passed, N failed, N skipped`. What a file printed is shown when
 * something in it failed, or when it was the only one asked for.
 *
 * Two files run at a time. A file that fails is run once more by itself: what fails again has failed; what passes then is named as
 * unsteady, because a browser or mail server on a busy machine may have failed it, or because it needs to be made sturdier.
 */
import { globSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { changedTests } from '#tools/changed-tests';
import { type FileOutcome, runFiles, shown } from '#tools/test-pass';
import { createProgress, readDurations, saveDurations } from '#tools/test-progress';

/** Files that take longer than this, in ms, are named at the end. */
const SLOW_MS = 20_000;
/** Files that run at the same time. */
const CONCURRENCY = 2;
/** When more files than this fail, it is not for the machine, and none is run again. */
const MOST_AGAIN = 4;

const inFolder = (folder: string): string[] => globSync(join(folder, '**/*.test.ts'));
const isOnlyChanged = process.argv.includes('--changed');
const wanted = process.argv.slice(2).filter((argument) => argument !== '--changed');
const files = (
  isOnlyChanged
    ? changedTests()
    : wanted.length > 0
      ? wanted.flatMap((path) => (statSync(path).isDirectory() ? inFolder(path) : [path]))
      : inFolder('test')
)
  .filter((path) => !path.includes('node_modules'))
  .map((path) => resolve(path))
  .sort();
if (files.length === 0) throw new Error(`no test files in ${wanted.join(' ')}`);

const earlier = readDurations();
const progress = createProgress(files.map(shown), earlier, CONCURRENCY);
const tell = (path: string, { passed, failed, durationMs }: FileOutcome): void =>
  console.log(progress({ path: shown(path), passed, failed: failed.length, durationMs }));

const outcomes = new Map(await runFiles(files, CONCURRENCY, files.length > 1 ? tell : undefined));
saveDurations({ ...earlier, ...Object.fromEntries([...outcomes].map(([path, { durationMs }]) => [shown(path), durationMs])) });
const hasFailed = (path: string): boolean => (outcomes.get(path)?.failed.length ?? 0) > 0;
const failing = files.filter(hasFailed);
const unsteady: string[] = [];

if (files.length > 1 && failing.length > 0 && failing.length <= MOST_AGAIN) {
  for (const path of failing) {
    console.log(`\nagain    ${shown(path)}, by itself`);
    const before = outcomes.get(path)?.failed ?? [];
    outcomes.set(path, (await runFiles([path], 1)).get(path) ?? { passed: 0, skipped: 0, failed: before, durationMs: 0 });
    if (!hasFailed(path)) unsteady.push(...before);
  }
}

report([...outcomes]);

function report(all: readonly (readonly [string, FileOutcome])[]): void {
  const slow = all.filter(([, { durationMs }]) => durationMs > SLOW_MS).sort(([, one], [, other]) => other.durationMs - one.durationMs);
  if (slow.length > 0)
    console.log(`\nslow     ${slow.map(([file, { durationMs }]) => `${shown(file)} ${Math.round(durationMs / 1000)} s`).join(', ')}`);
  const sum = (of: (outcome: FileOutcome) => number): number => all.reduce((total, [, outcome]) => total + of(outcome), 0);
  const failed = all.flatMap(([, outcome]) => outcome.failed);
  const list = (title: string, lines: readonly string[]): void => {
    if (lines.length > 0) console.log(`\n${title}:\n${lines.map((line) => `  ${line}`).join('\n')}`);
  };
  list('unsteady, failed beside others and passed alone', unsteady);
  list('failed', failed);
  const passed = sum((outcome) => outcome.passed);
  process.exitCode = failed.length > 0 || passed === 0 ? 1 : 0;
  console.log(`${passed} passed, ${failed.length} failed, ${sum(({ skipped }) => skipped)} skipped`);
}
