/** Plain functions in place of Confluence, storage, queue and relay, for tests of use cases. */
import { AppFailure } from '#app/failure';
import type { Attachment, BodyFormat, Page, PageReader, PageRef, Person, Session } from '#app/model';
import type { NoticeStore } from '#app/notices/notices';
import type { QuotaStore } from '#app/policy/quota';
import type { JobRecipient, JobStore, SendJob } from '#app/send/model';
import { readSite, readSpace } from '#app/settings/migrate';
import { type BoundSecret, exceptionsSchema, type Logo, type SettingsStore } from '#app/settings/model';
import { type AccountId, accountIdSchema, contentIdSchema, type Draft, draftSchema, groupIdSchema, spaceIdSchema } from '#contract/draft';
import type { SendRequest, SendResponse } from '#contract/relay/api';
import type { Notice } from '#contract/screens/administration';
import { type MailAccount, mailAccountSchema, type SiteSettings, type SpaceSettings } from '#contract/settings/parts';
import type { SiteSettingsV2, SpaceSettingsV2 } from '#contract/settings/v2';

export const NOW = new Date('2026-03-01T09:00:00.000Z');
export const later = (seconds: number): Date => new Date(NOW.getTime() + seconds * 1000);

export const account = (name: string): AccountId => accountIdSchema.parse(name);
export const attachmentId = (id: string) => contentIdSchema.parse(id);
export const groupId = (id: string) => groupIdSchema.parse(id);
export const person = (name: string, active = true): Person => ({ accountId: account(name.toLowerCase()), name, active });

export const MIRA = person('Mira');
export const JONAS = person('Jonas');
export const HANA = person('Hana');
export const GONE = person('Gone', false);

export const PAGE: PageRef = { id: contentIdSchema.parse('1001'), type: 'page' };
export const SPACE_ID = spaceIdSchema.parse('77');

export const attachment = (id: string, title: string, sizeBytes = 1000, contentId = PAGE.id): Attachment => ({
  id: attachmentId(id),
  contentId,
  title,
  mediaType: 'image/png',
  sizeBytes,
  version: 1,
});

export const recipient = (target: JobRecipient['target'], state: JobRecipient['state'] = 'waiting'): JobRecipient => ({
  field: 'to',
  target,
  state,
});
export const toUser = ({ accountId, name }: Person, state?: JobRecipient['state']) => recipient({ kind: 'user', accountId, name }, state);
export const toAddress = (address: string, state?: JobRecipient['state']) => recipient({ kind: 'address', address }, state);

export const draft = (fields: Record<string, unknown> = {}): Draft => draftSchema.parse({ to: [], subject: 'The plan', ...fields });

export const job = (fields: Partial<SendJob> = {}): SendJob => ({
  v: 1,
  jobId: 'job1',
  createdAt: NOW.toISOString(),
  updatedAt: NOW.toISOString(),
  sender: { accountId: MIRA.accountId, name: MIRA.name },
  page: { ...PAGE, spaceId: SPACE_ID, spaceName: 'Workshop', spaceUrl: 'https://site.example/wiki/spaces/W', restricted: false },
  language: 'en',
  subject: 'The plan',
  note: '',
  attachmentIds: [],
  recipients: [toUser(JONAS), toAddress('out@side.example')],
  progress: { state: 'queued', attempt: 1, notBefore: NOW.toISOString() },
  firstAttempt: 1,
  ...fields,
});

