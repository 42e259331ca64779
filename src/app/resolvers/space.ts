import { randomUUID } from 'node:crypto';
import { appReader, session } from '#app/confluence';
import { AppFailure } from '#app/failure';
import { relay } from '#app/relay';
import { type Caller, createResolver } from '#app/resolvers/handler';
import { sendTestMail, verifyAccount } from '#app/settings/account';
import { spaceOwner } from '#app/settings/model';
import { readSpaceSettings, saveSpaceSettings } from '#app/settings/space';
import { settingsStore } from '#app/store';
import type { SpaceId } from '#contract/draft';
import { spaceResolvers } from '#contract/resolvers';

/** The space, which the person must administer by Confluence's own word. @throws AppFailure SPACE_NOT_FOUND, NOT_SPACE_ADMIN */
async function administeredSpace(caller: Caller): Promise<SpaceId> {
  const id = caller.space();
  if (!(await session().administersSpace(id))) throw new AppFailure('NOT_SPACE_ADMIN');
  return id;
}

const account = { store: settingsStore, transport: relay };

/** Functions of a space's settings page, for its administrators alone. */
export const spaceResolver = createResolver(spaceResolvers, {
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
