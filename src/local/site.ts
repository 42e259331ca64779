/** The local site: Confluence, Forge, the relay and an inbox on one machine, put together. */
import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { Hono } from 'hono';
import { RELAY_REMOTE } from '#contract/modules';
import { answerConfluence } from '#local/confluence/api';
import { createDirectory, type Directory } from '#local/confluence/directory';
import type { ConfluenceApi } from '#local/confluence/endpoint';
import { createMediaLinks } from '#local/confluence/media';
import { type DataFolder, openDataFolder } from '#local/data';
import { demoSite } from '#local/demo/index';
import { difficultRecipients } from '#local/demo/recipients';
import { createForgeHost, defaultBundle, type ForgeHost, type HostOptions } from '#local/forge/host';
import { createKvsStore, type KvsStore } from '#local/forge/kvs/store';
import { inboxApi } from '#local/inbox/api';
import { type Certificate, makeCertificate } from '#local/inbox/certificate';
import { type InboxControls, type InboxServer, startInboxServer } from '#local/inbox/smtp';
import { createInboxStore, type InboxStore } from '#local/inbox/store';
import inboxRoutes from '#local/inbox-web/routes';
import { type Listening, listen, portError } from '#local/listen';
import type { DemoSite, ModulePlace } from '#local/model';
import { withImportedPages } from '#local/pages';
import { runRelay } from '#local/relay';
import { INBOX_LOGIN, seedSettings } from '#local/seed';
import { createShutdown, type Shutdown } from '#local/shutdown';
import { siteApp } from '#local/web/app';
import { extensionOf } from '#local/web/bridge';

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
  /** Told of each call of the app to its storage, to Confluence and to the relay. */
  readonly onCall?: HostOptions['onCall'];
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
  /** What the app has stored. */
  readonly storage: KvsStore;
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

/** Starts everything and resolves when all of it answers. @throws PortTaken */
export async function startLocalSite(options: LocalSiteOptions): Promise<LocalSite> {
  const shutdown = createShutdown();
  try {
    return await start(options, shutdown);
  } catch (error) {
    await shutdown.run();
    throw error;
  }
}

interface Inbox {
  readonly store: InboxStore;
  readonly server: InboxServer;
  readonly certificate: Certificate;
}

async function openWeb(port: number, variable: string, shutdown: Shutdown): Promise<Listening & { url: string }> {
  const web = await listen(port, variable);
  shutdown.add(web.close);
  return { ...web, url: `http://localhost:${web.port}` };
}

/** The SMTP server, on the port of the last time if there was one. */
async function openInbox(web: Listening, siteUrl: string, port: number, shutdown: Shutdown): Promise<Inbox> {
  const store = createInboxStore(siteUrl);
  const certificate = await makeCertificate();
  const server = await startInboxServer({ port, login: INBOX_LOGIN, certificate, store, difficult: difficultRecipients }).catch(
    (error: unknown) => {
      throw portError(error, port, 'PAGEMAIL_DATA (this folder remembers the port)');
    },
  );
  shutdown.add(server.close);
  const app = new Hono();
  app.route('/', inboxApi(store));
  app.route('/', inboxRoutes(store));
  web.serve(app.fetch);
  return { store, server, certificate };
}

/** Storage that outlives a restart where there is a data folder. */
function openStorage(data: DataFolder, lagMs: number): KvsStore {
  const saved = data.savedKvs === undefined ? {} : { saved: data.savedKvs };
  const kvs: KvsStore = createKvsStore({ now: Date.now, lagMs, ...saved, onChange: () => data.storageChanged(() => kvs.save()) });
  return kvs;
}

interface ForgeParts {
  readonly directory: Directory;
  readonly data: DataFolder;
  readonly siteUrl: string;
  /** The site's address for programs on this machine. */
  readonly siteOrigin: string;
  readonly storage: KvsStore;
  apiAt(origin: string): ConfluenceApi;
}

