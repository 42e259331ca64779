import { toFailure } from '#app/failure';
import type { PageReader, PageRef, Session } from '#app/model';
import { presentationFor, sendingFor } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import { MAX_MESSAGE_BYTES, MAX_RECIPIENTS } from '#contract/limits';
import type { Value } from '#contract/resolvers';
import { subjectLine } from '#mail/message';

export interface OpenNeeds {
  readonly reader: Pick<PageReader, 'page' | 'attachments'>;
  readonly session: Pick<Session, 'me' | 'space'>;
  readonly settings: Pick<SettingsStore, 'site' | 'space'>;
}

/** What the dialog shows when it opens. A person who may not send learns why. @throws AppFailure PAGE_NOT_FOUND */
export async function openDialog(needs: OpenNeeds, ref: PageRef): Promise<Value<'send/open'>> {
  const [page, attachments, me] = await Promise.all([needs.reader.page(ref, 'view'), needs.reader.attachments(ref), needs.session.me()]);
  const [space, site, spaceSettings] = await Promise.all([
    needs.session.space(page.spaceId),
    needs.settings.site(),
    needs.settings.space(page.spaceId),
  ]);
  return {
    page: { id: page.id, type: page.type, title: page.title, url: page.url, spaceName: space.name, spaceKey: space.key },
    me: { accountId: me.accountId, name: me.name },
    ...senderOf(() => sendingFor(site, spaceSettings, page.spaceId)),
    subject: subjectLine(presentationFor(site, spaceSettings).subjectPrefix, page.title),
    attachments: attachments.map(({ id, title, mediaType, sizeBytes, version }) => ({ id, title, mediaType, sizeBytes, version })),
    limits: { messageBytes: MAX_MESSAGE_BYTES, recipients: MAX_RECIPIENTS },
  };
}

function senderOf(sending: () => ReturnType<typeof sendingFor>): Pick<Value<'send/open'>, 'from' | 'refusal'> {
  try {
    const { account } = sending();
    return { from: { name: account.fromName, address: account.fromAddress } };
  } catch (error) {
    return { refusal: toFailure(error) };
  }
}
