import { ForgeKvsAPIError, kvs, WhereConditions } from '@forge/kvs';
import { type JobStore, type SendJob, sendJobSchema } from '#app/send/model';
import { boundSecretSchema, type SecretName, type SettingsStore } from '#app/settings/model';
import type { SpaceId } from '#contract/draft';
import { JOB_TTL_DAYS } from '#contract/limits';
import { siteSettingsSchema, spaceSettingsSchema } from '#contract/settings';

/** The only file that touches Forge's storage. Keys (at most 500 characters, no `/ @ +`) are functions here. */
const keys = {
  job: (jobId: string) => `job:${jobId}`,
  claim: (jobId: string, attempt: number) => `claim:${jobId}:${attempt}`,
  retry: (jobId: string, attempt: number) => `retry:${jobId}:${attempt}`,
  site: 'site-settings',
  spaces: 'space-settings:',
  space: (id: SpaceId) => `space-settings:${id}`,
  secret: (owner: string, name: SecretName) => `secret:${owner}:${name}`,
};

const ttl = { value: JOB_TTL_DAYS, unit: 'DAYS' } as const;

/** Sets a key that must not exist yet; false when it does. */
async function create(key: string, value: unknown): Promise<boolean> {
  try {
    await kvs.set(key, value, { ttl, keyPolicy: 'FAIL_IF_EXISTS' });
    return true;
  } catch (error) {
    if (error instanceof ForgeKvsAPIError && (error.code === 'KEY_CONFLICT' || error.responseDetails.status === 409)) return false;
    throw error;
  }
}

const timeOf = async (key: string): Promise<Date | undefined> => {
  const value = await kvs.get<{ at: string }>(key);
  return value ? new Date(value.at) : undefined;
};

export const jobStore: JobStore = {
  createJob: (job) => create(keys.job(job.jobId), job),
  async job(jobId): Promise<SendJob | undefined> {
    const value = await kvs.get(keys.job(jobId));
    return value === undefined ? undefined : sendJobSchema.parse(value);
  },
  async saveJob(job) {
    await kvs.set(keys.job(job.jobId), job, { ttl, keyPolicy: 'OVERRIDE' });
  },
  claim: (jobId, attempt, at) => create(keys.claim(jobId, attempt), { at: at.toISOString() }),
  claimedAt: (jobId, attempt) => timeOf(keys.claim(jobId, attempt)),
  askRetry: (jobId, attempt, at) => create(keys.retry(jobId, attempt), { at: at.toISOString() }),
  retryAskedAt: (jobId, attempt) => timeOf(keys.retry(jobId, attempt)),
};

export const settingsStore: SettingsStore = {
  site: async () => siteSettingsSchema.parse((await kvs.get(keys.site)) ?? {}),
  async saveSite(settings) {
    await kvs.set(keys.site, settings);
  },
  space: async (id) => spaceSettingsSchema.parse((await kvs.get(keys.space(id))) ?? {}),
  async saveSpace(id, settings) {
    await kvs.set(keys.space(id), settings);
  },
  async secret(owner, name) {
    const value = await kvs.getSecret(keys.secret(owner, name));
    return value === undefined ? undefined : boundSecretSchema.parse(value);
  },
  async saveSecret(owner, name, secret) {
    await kvs.setSecret(keys.secret(owner, name), secret);
  },
  async deleteSecret(owner, name) {
    await kvs.deleteSecret(keys.secret(owner, name));
  },
  async spacesWithSettings() {
    const ids: SpaceId[] = [];
    let cursor: string | undefined;
    do {
      const query = kvs.query().where('key', WhereConditions.beginsWith(keys.spaces)).limit(100);
      const page = await (cursor ? query.cursor(cursor) : query).getMany();
      ids.push(...page.results.map(({ key }) => key.slice(keys.spaces.length) as SpaceId));
      cursor = page.nextCursor;
    } while (cursor);
    return ids;
  },
};
