/** What tests of the local site share: a small site, and the test app on the platform's stand-in. */
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { answerConfluence } from '#local/confluence/api';
import { createDirectory, type Directory } from '#local/confluence/directory';
import type { Caller, ConfluenceApi } from '#local/confluence/endpoint';
import { createMediaLinks, type MediaLinks } from '#local/confluence/media';
import { createForgeHost, type ForgeHost, type HostOptions } from '#local/forge/host';
import type { Outcome } from '#local/forge/invoke';
import { createKvsStore } from '#local/forge/kvs/store';
import type { DemoContent, DemoSite, DemoUser } from '#local/model';

const user = (username: string, name: string, more: Partial<DemoUser> = {}): DemoUser => ({
  accountId: `acc:${username}`,
  username,
  name,
  email: `${username}@quay.example`,
  emailVisible: true,
  active: true,
  siteAdmin: false,
  locale: 'en-US',
  timezone: 'Europe/Berlin',
  ...more,
});

const page = (id: string, title: string, more: Partial<DemoContent> = {}): DemoContent => ({
  id,
  type: 'page',
  spaceId: '10',
  title,
  body: `<p>${title} at {site}</p>`,
  authorId: 'acc:vera',
  createdAt: '2026-03-01T10:00:00.000Z',
  version: 3,
  labels: ['tide'],
  ...more,
});

export const GROUP_ID = '0a51c1f0-0000-4000-8000-000000000001';

/** Two spaces, a restricted page with a child, four people: vera administers the site, olga the space, carl is hidden, ben is deactivated. */
export const quay: DemoSite = {
  users: [
    user('vera', 'Vera Dahl', { siteAdmin: true }),
    user('olga', 'Olga Núñez'),
    user('carl', 'Carl Johansen', { emailVisible: false }),
    user('ben', 'Ben Okafor', { active: false }),
  ],
  groups: [{ id: GROUP_ID, name: 'pilots', members: ['acc:olga', 'acc:carl'] }],
  spaces: [
    { id: '10', key: 'QUAY', name: 'Quay', description: 'All about the quay', homepageId: '100', adminAccountIds: ['acc:olga'] },
    {
      id: '11',
      key: 'SHED',
      name: 'Shed',
      description: '',
      homepageId: '110',
      adminAccountIds: ['acc:vera'],
      viewers: { users: [], groups: [GROUP_ID] },
    },
  ],
  contents: [
    page('100', 'Home'),
    page('101', 'Plans', { parentId: '100', restrictedTo: { users: ['acc:olga'], groups: [] } }),
    page('102', 'Below the plans', { parentId: '101', createdAt: '2026-05-01T10:00:00.000Z' }),
    page('103', 'News', { type: 'blogpost', createdAt: '2026-04-05T10:00:00.000Z' }),
    page('110', 'Shed', { spaceId: '11' }),
  ],
  attachments: [
    {
      id: 'att900',
      contentId: '100',
      title: 'tide table.txt',
      mediaType: 'text/plain',
      version: 2,
      createdAt: '2026-03-01T10:00:00.000Z',
      authorId: 'acc:vera',
      sizeBytes: 11,
      read: () => [Buffer.from('high '), Buffer.from('water.')],
    },
    {
      id: 'att901',
      contentId: '101',
      title: 'secret.txt',
      mediaType: 'text/plain',
      version: 1,
      createdAt: '2026-03-01T10:00:00.000Z',
      authorId: 'acc:olga',
      sizeBytes: 3,
      read: () => [Buffer.from('abc')],
    },
  ],
};

export const FIXTURE_APP = 'test/fixtures/forge-app';

/** The stand-in for Confluence alone, asked as this caller. */
export interface ConfluenceRig {
  readonly api: ConfluenceApi;
  readonly directory: Directory;
  readonly media: MediaLinks;
  person(username: string): Caller;
  ask(caller: Caller, path: string, body?: unknown): Promise<Response>;
}

export function confluenceRig(site: DemoSite = quay): ConfluenceRig {
  const directory = createDirectory(site);
  const media = createMediaLinks('http://127.0.0.1:1', Buffer.alloc(32, 7), Date.now);
  const api = { directory, wikiUrl: 'http://localhost:1/wiki', media };
  return {
    api,
    directory,
    media,
    person: (username) => {
      const found = directory.userByName(username);
      if (!found) throw new Error(`Nobody is called ${username}`);
      return { actor: { kind: 'user', user: found } };
    },
    ask: (caller, path, body) => {
      const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
      return answerConfluence(api, caller, new Request(new URL(path, 'http://localhost:1'), init));
    },
  };
}

export interface ForgeRig extends AsyncDisposable {
  readonly host: ForgeHost;
  readonly log: { functionKey: string; level: string; text: string }[];
  readonly addresses: Map<string, string>;
  /** Calls a function of the test app's resolver as vera, or as somebody else. */
  probe(functionKey: string, payload?: unknown, as?: string): Promise<Outcome>;
  /** The same, for what must succeed. */
  value<T = never>(functionKey: string, payload?: unknown, as?: string): Promise<T>;
}

/** Waits for a condition, which is looked at every few ms; fails after 20 s. */
export async function until(holds: () => unknown): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited in vain for ${holds}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

let bundled: Promise<string> | undefined;

/** Bundles the test app once, as the build bundles the real one. */
async function bundleFixture(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-forge-'));
  process.on('exit', () => void rm(folder, { recursive: true, force: true }));
  const outfile = join(folder, 'index.cjs');
  await build({ entryPoints: [`${FIXTURE_APP}/index.ts`], outfile, bundle: true, platform: 'node', target: 'node24', format: 'cjs' });
  return outfile;
}

/** The test app on the platform's stand-in. `kvsLagMs`: how far storage queries are behind. */
export async function forgeRig(options: Partial<HostOptions> & { kvsLagMs?: number; now?: () => number } = {}): Promise<ForgeRig> {
  bundled ??= bundleFixture();
  const log: ForgeRig['log'] = [];
  const addresses = new Map<string, string>();
  const { directory } = confluenceRig();
  const api = { directory, wikiUrl: 'http://localhost:1/wiki', media: createMediaLinks('http://127.0.0.1:1', Buffer.alloc(32), Date.now) };
  const host = await createForgeHost({
    appRoot: FIXTURE_APP,
    bundle: await bundled,
    directory,
    kvs: createKvsStore({ now: options.now ?? Date.now, lagMs: options.kvsLagMs ?? 0 }),
    remotes: { get: (key) => addresses.get(key), set: (key, endpoint) => addresses.set(key, endpoint) },
    siteUrl: 'http://localhost:1',
    apiBaseUrl: (cloudId) => `http://localhost:1/ex/confluence/${cloudId}`,
    confluence: (caller, request) => answerConfluence(api, caller, request),
    log: (entry) => log.push(entry),
    ...options,
  });
  const probe = (functionKey: string, payload?: unknown, as = 'vera') =>
    host.invoke({
      moduleKey: 'action',
      functionKey,
      payload,
      accountId: `acc:${as}`,
      context: { extension: { content: { id: '100', type: 'page' } } },
    });
  return {
    host,
    log,
    addresses,
    probe,
    value: async <T>(functionKey: string, payload?: unknown, as?: string): Promise<T> => {
      const outcome = await probe(functionKey, payload, as);
      if (!outcome.ok) throw new Error(`${functionKey}: ${outcome.message} ${JSON.stringify(log)}`);
      return outcome.result as T;
    },
    [Symbol.asyncDispose]: () => host.close(),
  };
}
