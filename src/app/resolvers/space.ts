import { session } from '#app/confluence/index';
import { sendTest, verify } from '#app/resolvers/account-tests';
import { createResolver } from '#app/resolvers/handler';
import { administeredSpace, now } from '#app/resolvers/rights';
import { spaceAdminHandlers } from '#app/resolvers/space-admin';
import { spaceOwner } from '#app/settings/model';
import { readSpaceSettings, saveSpaceSettings } from '#app/settings/space';
import { settingsStore } from '#app/store/index';
import { allSpaceResolvers } from '#contract/screens/resolvers';

/** Functions of a space's settings page, for its administrators alone. */
export const spaceResolver = createResolver(allSpaceResolvers, {
  ...spaceAdminHandlers,
  async 'space-settings/get'(_, caller) {
    const id = await administeredSpace(caller);
    return readSpaceSettings(settingsStore, await session().space(id));
  },
  async 'space-settings/save'(form, caller) {
    const id = await administeredSpace(caller);
    return saveSpaceSettings(settingsStore, id, form, caller.accountId, now());
  },
  async 'space-settings/verify'(form, caller) {
    return verify(spaceOwner(await administeredSpace(caller)), form);
  },
  async 'space-settings/send-test'(form, caller) {
    const owner = spaceOwner(await administeredSpace(caller));
    return sendTest(owner, form, await session().me(), caller);
  },
});