export interface MemoryJobs extends JobStore {
  readonly stored: Map<string, SendJob>;
  readonly claims: Map<string, Date>;
  readonly asked: Map<string, Date>;
}
/** Jobs in memory, as JSON like the real store. */
export function memoryJobs(...jobs: SendJob[]): MemoryJobs {
  const copy = (value: SendJob): SendJob => JSON.parse(JSON.stringify(value)) as SendJob;
  const stored = new Map(jobs.map((each) => [each.jobId, copy(each)]));
  const claims = new Map<string, Date>();
  const asked = new Map<string, Date>();
  const once = (map: Map<string, Date>, jobId: string, attempt: number, at: Date): boolean => {
    const key = `${jobId}:${attempt}`;
    if (map.has(key)) return false;
    map.set(key, at);
    return true;
  };
  return {
    stored,
    claims,
    asked,
    async createJob(each) {
      if (stored.has(each.jobId)) return false;
      stored.set(each.jobId, copy(each));
      return true;
    },
    job: async (jobId) => {
      const found = stored.get(jobId);
      return found && copy(found);
    },
    async saveJob(each) {
      stored.set(each.jobId, copy(each));
    },
    claim: async (jobId, attempt, at) => once(claims, jobId, attempt, at),
    claimedAt: async (jobId, attempt) => claims.get(`${jobId}:${attempt}`),
    askRetry: async (jobId, attempt, at) => once(asked, jobId, attempt, at),
    retryAskedAt: async (jobId, attempt) => asked.get(`${jobId}:${attempt}`),
  };
}

export const mailAccount = (fields: Partial<MailAccount> = {}): MailAccount =>
  mailAccountSchema.parse({
    host: 'mail.example.org',
    port: 587,
    security: 'starttls',
    auth: 'password',
    user: 'robot',
    fromName: 'Workshop',
    fromAddress: 'wiki@example.org',
    ...fields,
  });

/** Settings in memory; those of version 1 are taken too, as storage may still hold them. */
export interface MemorySettings extends SettingsStore {
  readonly secrets: Map<string, BoundSecret>;
  saveSite(settings: SiteSettingsV2 | SiteSettings): Promise<void>;
  saveSpace(id: Parameters<SettingsStore['saveSpace']>[0], settings: SpaceSettingsV2 | SpaceSettings): Promise<void>;
}
export function memorySettings(): MemorySettings {
  const secrets = new Map<string, BoundSecret>();
  const spaces = new Map<string, unknown>();
  const logos = new Map<string, Logo>();
  const revisions = new Set<string>();
  let site: unknown;
  let exceptions: unknown = {};
  return {
    secrets,
    site: async () => readSite(site),
    async saveSite(settings) {
      site = settings;
    },
    space: async (id) => readSpace(spaces.get(id)),
    async saveSpace(id, settings) {
      spaces.set(id, settings);
    },
    exceptions: async () => exceptionsSchema.parse(exceptions),
    async saveExceptions(next) {
      exceptions = next;
    },
    secret: async (owner, name) => secrets.get(`${owner}:${name}`),
    async saveSecret(owner, name, secret) {
      secrets.set(`${owner}:${name}`, secret);
    },
    async deleteSecret(owner, name) {
      secrets.delete(`${owner}:${name}`);
    },
    spacesWithSettings: async () => [...spaces.keys()].map((id) => spaceIdSchema.parse(id)),
    logo: async (owner) => logos.get(owner),
    async saveLogo(owner, logo) {
      if (logo) logos.set(owner, logo);
      else logos.delete(owner);
    },
    async claimRevision(owner, revision) {
      if (revisions.has(`${owner}:${revision}`)) return false;
      revisions.add(`${owner}:${revision}`);
      return true;
    },
  };
}

/** Sends of a day in memory: each slot is created once. */
export function memoryQuota(): QuotaStore {
  const taken = new Set<string>();
  const last = new Map<string, number>();
  const key = (...parts: unknown[]) => parts.join(':');
  return {
    async take(id, day, slot) {
      if (taken.has(key(id, day, slot))) return false;
      taken.add(key(id, day, slot));
      return true;
    },
    async free(id, day, slot) {
      taken.delete(key(id, day, slot));
    },
    lastTaken: async (id, day) => last.get(key(id, day)) ?? 0,
    async noteTaken(id, day, slot) {
      last.set(key(id, day), slot);
    },
  };
}

export function memoryNotices(): NoticeStore {
  const all = new Map<string, readonly Notice[]>();
  return {
    notices: async (id) => [...(all.get(id) ?? [])],
    async saveNotices(id, notices) {
      all.set(id, notices);
    },
  };
}

