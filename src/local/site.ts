/** The local site: Confluence, Forge, the relay and an inbox on one machine, put together. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Hono } from 'hono';
import { RELAY_REMOTE } from '#contract/resolvers';
import { answerConfluence } from '#local/confluence/api';
import { createDirectory, type Directory } from '#local/confluence/directory';
import type { Caller, ConfluenceApi } from '#local/confluence/endpoint';
import { createMediaLinks } from '#local/confluence/media';
import { openDataFolder } from '#local/data';
import { demoSite } from '#local/demo/index';
import { createForgeHost, defaultBundle, type ForgeHost, type HostOptions } from '#local/forge/host';
import { createKvsStore } from '#local/forge/kvs/store';
import { listRemotes } from '#local/forge/remotes';
import { inboxApi } from '#local/inbox/api';
import { makeCertificate } from '#local/inbox/certificate';
import { type InboxControls, startInboxServer } from '#local/inbox/smtp';
import { createInboxStore, type InboxStore } from '#local/inbox/store';
import { listen, portError } from '#local/listen';
import type { DemoSite, DemoUser, ModulePlace } from '#local/model';
import { withImportedPages } from '#local/pages';
import { INBOX_LOGIN, seedMailAccount } from '#local/seed';
import { bridgeScript } from '#local/shell/assets';
import shellRoutes from '#local/shell/routes';
import { createShellHost } from '#local/shell-host';
import { bridgeRoutes, extensionOf } from '#local/web/bridge';
import { graphqlRoutes } from '#local/web/graphql';
import { resourceRoutes } from '#local/web/resources';
import { restRoutes } from '#local/web/rest';
import { createSessions } from '#local/web/session';
import { parseConfig } from '#relay/config';
import { startRelay } from '#relay/server';

export interface LocalSiteOptions {
  /** Ports; 0 takes a free one. */
  readonly port: number;
  readonly inboxPort: number;
  /** Folder of HTML pages for the space IMPORT. */
  readonly pagesFolder?: string | undefined;
  /** Folder that keeps storage and settings over a restart; everything lives in memory without one. */
  readonly dataFolder?: string | undefined;
  /** Content in place of the demo's. */
  readonly site?: DemoSite;
  /** Folder with manifest.yml; the project's by default. */
  readonly appRoot?: string;
  readonly bundle?: string;
  /** Further settings of the relay, by variable. */
  readonly relayEnv?: Readonly<Record<string, string>>;
  readonly queue?: HostOptions['queue'];
  readonly timeLimits?: HostOptions['timeLimits'];
  /** How far storage queries are behind writes, in ms. */
  readonly kvsLagMs?: number;
  /** Lines that the app and the relay log; nowhere by default. */
  log?(line: string): void;
}

export interface LocalSite {
  /** `http://localhost:8080` */
  readonly url: string;
  readonly inboxUrl: string;
  readonly relayUrl: string;
  readonly smtpPort: number;
  readonly directory: Directory;
  readonly host: ForgeHost;
  readonly inbox: InboxStore;
  readonly smtp: InboxControls;
  /** Violations of the content security policy that browsers reported. */
  readonly cspReports: readonly unknown[];
  /** A resolver's result as this person; throws what the platform refuses. */
  invoke(username: string, moduleKey: string, functionKey: string, payload?: unknown, place?: ModulePlace): Promise<unknown>;
  /** Stops the relay and starts it again at the same address, for tests of its absence. */
  stopRelay(): Promise<void>;
  startRelay(): Promise<void>;
  close(): Promise<void>;
}

const PORT = 'PAGEMAIL_PORT';
const INBOX_PORT = 'PAGEMAIL_INBOX_PORT';
/** How long the relay may finish what is under way when the site ends, in seconds. */
const DRAIN_SECONDS = 2;

