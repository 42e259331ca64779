/** A line for each test file that ends, with how many are left and how long they should take. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** How long each file took when it last ran on this machine, in ms, by its path below the project. */
export type Durations = Readonly<Record<string, number>>;

/** Beside what npm itself keeps, for it is of this machine and not of the project. */
export const DURATIONS_FILE = 'node_modules/.cache/pagemail-test-durations.json';

/** The durations of earlier runs; none where they cannot be read. */
export function readDurations(path: string = DURATIONS_FILE): Durations {
  try {
    const read: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const entries = read !== null && typeof read === 'object' ? Object.entries(read) : [];
    return Object.fromEntries(entries.filter((entry): entry is [string, number] => typeof entry[1] === 'number' && entry[1] >= 0));
  } catch {
    return {};
  }
}

/** Keeps them for the next run; where nothing can be written, the next run knows less. */
export function saveDurations(durations: Durations, path: string = DURATIONS_FILE): void {
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(durations));
  } catch {
    // A folder that may not be written.
  }
}

const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;
const about = (ms: number): string => (ms < 90_000 ? `${Math.max(1, Math.ceil(ms / 1000))} s` : `${Math.ceil(ms / 60_000)} min`);

export interface EndedFile {
  readonly path: string;
  readonly passed: number;
  readonly failed: number;
  readonly durationMs: number;
}

/**
 * Gives the line for each file as it ends. The rest is what the files still to come took last time, or as long as those of this run
 * took on average, shared by `concurrency`; unknown until there is either.
 */
export function createProgress(files: readonly string[], earlier: Durations, concurrency: number) {
  const left = new Set(files);
  let ended = 0;
  let spentMs = 0;

  const expectedRest = (): number => {
    const averageMs = spentMs / Math.max(ended, 1);
    const known = [...left].map((path) => earlier[path] ?? averageMs);
    const sum = known.reduce((total, ms) => total + ms, 0);
    // Nothing ends before the longest file does.
    return Math.max(sum / concurrency, ...known, 0);
  };

  return (file: EndedFile): string => {
    left.delete(file.path);
    ended += 1;
    spentMs += file.durationMs;
    const outcome = file.failed > 0 ? `${file.failed} FAILED, ${file.passed} passed` : `${file.passed} passed`;
    const rest = left.size === 0 ? '' : `, about ${about(expectedRest())} left`;
    return `[${String(ended).padStart(String(files.length).length)} of ${files.length}] ${file.path}: ${outcome}, ${seconds(file.durationMs)}${rest}`;
  };
}
