/** The relay as a process of its own, from its bundle, under Node's permission model. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildRelay } from '#relay/build';

/** What the relay is started with: it may read, and load sharp; it may neither write nor start programs. */
export const PERMISSIONS = ['--permission', '--allow-fs-read=*', '--allow-addons'];

/** Ended with the test run, also where a test has failed before it could. */
const running = new Set<ChildProcess>();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => process.exit(1));
process.once('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

let built: Promise<string> | undefined;
/** Path of a bundle made for this test run, beside node_modules so that sharp is found. */
export function relayBundle(): Promise<string> {
  built ??= (async () => {
    const folder = `dist/relay/test-${process.pid}`;
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
    const outfile = `${folder}/main.mjs`;
    await buildRelay(outfile);
    return outfile;
  })();
  return built;
}

export interface RelayProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly output: string[];
  /** Resolves with exit code or signal. */
  readonly ended: Promise<number | string>;
}

/** Starts one on a free port and waits until it listens. `script` is the bundle unless told otherwise. */
export async function startRelayProcess(
  env: Record<string, string>,
  options: { script?: string; permissions?: readonly string[]; cwd?: string } = {},
): Promise<RelayProcess> {
  const script = options.script ?? (await relayBundle());
  const child = spawn(process.execPath, [...(options.permissions ?? PERMISSIONS), script], {
    env: { PATH: process.env['PATH'], RELAY_PORT: '0', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
    ...(options.cwd && { cwd: options.cwd }),
  });
  running.add(child);
  child.once('exit', () => running.delete(child));
  const output: string[] = [];
  const ended = new Promise<number | string>((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal ?? '')));
  createInterface(child.stderr).on('line', (line) => output.push(line));
  const url = await new Promise<string>((resolve, reject) => {
    ended.then((code) => reject(new Error(`the relay ended with ${code}: ${output.join('\n')}`)));
    createInterface(child.stdout).on('line', (line) => {
      output.push(line);
      const listening = /"url":"(http:[^"]+)".*"msg":"listening"/.exec(line);
      if (listening?.[1]) resolve(listening[1]);
    });
  });
  return { url, child, output, ended };
}

export const temporaryFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'pagemail-relay-'));
