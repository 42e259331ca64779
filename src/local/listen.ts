/** HTTP servers of the local site, on this machine only. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { isLoopbackHost } from '#local/web/session';

/** A port that somebody else listens on; `variable` is where another can be set. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
  constructor(port: number, variable: string) {
    super(`Port ${port} is taken. Set ${variable} to a free port.`);
  }
}

export interface Listening {
  readonly port: number;
  /** Answers requests from now on; until then they get 503. */
  serve(handle: (request: Request) => Response | Promise<Response>): void;
  close(): Promise<void>;
}

const notReady = (): Response => new Response('Starting …', { status: 503 });
const notHere = (): Response => new Response('Use localhost or 127.0.0.1', { status: 421 });

/** Turns the error of a taken port into one that names the variable. */
export function portError(error: unknown, port: number, variable: string): unknown {
  return (error as NodeJS.ErrnoException).code === 'EADDRINUSE' ? new PortTaken(port, variable) : error;
}

/** Listens on 127.0.0.1; port 0 takes a free one. @throws PortTaken */
export async function listen(port: number, variable: string): Promise<Listening> {
  let handle: (request: Request) => Response | Promise<Response> = notReady;
  const listener = getRequestListener((request) => (isLoopbackHost(request) ? handle(request) : notHere()), {
    overrideGlobalObjects: false,
  });
  const server: Server = createServer((request, response) => void listener(request, response));
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  } catch (error) {
    throw portError(error, port, variable);
  }
  return {
    port: (server.address() as AddressInfo).port,
    serve: (next) => {
      handle = next;
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}
