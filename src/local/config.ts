/** What the local site takes from the environment; every problem is named at once. Nothing but Node: it is read before anything is built. */
import { mkdirSync, mkdtempSync, readdirSync, rmdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface LocalConfig {
  readonly port: number;
  readonly inboxPort: number;
  readonly pagesFolder: string | undefined;
  readonly dataFolder: string | undefined;
}

/** Settings that cannot be used, a line for each. */
export class LocalConfigError extends Error {
  override readonly name = 'LocalConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.problems = problems;
  }
}

const MAX_PORT = 65_535;

/** What stands behind Node's codes, after the name of the file or folder. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'is not there',
  EEXIST: 'stands below a file',
  ENOTDIR: 'is no folder',
  EISDIR: 'is a folder, not a file',
  EACCES: 'may not be used by this account',
  EPERM: 'may not be used by this account',
  EROFS: 'is on a file system that cannot be written',
  ENOSPC: 'is on a full file system',
  ELOOP: 'is a link to itself',
  ENAMETOOLONG: 'has too long a name',
};

/** Why a file or folder could not be used, as the end of a sentence that begins with its name. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return REASONS[code ?? ''] ?? `cannot be used (${code ?? message})`;
}

/** Makes a folder and those above it, step by step: Node's `recursive` never ends where a folder is there and takes none (`/proc`). */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return;
  const parent = dirname(folder);
  if (parent !== folder) makeFolder(parent);
  mkdirSync(folder, { mode: 0o700 });
}

/** Writes something into the folder, made where it is missing, and takes it away again. @throws what writing throws */
function tryWriting(folder: string): void {
  makeFolder(folder);
  rmdirSync(mkdtempSync(join(folder, '.writable-')));
}

/** The settings as the environment has them; an empty value is none. @throws LocalConfigError with every problem, each by its variable */
export function readConfig(env: Readonly<Record<string, string | undefined>>): LocalConfig {
  const problems: string[] = [];
  const port = (variable: string, fallback: number): number => {
    const text = env[variable] || String(fallback);
    if (/^\d+$/.test(text) && Number(text) <= MAX_PORT) return Number(text);
    problems.push(`${variable} must be a port, a number from 0 to ${MAX_PORT}, and is ${JSON.stringify(text)}`);
    return fallback;
  };
  const folder = (variable: string, use: (path: string) => void): string | undefined => {
    const path = env[variable] || undefined;
    try {
      if (path !== undefined && statSync(path, { throwIfNoEntry: false })?.isDirectory() === false)
        problems.push(`${variable}: ${path} is no folder`);
      else if (path !== undefined) use(path);
    } catch (error) {
      problems.push(`${variable}: ${path} ${reasonOf(error)}`);
    }
    return path;
  };
  const config = {
    port: port('PAGEMAIL_PORT', 8080),
    inboxPort: port('PAGEMAIL_INBOX_PORT', 8025),
    pagesFolder: folder('PAGEMAIL_PAGES', readdirSync),
    dataFolder: folder('PAGEMAIL_DATA', tryWriting),
  };
  if (config.port !== 0 && config.port === config.inboxPort)
    problems.push(`PAGEMAIL_PORT and PAGEMAIL_INBOX_PORT are both ${config.port}; each needs a port of its own`);
  if (problems.length > 0) throw new LocalConfigError(problems);
  return config;
}
