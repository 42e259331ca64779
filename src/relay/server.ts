/** The relay's HTTP server. */
import type { RelayConfig } from '#relay/config';

/** What the relay needs from outside; everything has a default. */
export interface RelayDeps {
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** Addresses of a host name; node:dns by default. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  /** Where log lines go; standard output by default. */
  readonly logTo?: { write(line: string): void };
}
export interface Relay {
  /** `http://host:port` it listens on. */
  readonly url: string;
  /** Stops taking requests, waits for those under way (at most `drainSeconds`), then ends. */
  close(): Promise<void>;
}

/** Starts a relay and waits until it listens. `config` comes from `parseConfig({RELAY_PORT: '0', …})`. */
export async function startRelay(_config: RelayConfig, _deps: RelayDeps = {}): Promise<Relay> {
  throw new Error('not yet');
}
