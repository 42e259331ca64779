/** The app on a local site, for tests of what administrators and senders see: real bundle, real manifest, real relay. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import type { JobStatus } from '#contract/jobs';
import { MODULES } from '#contract/modules';
import type { Result } from '#contract/result';
import type { PayloadInput, ResolverName, Value } from '#contract/screens/resolvers';
import { type LocalSite, type LocalSiteOptions, startLocalSite } from '#local/site';
import { until } from '#test/local/rig';

export interface Office extends AsyncDisposable {
  readonly site: LocalSite;
  /** Calls a function as this person; its place is a page or a space's key. */
  ask<N extends ResolverName>(who: string, name: N, payload?: PayloadInput<N>, place?: string): Promise<Result<Value<N>>>;
  /** The value; a failure fails the test. */
  get<N extends ResolverName>(who: string, name: N, payload?: PayloadInput<N>, place?: string): Promise<Value<N>>;
  /** The code of a refusal; undefined when it worked. */
  code<N extends ResolverName>(who: string, name: N, payload?: PayloadInput<N>, place?: string): Promise<string | undefined>;
  /** Sends a page and waits for the end. */
  send(who: string, contentId: string, draft: PayloadInput<'send/submit'>['draft']): Promise<JobStatus>;
  /** Saves parts of the site's settings as its administrator. */
  change(changes: PayloadInput<'site-policy/save'>['changes'], secrets?: PayloadInput<'site-policy/save'>['secrets']): Promise<void>;
}

const ENDS = ['sent', 'partly-sent', 'failed', 'unknown'];
const moduleOf = (name: string): string => {
  if (/^(send\/|history\/(page|again))/.test(name)) return MODULES.send;
  return /^(space-|history\/space)/.test(name) ? MODULES.space : MODULES.site;
};

/** Bundles the app as it stands and starts a site of its own. */
export async function openOffice(options: Partial<LocalSiteOptions> = {}): Promise<Office> {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-app-'));
  const bundle = join(folder, 'index.cjs');
  await build({
    entryPoints: ['src/index.ts'],
    outfile: bundle,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    logLevel: 'error',
  });
  const site = await startLocalSite({ port: 0, inboxPort: 0, queue: { delayFactor: 0.001 }, kvsLagMs: 0, bundle, ...options });
  const ask: Office['ask'] = async (who, name, payload, place) => {
    const where = place === undefined ? {} : /^\d+$/.test(place) ? { contentId: place } : { spaceKey: place };
    return (await site.invoke(who, moduleOf(name), name, payload, where)) as never;
  };
  const get: Office['get'] = async (who, name, payload, place) => {
    const answer = await ask(who, name, payload, place);
    assert.ok(answer.ok, `${name}: ${JSON.stringify(answer)}`);
    return answer.value;
  };
  return {
    site,
    ask,
    get,
    async code(who, name, payload, place) {
      const answer = await ask(who, name, payload, place);
      return answer.ok ? undefined : answer.error.code;
    },
    async send(who, contentId, draft) {
      const { jobId } = await get(who, 'send/submit', { draft, idempotencyKey: randomUUID() }, contentId);
      let status = await get(who, 'send/status', { jobId }, contentId);
      await until(async () => {
        status = await get(who, 'send/status', { jobId }, contentId);
        return ENDS.includes(status.state);
      });
      await site.host.queue.idle();
      return status;
    },
    async change(changes, secrets = {}) {
      const { settings } = await get('mira', 'site-policy/get', {});
      await get('mira', 'site-policy/save', { revision: settings.revision, changes, secrets });
    },
    async [Symbol.asyncDispose]() {
      await site.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
