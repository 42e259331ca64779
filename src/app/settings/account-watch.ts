import { type Verification, type VerificationStore, verificationOf } from '#app/diagnostics/health';
import { toFailure } from '#app/failure';
import { errorChain, log } from '#app/log';
import type { AppReader, MailTransport } from '#app/model';
import { accountMail, type Trouble } from '#app/settings/account-mail';
import { accountOwner, type SettingsStore, spaceOwner } from '#app/settings/model';
import { refreshTokenEnd, renewingSend, renewingVerify } from '#app/settings/renewal';
import { resolveSecrets, toRelayAccount } from '#app/settings/secrets';
import type { AccountId, SpaceId } from '#contract/draft';
import { WARN_BEFORE_END_DAYS } from '#contract/limits';
import type { RelayAccount } from '#contract/relay/api';
import type { MailAccount } from '#contract/settings/parts';
import type { SiteSettingsV2, SpaceSettingsV2 } from '#contract/settings/v2';
import { parseAddress } from '#mail/address';

export interface WatchNeeds {
  readonly settings: Pick<SettingsStore, 'site' | 'secret' | 'saveSecret'>;
  readonly spaces: () => Promise<readonly { readonly spaceId: SpaceId; readonly settings: SpaceSettingsV2 }[]>;
  readonly verifications: Pick<VerificationStore, 'saveVerification'>;
  readonly transport: Pick<MailTransport, 'verify' | 'send'>;
  readonly app: Pick<AppReader, 'addresses'>;
  readonly now: () => Date;
  readonly wait: (ms: number) => Promise<void>;
}

/** An account as it is stored, and who last changed it: whoever that is can put it right. */
interface Watched {
  readonly owner: string;
  readonly name: string;
  readonly account: MailAccount;
  readonly changedBy: AccountId | undefined;
}
interface Tested extends Watched {
  readonly login: RelayAccount | undefined;
  readonly verification: Verification;
  /** When its refresh token ends, where that is near. */
  readonly ends: Date | undefined;
}

/** Pause between two tests (Forge: 100 external requests in a minute), and time after which no further one is begun. */
const PAUSE_MS = 1000;
const BEGIN_UNTIL_MS = 400_000;

/**
 * Tests the connection of every account, which also renews its refresh token, keeps the results for the administrators' pages, and tells
 * them by mail which accounts do not work or soon will not. The mail goes through an account that works; without one only the pages tell.
 */
export async function watchAccounts(needs: WatchNeeds): Promise<{ tested: number; failing: number; told: number }> {
  const site = await needs.settings.site();
  const tested: Tested[] = [];
  const begun = needs.now().getTime();
  for (const each of watched(site, await needs.spaces())) {
    if (needs.now().getTime() - begun > BEGIN_UNTIL_MS) break;
    if (tested.length > 0) await needs.wait(PAUSE_MS);
    tested.push(await testOne(needs, each));
  }
  const troubled = tested.filter(({ verification, ends }) => !verification.ok || ends);
  const told = troubled.length > 0 ? await tell(needs, site, tested, troubled) : 0;
  return { tested: tested.length, failing: tested.filter(({ verification }) => !verification.ok).length, told };
}

function watched(site: SiteSettingsV2, spaces: readonly { spaceId: SpaceId; settings: SpaceSettingsV2 }[]): Watched[] {
  const own = spaces.flatMap(({ spaceId, settings }) => {
    const { account, accountSource, changedBy } = settings;
    const used = account && accountSource.kind === 'own' && settings.enabled && !site.enforce;
    return used ? [{ owner: spaceOwner(spaceId), name: account.fromAddress, account, changedBy }] : [];
  });
  return [...site.accounts.map(({ id, name, account }) => ({ owner: accountOwner(id), name, account, changedBy: site.changedBy })), ...own];
}

async function testOne(needs: WatchNeeds, each: Watched): Promise<Tested> {
  const { owner, account } = each;
  const now = needs.now();
  let login: RelayAccount | undefined;
  let verification: Verification;
  try {
    login = toRelayAccount(account, await resolveSecrets(needs.settings, owner, account, {}));
    const verify = renewingVerify((one) => needs.transport.verify(one), { store: needs.settings, owner, now: needs.now });
    verification = verificationOf(await verify(login), now);
  } catch (error) {
    verification = { at: now.toISOString(), ok: false, error: toFailure(error) };
  }
  await needs.verifications
    .saveVerification(owner, verification)
    .catch((error: unknown) => log('test not kept', { errors: errorChain(error) }));
  const end = refreshTokenEnd(account, await needs.settings.secret(owner, 'refreshToken'));
  const isNear = end && end.getTime() - now.getTime() < WARN_BEFORE_END_DAYS * 86_400_000;
  return { ...each, login, verification, ends: isNear ? end : undefined };
}

/** Tells each administrator of the accounts that they last changed; who changed the site's settings hears of all. Gives how many were told. */
async function tell(needs: WatchNeeds, site: SiteSettingsV2, tested: readonly Tested[], troubled: readonly Tested[]): Promise<number> {
  const carrier = tested.find(({ verification, login }) => verification.ok && login);
  if (!carrier?.login) return 0;
  const people = [...new Set([site.changedBy, ...troubled.map(({ changedBy }) => changedBy)].filter((id) => id !== undefined))];
  const addresses = await needs.app.addresses(people);
  const send = renewingSend((...asked) => needs.transport.send(...asked), { store: needs.settings, owner: carrier.owner, now: needs.now });
  let told = 0;
  for (const accountId of people) {
    const to = parseAddress(addresses.get(accountId) ?? '');
    const theirs = troubled.filter(({ changedBy }) => accountId === site.changedBy || accountId === changedBy);
    if (!to) continue;
    const { key, ...mail } = accountMail(carrier.account, to, theirs.map(troubleOf), needs.now());
    // The carrier may have been given a new refresh token; the relay knows the one it was tested with too.
    const request = { account: carrier.login, ...mail, readAs: { accountId } };
    const answer = await send(request, key).catch((error: unknown) => log('administrators not told', { errors: errorChain(error) }));
    if (answer && answer.accepted.length > 0) told += 1;
  }
  return told;
}

const troubleOf = ({ name, verification, ends }: Tested): Trouble => ({
  name,
  ...(verification.ok ? {} : { failure: verification.error ?? { code: 'INTERNAL' } }),
  ...(ends ? { ends } : {}),
});
