/** A real Redis for one test, from Debian's package. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';

const REDIS_SERVER = '/usr/bin/redis-server';
/** Reason to skip tests with Redis, or false. */
export const noRedis = existsSync(REDIS_SERVER) ? false : `${REDIS_SERVER} is missing (Debian package redis-server)`;

export interface RedisServer {
  readonly url: string;
  /** Stops answering without closing a connection, until it is resumed. */
  hang(): void;
  resume(): void;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Starts one without persistence and waits until it answers. `port` 0 takes a free one. */
export async function startRedis(port = 0): Promise<RedisServer> {
  const at = port || (await freePort());
  const child = spawn(REDIS_SERVER, ['--port', String(at), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    exited.then(() => reject(new Error('redis-server ended')));
    child.stdout.on('data', (chunk: Buffer) => chunk.includes('Ready to accept connections') && resolve());
  });
  return {
    url: `redis://127.0.0.1:${at}`,
    hang: () => void child.kill('SIGSTOP'),
    resume: () => void child.kill('SIGCONT'),
    stop: async () => {
      child.kill();
      await exited;
    },
  };
}
