import { dataUrl, logoFor } from '#app/delivery/logo';
import { readBody, renderMail } from '#app/delivery/render';
import { AppFailure } from '#app/failure';
import type { PageReader, PageRef, Session } from '#app/model';
import { shownImages } from '#app/send/preview';
import { logoOwnerFor } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import type { SpaceId } from '#contract/draft';
import type { AdminValue } from '#contract/screens/administration';
import type { SitePresentation } from '#contract/settings/v2';
import { subjectLine } from '#mail/message';

export interface SampleNeeds {
  readonly reader: PageReader;
  readonly session: Pick<Session, 'me' | 'space'>;
  readonly settings: Pick<SettingsStore, 'logo'>;
}
export interface Sample {
  readonly ref: PageRef;
  /** The only space whose pages may be tried; absent: any. */
  readonly spaceId?: SpaceId;
  /** As on the form, not saved yet. */
  readonly presentation: SitePresentation;
  /** The space itself chose the logo. */
  readonly isSpaces: boolean;
  readonly language: 'en' | 'de';
}

/** A page as a mail with presentation settings that are being tried out, read with the rights of the administrator. @throws AppFailure PAGE_NOT_FOUND */
export async function samplePreview(
  needs: SampleNeeds,
  { ref, spaceId, presentation, isSpaces, language }: Sample,
): Promise<AdminValue<'site-policy/preview'>> {
  const [page, me] = await Promise.all([readBody(needs.reader, ref), needs.session.me()]);
  if (spaceId !== undefined && page.spaceId !== spaceId) throw new AppFailure('PAGE_NOT_FOUND');
  const logoOwner = logoOwnerFor(presentation, isSpaces, page.spaceId);
  const [space, logo] = await Promise.all([needs.session.space(page.spaceId), logoFor(needs.settings, { presentation, logoOwner })]);
  const note = presentation.noteTemplate;
  const rendered = await renderMail(needs.reader, {
    page,
    space,
    restricted: false,
    senderName: me.name,
    note,
    language,
    presentation,
    logo,
  });
  return {
    html: rendered.mail.html,
    subject: subjectLine(presentation.subjectPrefix, page.title),
    images: shownImages(rendered),
    data: logo ? [{ cid: logo.data.cid, dataUrl: dataUrl(logo.data) }] : [],
  };
}
