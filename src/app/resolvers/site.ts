import { relay } from '#app/relay';
import { sendTest, verify } from '#app/resolvers/account-tests';
import { createResolver } from '#app/resolvers/handler';
import { now, siteAdministrator } from '#app/resolvers/rights';
import { siteAdminHandlers } from '#app/resolvers/site-admin';
import { readRelay, readSiteSettings, saveSiteSettings, shownOwner } from '#app/settings/site';
import { settingsStore } from '#app/store/index';
import { allSiteResolvers } from '#contract/screens/resolvers';

/** Functions of the site's settings page, for site administrators alone. */
export const siteResolver = createResolver(allSiteResolvers, {
  ...siteAdminHandlers,
  async 'site-settings/get'() {
    await siteAdministrator();
    return readSiteSettings(settingsStore);
  },
  async 'site-settings/save'(form) {
    const me = await siteAdministrator();
    return saveSiteSettings(settingsStore, form, me.accountId, now());
  },
  async 'site-settings/relay'() {
    await siteAdministrator();
    return readRelay(relay);
  },
  async 'site-settings/verify'(form) {
    await siteAdministrator();
    return verify(await shownOwner(settingsStore), form);
  },
  async 'site-settings/send-test'(form, caller) {
    const me = await siteAdministrator();
    return sendTest(await shownOwner(settingsStore), form, me, caller);
  },
});
