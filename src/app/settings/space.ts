import type { Space } from '#app/model';
import type { SettingsStore } from '#app/settings/model';
import { readSpacePolicy, saveSpacePolicy } from '#app/settings/space-policy';
import type { AccountId, SpaceId } from '#contract/draft';
import type { Payload, Value } from '#contract/screens/resolvers';

/** A space's settings in brief, for scripts: the switch, the account and the subject's prefix, over the whole settings. */

/** With what the space inherits; of the site's account only the sender address is shown. */
export async function readSpaceSettings(store: SettingsStore, space: Space): Promise<Value<'space-settings/get'>> {
  const read = await readSpacePolicy(store, space);
  const { revision, enabled, accountSource, account, presentation, changedBy, changedAt } = read.settings;
  const { subjectPrefix } = presentation;
  const { accounts, defaultAccount } = read.site;
  const siteAccount = accounts.find(({ id }) => id === defaultAccount) ?? accounts[0];
  return {
    space: read.space,
    settings: {
      version: 1,
      revision,
      enabled,
      accountSource: accountSource.kind,
      ...(account ? { account } : {}),
      ...(subjectPrefix === undefined ? {} : { subjectPrefix }),
      changedBy,
      changedAt,
    },
    secretsSet: read.secretsSet,
    site: {
      enabled: read.site.enabled,
      hasAccount: defaultAccount !== undefined || siteAccount !== undefined,
      ...(siteAccount ? { fromAddress: siteAccount.fromAddress } : {}),
      subjectPrefix: read.site.presentation.subjectPrefix,
    },
  };
}

/** Saves them; what they do not show stays. An account that is not given goes. @throws AppFailure as `saveSpacePolicy` */
export async function saveSpaceSettings(
  store: SettingsStore,
  id: SpaceId,
  { revision, enabled, accountSource, subjectPrefix, account, secrets }: Payload<'space-settings/save'>,
  by: AccountId,
  now: Date,
): Promise<Value<'space-settings/save'>> {
  const current = await store.space(id);
  const changes = {
    enabled,
    account: account ?? null,
    presentation: { ...current.presentation, subjectPrefix },
    // Which of the site's accounts the space has chosen is not shown, and stays.
    ...(accountSource === current.accountSource.kind ? {} : { accountSource: { kind: accountSource } }),
  };
  return saveSpacePolicy(store, id, { revision, changes, secrets }, by, now);
}
