import { pageReader, session } from '#app/confluence/index';
import { shownDebugLog } from '#app/diagnostics/overview';
import { AppFailure } from '#app/failure';
import { exportCsv } from '#app/history/csv';
import { readHistory } from '#app/history/read';
import { relayTools } from '#app/relay';
import { sendTest, verify } from '#app/resolvers/account-tests';
import type { Handlers } from '#app/resolvers/handler';
import { administeredSpace, historyNeeds, namesOf, now, peopleNamed } from '#app/resolvers/rights';
import { submitNeeds } from '#app/resolvers/sending';
import { presentationFor } from '#app/settings/effective';
import { parseLogo } from '#app/settings/logo';
import { spaceOwner } from '#app/settings/model';
import { readSpacePolicy, saveSpacePolicy } from '#app/settings/space-policy';
import { diagnosticsStore, settingsStore } from '#app/store/index';
import type { spaceAdminResolvers } from '#contract/screens/administration';

/** Suggestions at once. */
const MAX_FOUND = 20;

/** Functions of a space's settings page about policy, presentation and history, for its administrators alone. */
export const spaceAdminHandlers: Handlers<typeof spaceAdminResolvers> = {
  async 'space-policy/get'(_, caller) {
    const id = await administeredSpace(caller);
    const [value, debugLog] = await Promise.all([
      readSpacePolicy(settingsStore, await session().space(id)),
      shownDebugLog({ store: diagnosticsStore, names: namesOf, now }),
    ]);
    return { ...value, ...(debugLog ? { debugLog } : {}) };
  },
  async 'space-policy/save'(form, caller) {
    const id = await administeredSpace(caller);
    return saveSpacePolicy(settingsStore, id, form, caller.accountId, now());
  },
  async 'space-policy/verify'(form, caller) {
    return verify(spaceOwner(await administeredSpace(caller)), form);
  },
  async 'space-policy/send-test'(form, caller) {
    const owner = spaceOwner(await administeredSpace(caller));
    return sendTest(owner, form, await session().me(), caller);
  },
  async 'space-policy/domain-check'({ address, selectors }, caller) {
    await administeredSpace(caller);
    return relayTools.checkDomain({ fromAddress: address, selectors });
  },
  async 'space-policy/logo'({ dataUrl }, caller) {
    const id = await administeredSpace(caller);
    if ((await settingsStore.site()).enforce) throw new AppFailure('SETTINGS_ENFORCED');
    await settingsStore.saveLogo(spaceOwner(id), dataUrl === undefined ? undefined : parseLogo(dataUrl));
    return { hasLogo: dataUrl !== undefined };
  },
  async 'space-policy/find-groups'({ query }, caller) {
    await administeredSpace(caller);
    return { groups: await session().findGroups(query, MAX_FOUND) };
  },
  async 'space-policy/find-pages'({ query }, caller) {
    const id = await administeredSpace(caller);
    return { pages: await session().findPages(query, MAX_FOUND, id) };
  },
  async 'space-policy/preview'({ contentId, type, presentation, language }, caller) {
    const id = await administeredSpace(caller);
    const [site, space] = await Promise.all([settingsStore.site(), settingsStore.space(id)]);
    const tried = presentationFor(site, { ...space, presentation });
    const isSpaces = presentation.logo === 'uploaded' && !site.enforce;
    const needs = { reader: pageReader(), session: session(), settings: settingsStore };
    const ref = { id: contentId, type };
    const { samplePreview } = await import(/* webpackMode: "eager" */ '#app/settings/sample');
    return samplePreview(needs, { ref, spaceId: id, presentation: tried, isSpaces, language: language ?? caller.language });
  },
  async 'history/space'({ filter, cursor }, caller) {
    const spaceId = await administeredSpace(caller);
    return readHistory(await historyNeeds(), { scope: { kind: 'space', spaceId }, filter, cursor });
  },
  async 'history/space-csv'({ rows, language, ...request }, caller) {
    const spaceId = await administeredSpace(caller);
    return exportCsv(
      await historyNeeds(),
      { scope: { kind: 'space', spaceId }, ...request },
      { rows, language: language ?? caller.language },
    );
  },
  async 'history/find-space-people'({ query }, caller) {
    await administeredSpace(caller);
    return peopleNamed(query);
  },
  async 'history/space-again'({ language, ...asked }, caller) {
    const spaceId = await administeredSpace(caller);
    const { retentionDays } = await historyNeeds();
    const request = { ...asked, scope: { kind: 'space', spaceId } as const, language: language ?? caller.language };
    const { sendAgain } = await import(/* webpackMode: "eager" */ '#app/history/send-again');
    return sendAgain({ ...submitNeeds(), retentionDays }, caller.accountId, request);
  },
};
