/** The app's functions called by name, for what a test needs and does not look at. */
import assert from 'node:assert/strict';
import { MODULES } from '#contract/modules';
import type { Result } from '#contract/result';
import type { AdminPayloadInput, AdminValue } from '#contract/screens/administration';
import { allSiteResolvers, allSpaceResolvers, type PayloadInput, type ResolverName, type Value } from '#contract/screens/resolvers';
import type { ModulePlace } from '#local/model';
import type { LocalSite } from '#local/site';

const moduleOf = (name: ResolverName): string =>
  Object.hasOwn(allSiteResolvers, name) ? MODULES.site : Object.hasOwn(allSpaceResolvers, name) ? MODULES.space : MODULES.send;

/** What the app answers this person. @throws what the platform refuses */
export async function ask<N extends ResolverName>(
  site: LocalSite,
  username: string,
  name: N,
  payload: PayloadInput<N>,
  place?: ModulePlace,
): Promise<Result<Value<N>>> {
  return (await site.invoke(username, moduleOf(name), name, payload, place)) as Result<Value<N>>;
}

/** The same where the app must agree. */
export async function call<N extends ResolverName>(...asked: Parameters<typeof ask<N>>): Promise<Value<N>> {
  const answer = await ask(...asked);
  assert.ok(answer.ok, `${asked[2]}: ${JSON.stringify(answer)}`);
  return answer.value;
}

type SiteSettings = AdminValue<'site-policy/get'>['settings'];
type SiteChanges = AdminPayloadInput<'site-policy/save'>['changes'];

/** Changes the site's settings as its administrator. */
export async function changeSite(site: LocalSite, changes: (before: SiteSettings) => SiteChanges): Promise<void> {
  const { settings } = await call(site, 'mira', 'site-policy/get', {});
  await call(site, 'mira', 'site-policy/save', { revision: settings.revision, changes: changes(settings) });
}

/** Code of the refusal when this person sends the page to these addresses by script; undefined when it is taken. */
export async function refusalOfSending(
  site: LocalSite,
  username: string,
  contentId: string,
  addresses: readonly string[],
): Promise<string | undefined> {
  const to = addresses.map((address) => ({ kind: 'address' as const, address }));
  const payload = { draft: { to, subject: 'By script' }, idempotencyKey: crypto.randomUUID() };
  const answer = await ask(site, username, 'send/submit', payload, { contentId });
  return answer.ok ? undefined : answer.error.code;
}
