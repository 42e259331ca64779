/** One run of test files by node:test: what became of each file, with failures told as they happen. */
import { relative, resolve } from 'node:path';
import { run } from 'node:test';

/** Milliseconds one test or hook may take; generous, because machines are noisy. One that hangs is named. */
const TEST_TIMEOUT_MS = Number(process.env['PAGEMAIL_TEST_MS'] ?? 180_000);
/** Milliseconds a file may take as the runner sees it; test-file-limit.ts ends a file that hangs before. */
const FILE_TIMEOUT_MS = 480_000;

export interface FileOutcome {
  passed: number;
  skipped: number;
  /** A line for each failed test: its name and where it stands. */
  readonly failed: string[];
  durationMs: number;
}

type Event = { name: string; nesting: number; file?: string; line?: number };
type Failure = Event & { details: { type?: string; error: Error } };

export const shown = (file: string | undefined): string => (file === undefined ? '' : relative('.', file));
const place = ({ file, line }: Event): string => `${shown(file)}${line === undefined ? '' : `:${line}`}`;

/** The stack without the runner's own lines. */
const stackOf = (error: unknown): string =>
  error instanceof Error
    ? (error.stack ?? error.message).replace(/\n\s+at (?:[^\n(]+\()?node:internal[^\n]*/g, '')
    : typeof error === 'string'
      ? error
      : JSON.stringify(error);

/** Collects what the runner says of each file. What a file prints is kept back until something in it fails. */
class Pass {
  readonly outcomes = new Map<string, FileOutcome>();
  readonly #output = new Map<string, string>();
  readonly #files: readonly string[];

  constructor(files: readonly string[]) {
    this.#files = files;
  }

  /** A file's own event: it had no tests, crashed, or a hook outside of every test failed. */
  isFile({ name, nesting }: Event): boolean {
    return nesting === 0 && this.#files.includes(resolve(name));
  }

  outcome(file: string | undefined): FileOutcome {
    const key = file ?? '';
    const known = this.outcomes.get(key) ?? { passed: 0, skipped: 0, failed: [], durationMs: 0 };
    this.outcomes.set(key, known);
    return known;
  }

  print({ file, message }: { file?: string | undefined; message: string }): void {
    if (this.#files.length === 1 || file === undefined) process.stdout.write(message);
    else this.#output.set(file, (this.#output.get(file) ?? '') + message);
  }

  forget(file: string): void {
    this.#output.delete(file);
  }

  release(file: string | undefined): void {
    const text = this.#output.get(file ?? '');
    if (text === undefined || file === undefined) return;
    this.#output.delete(file);
    console.log(`\n--- printed by ${shown(file)}\n${text.trimEnd()}\n---`);
  }

  skip({ name, file }: Event, reason: string | boolean): void {
    this.outcome(file).skipped += 1;
    console.log(`skipped  ${name} (${shown(file)})${typeof reason === 'string' && reason !== '' ? `: ${reason}` : ''}`);
  }

  fail(event: Failure): void {
    const { name, file, details } = event;
    this.outcome(file).failed.push(`${name} (${place(event)})`);
    const { failureType: kind, exitCode, signal } = details.error as { failureType?: string; exitCode?: number; signal?: string };
    // The parts of a test and the hook of a suite have been printed themselves.
    if (kind === 'subtestsFailed' || kind === 'cancelledByParent') return;
    console.log(`\nfailed   ${name}\n         ${place(event)}\n${stackOf(details.error.cause ?? details.error)}`);
    if (exitCode !== undefined) console.log(`the process ended with ${signal ?? exitCode}`);
  }
}

/** Runs the files, `concurrency` at a time; gives what became of each by its path, and tells `onEnd` of each as it ends. */
export async function runFiles(
  files: readonly string[],
  concurrency: number,
  onEnd: (path: string, outcome: FileOutcome) => void = () => undefined,
): Promise<ReadonlyMap<string, FileOutcome>> {
  const pass = new Pass(files);
  // Never forceExit: it ends a file before the runner has read all of its results, and a lost failure looks like none.
  const stream = run({
    files: [...files],
    concurrency,
    timeout: FILE_TIMEOUT_MS,
    execArgv: [`--test-timeout=${TEST_TIMEOUT_MS}`, '--import', new URL('test-file-limit.ts', import.meta.url).href],
  });
  stream.on('test:stdout', (event) => pass.print(event));
  stream.on('test:stderr', (event) => pass.print(event));
  stream.on('test:diagnostic', ({ message, file, level }) => {
    if (level === 'error' || /uncaughtException|unhandledRejection/.test(message)) pass.print({ file, message: `${message}\n` });
  });
  stream.on('test:pass', (event) => {
    const { todo, skip, name, details } = event;
    if (todo !== undefined || skip !== undefined) pass.skip(event, todo ?? skip ?? '');
    else if (pass.isFile(event))
      pass.fail({ ...event, name: 'a file without tests', details: { error: new Error(`${shown(name)} has no tests`) } });
    else if (details.type !== 'suite') pass.outcome(event.file).passed += 1;
  });
  stream.on('test:fail', (event) => {
    const { failureType } = event.details.error as { failureType?: string };
    if (event.todo !== undefined) return pass.skip(event, event.todo);
    if (event.details.type === 'suite' && failureType === 'subtestsFailed') return;
    pass.fail(pass.isFile(event) ? { ...event, name: `the file ${shown(event.name)}, outside of its tests` } : event);
    pass.release(event.file);
  });
  stream.on('test:summary', ({ file, duration_ms, success }) => {
    if (file === undefined) return;
    pass.outcome(file).durationMs = duration_ms;
    if (success) pass.forget(file);
    else pass.release(file);
    onEnd(file, pass.outcome(file));
  });
  await new Promise((resolve) => stream.once('end', resolve).resume());
  return pass.outcomes;
}