/** Mail addresses of these people, as only the app may ask for them. */
export const addressBook = (known: ReadonlyMap<AccountId, string> = new Map()) => ({
  addresses: async (ids: readonly AccountId[]) => new Map([...known].filter(([id]) => ids.includes(id))),
});

export interface StubPage {
  readonly title?: string;
  readonly labels?: readonly string[];
  readonly bodies?: { readonly [format in BodyFormat]?: string };
  readonly attachments?: readonly Attachment[];
  /** Attachments of other pages that this person may see. */
  readonly foreign?: readonly Attachment[];
}
export function stubReader({
  title = 'The plan',
  labels = [],
  bodies = { export_view: '<p>Body</p>' },
  attachments = [],
  foreign = [],
}: StubPage = {}): PageReader {
  return {
    async page(ref, format): Promise<Page> {
      if (ref.id !== PAGE.id) throw new AppFailure('PAGE_NOT_FOUND');
      return {
        ...ref,
        title,
        labels,
        version: 3,
        spaceId: SPACE_ID,
        url: 'https://site.example/wiki/spaces/W/pages/1001/The+plan',
        body: (format && bodies[format]) ?? '',
      };
    },
    async attachments(ref) {
      if (ref.id === PAGE.id) return [...attachments];
      const found = foreign.filter(({ contentId }) => contentId === ref.id);
      if (found.length === 0) throw new AppFailure('PAGE_NOT_FOUND');
      return found;
    },
    attachment: async (id) => foreign.find((each) => each.id === id),
  };
}

export interface StubSite {
  readonly me?: Person;
  readonly people?: readonly Person[];
  readonly groups?: Readonly<Record<string, { readonly name: string; readonly members: readonly Person[] }>>;
  readonly restricted?: boolean;
  readonly withoutAccess?: readonly string[] | 'not told';
  /** Groups that the person belongs to. */
  readonly memberOf?: readonly string[];
}
export function stubSession({
  me = MIRA,
  people = [MIRA, JONAS, HANA, GONE],
  groups = {},
  restricted = false,
  withoutAccess = [],
  memberOf = [],
}: StubSite = {}): Session {
  return {
    me: async () => ({ ...me, administersSite: false }),
    space: async (id) => ({ id, key: 'W', name: 'Workshop', url: 'https://site.example/wiki/spaces/W' }),
    administersSpace: async () => false,
    isRestricted: async () => restricted,
    groupsOf: async () => new Set(memberOf.map(groupId)),
    findSpaces: async () => [],
    findPages: async () => [],
    findPeople: async (query, limit) => people.filter(({ name, active }) => active && name.toLowerCase().startsWith(query)).slice(0, limit),
    findGroups: async (query, limit) =>
      Object.entries(groups)
        .filter(([, { name }]) => name.includes(query))
        .map(([id, { name }]) => ({ groupId: groupId(id), name }))
        .slice(0, limit),
    people: async (ids) => people.filter(({ accountId }) => ids.includes(accountId)),
    group: async (id) => (groups[id] ? { groupId: id, name: groups[id].name } : undefined),
    memberCount: async (id) => groups[id]?.members.length ?? 0,
    members: async (id, limit) => [...(groups[id]?.members ?? [])].slice(0, limit),
    withoutAccess: async (addresses) =>
      withoutAccess === 'not told' ? undefined : addresses.filter((each) => withoutAccess.includes(each)),
  };
}

/** A relay that takes everything, or answers as told; it remembers what it got. */
export function stubTransport(answer?: (request: SendRequest) => Partial<SendResponse> | AppFailure | Error) {
  const requests: { request: SendRequest; key: string }[] = [];
  return {
    requests,
    info: () => Promise.reject(new AppFailure('RELAY_UNREACHABLE')),
    async send(request: SendRequest, key: string): Promise<SendResponse> {
      requests.push({ request, key });
      const told = answer?.(request);
      if (told instanceof Error) throw told;
      return { messageId: request.message.messageId, accepted: request.envelope.to, rejected: [], sizeBytes: 1, ...told };
    },
  };
}

export const codeOf = (code: string) => (error: unknown) => error instanceof AppFailure && error.code === code;