async function openForge(options: LocalSiteOptions, parts: ForgeParts, shutdown: Shutdown): Promise<ForgeHost> {
  const { directory, data, siteUrl, siteOrigin, storage, apiAt } = parts;
  const appRoot = resolve(options.appRoot ?? '.');
  const host: ForgeHost = await createForgeHost({
    appRoot,
    bundle: options.bundle ?? defaultBundle(appRoot),
    directory,
    kvs: storage,
    remotes: data.remotes,
    siteUrl,
    apiBaseUrl: (cloudId) => `${siteOrigin}/ex/confluence/${cloudId}`,
    confluence: (caller, request) => answerConfluence(apiAt(siteOrigin), caller, request),
    queue: { saved: data.savedQueue, onChange: () => data.queueChanged(() => host.queue.save()), ...options.queue },
    ...(options.timeLimits ? { timeLimits: options.timeLimits } : {}),
    ...(options.onCall ? { onCall: options.onCall } : {}),
    log: ({ functionKey, level, text }) => options.log?.(`app ${functionKey} ${level}: ${text}`),
  });
  shutdown.add(host.close);
  return host;
}

async function start(options: LocalSiteOptions, shutdown: Shutdown): Promise<LocalSite> {
  const web = await openWeb(options.port, 'PAGEMAIL_PORT', shutdown);
  const inboxWeb = await openWeb(options.inboxPort, 'PAGEMAIL_INBOX_PORT', shutdown);
  const siteOrigin = `http://127.0.0.1:${web.port}`;
  const content = options.site ?? demoSite;
  const directory = createDirectory(options.pagesFolder ? withImportedPages(content, options.pagesFolder) : content);
  const data = openDataFolder(options.dataFolder);
  shutdown.add(data.flush);
  const { store, server, certificate } = await openInbox(inboxWeb, web.url, data.settings.smtpPort ?? 0, shutdown);

  const mediaKey = randomBytes(32);
  const apiAt = (origin: string) => ({ directory, wikiUrl: `${web.url}/wiki`, media: createMediaLinks(origin, mediaKey, Date.now) });
  const storage = openStorage(data, options.kvsLagMs ?? 0);
  const host = await openForge(options, { directory, data, siteUrl: web.url, siteOrigin, storage, apiAt }, shutdown);
  const cspReports: unknown[] = [];
  const onViolation = (report: unknown): number => cspReports.push(report);
  web.serve(siteApp({ host, directory, remotes: data.remotes, inboxUrl: inboxWeb.url, apiAt, onViolation }));

  const relayWishes = { identity: host.identity, siteOrigin, smtpPort: server.port, certificate: certificate.cert, env: options.relayEnv };
  const relay = await runRelay({ ...relayWishes, log: (line) => options.log?.(line) }, data.settings.relayPort ?? 0);
  shutdown.add(relay.stop);
  await setUp(host, directory, data, { smtpPort: server.port, relayPort: relay.port, relayUrl: relay.url });

  return {
    url: web.url,
    inboxUrl: inboxWeb.url,
    relayUrl: relay.url,
    smtpPort: server.port,
    directory,
    host,
    storage,
    inbox: store,
    smtp: server.controls,
    cspReports,
    invoke: (...call) => invokeAs(host, directory, ...call),
    stopRelay: relay.stop,
    startRelay: relay.start,
    close: shutdown.run,
  };
}

/** On a fresh site: the relay's address, a working mail account, and who may send. */
async function setUp(
  host: ForgeHost,
  directory: Directory,
  data: DataFolder,
  { smtpPort, relayPort, relayUrl }: { smtpPort: number; relayPort: number; relayUrl: string },
): Promise<void> {
  data.update({ smtpPort, relayPort });
  if (data.settings.seeded) return;
  data.remotes.set(RELAY_REMOTE, relayUrl);
  await seedSettings(host, directory, smtpPort);
  data.update({ seeded: true });
}

async function invokeAs(
  host: ForgeHost,
  directory: Directory,
  username: string,
  moduleKey: string,
  functionKey: string,
  payload?: unknown,
  place: ModulePlace = {},
): Promise<unknown> {
  const user = directory.userByName(username);
  if (!user) throw new Error(`Nobody is called ${username}`);
  const context = { extension: extensionOf(directory, place) };
  const outcome = await host.invoke({ moduleKey, functionKey, payload, accountId: user.accountId, context });
  if (!outcome.ok) throw new Error(outcome.message);
  return outcome.result;
}
