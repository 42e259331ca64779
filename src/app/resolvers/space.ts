import { randomUUID } from 'node:crypto';
import { appReader, session } from '#app/confluence/index';
import { relay } from '#app/relay';
import { createResolver } from '#app/resolvers/handler';
import { administeredSpace } from '#app/resolvers/rights';
import { spaceAdminHandlers } from '#app/resolvers/space-admin';
import { sendTestMail, verifyAccount } from '#app/settings/account';
import { spaceOwner } from '#app/settings/model';
import { readSpaceSettings, saveSpaceSettings } from '#app/settings/space';
import { settingsStore } from '#app/store/index';
import { allSpaceResolvers } from '#contract/resolvers';

const account = { store: settingsStore, transport: relay };

/** Functions of a space's settings page, for its administrators alone. */
export const spaceResolver = createResolver(allSpaceResolvers, {
  ...spaceAdminHandlers,
  async 'space-settings/get'(_, caller) {
    const id = await administeredSpace(caller);
    return readSpaceSettings(settingsStore, await session().space(id));
  },
  async 'space-settings/save'(form, caller) {
    const id = await administeredSpace(caller);
    return saveSpaceSettings(settingsStore, id, form, caller.accountId, new Date());
  },
  async 'space-settings/verify'(form, caller) {
    const id = await administeredSpace(caller);
    return verifyAccount(account, spaceOwner(id), form);
  },
  async 'space-settings/send-test'(form, caller) {
    const id = await administeredSpace(caller);
    const [me, random] = [await session().me(), randomUUID().replaceAll('-', '')];
    const { language } = caller;
    return sendTestMail({ ...account, app: appReader() }, { owner: spaceOwner(id), form, me, language, now: new Date(), random });
  },
});
