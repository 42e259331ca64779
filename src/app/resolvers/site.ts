import { randomUUID } from 'node:crypto';
import { appReader } from '#app/confluence/index';
import { relay } from '#app/relay';
import { createResolver } from '#app/resolvers/handler';
import { siteAdministrator } from '#app/resolvers/rights';
import { siteAdminHandlers } from '#app/resolvers/site-admin';
import { sendTestMail, verifyAccount } from '#app/settings/account';
import { readRelay, readSiteSettings, saveSiteSettings, shownOwner } from '#app/settings/site';
import { settingsStore } from '#app/store/index';
import { allSiteResolvers } from '#contract/resolvers';

const account = { store: settingsStore, transport: relay };

/** Functions of the site's settings page, for site administrators alone. */
export const siteResolver = createResolver(allSiteResolvers, {
  ...siteAdminHandlers,
  async 'site-settings/get'() {
    await siteAdministrator();
    return readSiteSettings(settingsStore);
  },
  async 'site-settings/save'(form) {
    const me = await siteAdministrator();
    return saveSiteSettings(settingsStore, form, me.accountId, new Date());
  },
  async 'site-settings/relay'() {
    await siteAdministrator();
    return readRelay(relay);
  },
  async 'site-settings/verify'(form) {
    await siteAdministrator();
    return verifyAccount(account, await shownOwner(settingsStore), form);
  },
  async 'site-settings/send-test'(form, caller) {
    const me = await siteAdministrator();
    const random = randomUUID().replaceAll('-', '');
    return sendTestMail(
      { ...account, app: appReader() },
      { owner: await shownOwner(settingsStore), form, me, language: caller.language, now: new Date(), random },
    );
  },
});
