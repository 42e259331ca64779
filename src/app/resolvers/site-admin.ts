import { appFacts, pageReader, session } from '#app/confluence/index';
import { switchDebugLog } from '#app/diagnostics/debug-log';
import { failingAccounts, verificationOf } from '#app/diagnostics/health';
import { readDiagnostics, shownDebugLog } from '#app/diagnostics/overview';
import { exportCsv } from '#app/history/csv';
import { readHistory } from '#app/history/read';
import { pushMaintenance } from '#app/jobs/queue';
import { errorChain, log } from '#app/log';
import { startDeletion } from '#app/privacy/delete-all';
import { storedItems } from '#app/privacy/stored';
import { relay, relayTools } from '#app/relay';
import { sendTest, verify } from '#app/resolvers/account-tests';
import type { Handlers } from '#app/resolvers/handler';
import { historyNeeds, namesOf, now, peopleNamed, siteAdministrator } from '#app/resolvers/rights';
import { submitNeeds } from '#app/resolvers/sending';
import { isSaved } from '#app/settings/account';
import { parseLogo } from '#app/settings/logo';
import { accountOwner, SITE_OWNER } from '#app/settings/model';
import { readSitePolicy, saveExceptions, saveSitePolicy } from '#app/settings/site-policy';
import { allSpaceSettings, deletionStore, diagnosticsStore, settingsStore } from '#app/store/index';
import type { siteAdminResolvers } from '#contract/screens/administration';

const debug = { store: diagnosticsStore, names: namesOf, now };
/** Suggestions at once. */
const MAX_FOUND = 20;
/** An account that is not stored yet has secrets of nobody. */
const NEW_ACCOUNT_OWNER = 'account-new';
const ownerOf = (id: string | undefined): string => (id === undefined ? NEW_ACCOUNT_OWNER : accountOwner(id));

/** Functions of the site's settings page about policy, history, diagnostics and privacy, for site administrators alone. */
export const siteAdminHandlers: Handlers<typeof siteAdminResolvers> = {
  async 'site-policy/get'() {
    await siteAdministrator();
    const [value, debugLog] = await Promise.all([readSitePolicy(settingsStore), shownDebugLog(debug)]);
    const failing = await failingAccounts(diagnosticsStore, value.settings.accounts);
    return { ...value, ...(failing.length > 0 ? { failing } : {}), ...(debugLog ? { debugLog } : {}) };
  },
  async 'site-policy/save'(form) {
    const me = await siteAdministrator();
    return saveSitePolicy(settingsStore, form, me.accountId, now());
  },
  async 'site-policy/save-exceptions'(form) {
    await siteAdministrator();
    return saveExceptions(settingsStore, form, now());
  },
  async 'site-policy/find-spaces'({ query }) {
    await siteAdministrator();
    const found = await session().findSpaces(query, MAX_FOUND);
    return { spaces: found.map(({ id, key, name }) => ({ spaceId: id, key, name: name.slice(0, 80) })) };
  },
  async 'site-policy/find-groups'({ query }) {
    await siteAdministrator();
    return { groups: await session().findGroups(query, MAX_FOUND) };
  },
  async 'site-policy/verify'({ accountId, ...form }) {
    await siteAdministrator();
    const result = await verify(ownerOf(accountId), form);
    if (accountId !== undefined && isSaved(await settingsStore.site(), accountId, form))
      await diagnosticsStore.saveVerification(accountOwner(accountId), verificationOf(result, now()));
    return result;
  },
  async 'site-policy/send-test'({ accountId, ...form }, caller) {
    const me = await siteAdministrator();
    return sendTest(ownerOf(accountId), form, me, caller);
  },
  async 'site-policy/logo'({ dataUrl }) {
    await siteAdministrator();
    await settingsStore.saveLogo(SITE_OWNER, dataUrl === undefined ? undefined : parseLogo(dataUrl));
    return { hasLogo: dataUrl !== undefined };
  },
  async 'site-policy/find-pages'({ query }) {
    await siteAdministrator();
    return { pages: await session().findPages(query, MAX_FOUND) };
  },
  async 'site-policy/preview'({ contentId, type, presentation, language }, caller) {
    await siteAdministrator();
    const needs = { reader: pageReader(), session: session(), settings: settingsStore };
    const { samplePreview } = await import(/* webpackMode: "eager" */ '#app/settings/sample');
    return samplePreview(needs, {
      ref: { id: contentId, type },
      presentation,
      isSpaces: false,
      language: language ?? caller.language,
    });
  },
  async 'site-policy/domain-check'({ address, selectors }) {
    await siteAdministrator();
    return relayTools.checkDomain({ fromAddress: address, selectors });
  },
  async 'history/site'({ filter, cursor }) {
    await siteAdministrator();
    return readHistory(await historyNeeds(), { scope: { kind: 'site' }, filter, cursor });
  },
  async 'history/site-csv'({ rows, language, ...request }, caller) {
    await siteAdministrator();
    return exportCsv(await historyNeeds(), { scope: { kind: 'site' }, ...request }, { rows, language: language ?? caller.language });
  },
  async 'history/site-again'({ language, ...asked }, caller) {
    const me = await siteAdministrator();
    const { retentionDays } = await historyNeeds();
    const request = { ...asked, scope: { kind: 'site' } as const, language: language ?? caller.language };
    const { sendAgain } = await import(/* webpackMode: "eager" */ '#app/history/send-again');
    return sendAgain({ ...submitNeeds(), retentionDays }, me.accountId, request);
  },
  async 'history/find-people'({ query }) {
    await siteAdministrator();
    return peopleNamed(query);
  },
  async 'diagnostics/get'() {
    await siteAdministrator();
    return readDiagnostics({ settings: settingsStore, store: diagnosticsStore, transport: relay, names: namesOf, app: appFacts(), now });
  },
  async 'diagnostics/debug-log'({ hours }) {
    const me = await siteAdministrator();
    await switchDebugLog(diagnosticsStore, hours, me.accountId, now());
    // The app's own log is switched even when the relay cannot be reached; then there is more reason for it.
    await relayTools.debug(hours * 60).catch((error: unknown) => log('debug log of the relay not switched', { errors: errorChain(error) }));
    const debugLog = await shownDebugLog(debug);
    return debugLog ? { debugLog } : {};
  },
  async 'privacy/stored'() {
    await siteAdministrator();
    const { retentionDays } = (await settingsStore.site()).history;
    return { items: storedItems(retentionDays), deletion: await deletionStore.deletion() };
  },
  async 'privacy/delete-all'() {
    await siteAdministrator();
    return startDeletion({ store: deletionStore, push: () => pushMaintenance('delete-all'), now });
  },
  async 'privacy/export-settings'() {
    await siteAdministrator();
    const [site, exceptions, spaces] = await Promise.all([settingsStore.site(), settingsStore.exceptions(), allSpaceSettings()]);
    const { settingsFile } = await import(/* webpackMode: "eager" */ '#app/privacy/settings-file');
    return { file: settingsFile({ site, exceptions: exceptions.spaces, spaces }, now()) };
  },
  async 'privacy/import-settings'(form) {
    const me = await siteAdministrator();
    const { importSettings } = await import(/* webpackMode: "eager" */ '#app/privacy/import');
    return importSettings(settingsStore, form, me.accountId, now());
  },
};