/** Undoes what was started, last first, however it ends. */
class Shutdown {
  readonly #steps: (() => unknown)[] = [];
  add(step: () => unknown): void {
    this.#steps.push(step);
  }
  async run(): Promise<void> {
    for (const step of this.#steps.splice(0).toReversed()) await step();
  }
}

/** Starts everything and resolves when all of it answers. @throws PortTaken */
export async function startLocalSite(options: LocalSiteOptions): Promise<LocalSite> {
  const shutdown = new Shutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

async function start(options: LocalSiteOptions, shutdown: Shutdown): Promise<LocalSite> {
  const log = options.log ?? (() => undefined);
  const web = await listen(options.port, PORT);
  shutdown.add(web.close);
  const inboxWeb = await listen(options.inboxPort, INBOX_PORT);
  shutdown.add(inboxWeb.close);
  const url = `http://localhost:${web.port}`;
  const inboxUrl = `http://localhost:${inboxWeb.port}`;
  const internalUrl = `http://127.0.0.1:${web.port}`;

  const content = options.site ?? demoSite;
  const directory = createDirectory(options.pagesFolder ? withImportedPages(content, options.pagesFolder) : content);
  const data = openDataFolder(options.dataFolder);
  shutdown.add(data.flush);

  const inbox = createInboxStore(url);
  const certificate = await makeCertificate();
  const smtp = await startInboxServer({ port: data.settings.smtpPort ?? 0, login: INBOX_LOGIN, certificate, store: inbox }).catch(
    (error) => {
      throw portError(error, data.settings.smtpPort ?? 0, 'PAGEMAIL_DATA (the folder remembers this port)');
    },
  );
  shutdown.add(smtp.close);

  const mediaKey = randomBytes(32);
  const mediaAt = (origin: string) => createMediaLinks(origin, mediaKey, Date.now);
  const apiAt = (origin: string): ConfluenceApi => ({ directory, wikiUrl: `${url}/wiki`, media: mediaAt(origin) });
  const appRoot = resolve(options.appRoot ?? '.');
  const kvs = createKvsStore({
    now: Date.now,
    lagMs: options.kvsLagMs ?? 0,
    ...(data.savedKvs ? { saved: data.savedKvs } : {}),
    onChange: () => data.storageChanged(() => kvs.save()),
  });
  const host = await createForgeHost({
    appRoot,
    bundle: options.bundle ?? defaultBundle(appRoot),
    directory,
    kvs,
    remotes: data.remotes,
    siteUrl: url,
    apiBaseUrl: (cloudId) => `${internalUrl}/ex/confluence/${cloudId}`,
    confluence: (caller, request) => answerConfluence(apiAt(internalUrl), caller, request),
    ...(options.queue ? { queue: options.queue } : {}),
    ...(options.timeLimits ? { timeLimits: options.timeLimits } : {}),
    log: ({ functionKey, level, text }) => log(`app ${functionKey} ${level}: ${text}`),
  });
  shutdown.add(host.close);

  const sessions = createSessions(directory);
  const cspReports: unknown[] = [];
  const confluence = (origin: string, caller: Caller, request: Request) => answerConfluence(apiAt(origin), caller, request);
  const { manifest, identity, tokens } = host;
  const app = new Hono();
  app.route('/', resourceRoutes({ manifest, bridgeScript, onViolation: (report) => cspReports.push(report) }));
  app.route('/', graphqlRoutes({ manifest, identity, tokens, directory }));
  app.route('/', restRoutes({ manifest, identity, tokens, directory, sessions, apiAt, mediaAt }));
  app.route('/', bridgeRoutes({ host, directory, sessions, remotes: data.remotes, confluence }));
  app.route('/', shellRoutes(createShellHost({ host, directory, sessions, remotes: data.remotes, inboxUrl })));
  web.serve(signInFirst(app, sessions));
  const inboxApp = new Hono();
  inboxApp.route('/', inboxApi(inbox));
  const inboxPage: string = '#local/inbox-web/routes';
  const inboxRoutes = await import(inboxPage).then((module) => module.default, () => () => new Hono());
  inboxApp.route('/', inboxRoutes(inbox));
  inboxWeb.serve(inboxApp.fetch);

  const relayEnv = (port: number) => ({
    RELAY_PORT: String(port),
    RELAY_APP_IDS: identity.appAri,
    RELAY_JWKS_URL: `${internalUrl}/_forge/jwks.json`,
    RELAY_GRAPHQL_URL: `${internalUrl}/_forge/graphql`,
    RELAY_CONFLUENCE_HOSTS: internalUrl,
    RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
    RELAY_ALLOW_PORTS: `25,465,587,2525,${smtp.port}`,
    RELAY_EXTRA_CA: certificate.cert,
    RELAY_DRAIN_SECONDS: String(DRAIN_SECONDS),
    RELAY_LOG_LEVEL: 'warn',
    ...options.relayEnv,
  });
  const runRelay = (port: number) =>
    startRelay(parseConfig(relayEnv(port)), { logTo: { write: (line: string) => log(`relay ${line.trimEnd()}`) } });
  let relay = await runRelay(data.settings.relayPort ?? 0);
  let relayRuns = true;
  const relayPort = Number(new URL(relay.url).port);
  const stopRelay = async (): Promise<void> => {
    if (relayRuns) await relay.close();
    relayRuns = false;
  };
  shutdown.add(stopRelay);
  data.update({ smtpPort: smtp.port, relayPort });

  if (!data.settings.seeded) {
    if (listRemotes(manifest, data.remotes).some(({ key }) => key === RELAY_REMOTE)) data.remotes.set(RELAY_REMOTE, relay.url);
    await seedMailAccount(host, directory, smtp.port);
    data.update({ seeded: true });
  }

  const invoke = async (username: string, moduleKey: string, functionKey: string, payload?: unknown, place: ModulePlace = {}) => {
    const user: DemoUser | undefined = directory.userByName(username);
    if (!user) throw new Error(`Nobody is called ${username}`);
    const context = { extension: extensionOf(directory, place) };
    const outcome = await host.invoke({ moduleKey, functionKey, payload, accountId: user.accountId, context });
    if (!outcome.ok) throw new Error(outcome.message);
    return outcome.result;
  };

  return {
    url,
    inboxUrl,
    relayUrl: relay.url,
    smtpPort: smtp.port,
    directory,
    host,
    inbox,
    smtp: smtp.controls,
    cspReports,
    invoke,
    stopRelay,
    startRelay: async () => {
      relay = await runRelay(relayPort);
      relayRuns = true;
    },
    close: () => shutdown.run(),
  };
}

/** A browser that comes without a session is signed in as the demo's first person. */
function signInFirst(app: Hono, sessions: ReturnType<typeof createSessions>) {
  return async (request: Request): Promise<Response> => {
    const response = await app.fetch(request);
    const isPage = request.method === 'GET' && (response.headers.get('content-type') ?? '').startsWith('text/html');
    if (!isPage || sessions.cookieUser(request) || response.headers.has('set-cookie')) return response;
    const cookie = sessions.signIn(sessions.currentUser(request).username);
    if (!cookie || new URL(request.url).pathname.startsWith('/_forge/')) return response;
    const headers = new Headers(response.headers);
    headers.append('set-cookie', cookie);
    return new Response(response.body, { status: response.status, headers });
  };
}
