/** The real relay beside the local site: it verifies the site's tokens, reads the site's files and trusts the inbox's certificate. */
import type { AppIdentity } from '#local/forge/identity';
import { type Relay, startRelay } from '#relay/server';
import { parseConfig } from '#relay/shared/config';

/** How long the relay may finish what is under way when the site ends, in seconds. */
const DRAIN_SECONDS = 2;

export interface RelayWishes {
  readonly identity: AppIdentity;
  /** The site's address for other programs, `http://127.0.0.1:8080`. */
  readonly siteOrigin: string;
  /** Port of the inbox's SMTP server. */
  readonly smtpPort: number;
  /** PEM. */
  readonly certificate: string;
  /** Further settings, by variable. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  log(line: string): void;
}

/** A relay that can be stopped and started again at the same address. */
export interface RelayRunner {
  readonly url: string;
  readonly port: number;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const configuration = (wishes: RelayWishes, port: number) =>
  parseConfig({
    RELAY_PORT: String(port),
    RELAY_APP_IDS: wishes.identity.appAri,
    RELAY_JWKS_URL: `${wishes.siteOrigin}/_forge/jwks.json`,
    RELAY_GRAPHQL_URL: `${wishes.siteOrigin}/_forge/graphql`,
    RELAY_CONFLUENCE_HOSTS: wishes.siteOrigin,
    RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
    RELAY_ALLOW_PORTS: `25,465,587,2525,${wishes.smtpPort}`,
    RELAY_EXTRA_CA: wishes.certificate,
    RELAY_DRAIN_SECONDS: String(DRAIN_SECONDS),
    RELAY_LOG_LEVEL: 'warn',
    ...wishes.env,
  });

/** Starts a relay on 127.0.0.1; port 0 takes a free one. */
export async function runRelay(wishes: RelayWishes, port: number): Promise<RelayRunner> {
  const run = (at: number): Promise<Relay> =>
    startRelay(configuration(wishes, at), { logTo: { write: (line: string) => wishes.log(`relay ${line.trimEnd()}`) } });
  let relay: Relay | undefined = await run(port);
  const { url } = relay;
  const taken = Number(new URL(url).port);
  return {
    url,
    port: taken,
    start: async () => {
      relay ??= await run(taken);
    },
    stop: async () => {
      const running = relay;
      relay = undefined;
      await running?.close();
    },
  };
}
