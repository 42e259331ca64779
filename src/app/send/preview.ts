import { AppFailure } from '#app/failure';
import type { AppReader, PageReader, PageRef, Session } from '#app/model';
import { chosenFiles } from '#app/send/files';
import type { JobRecipient } from '#app/send/model';
import { expandRecipients } from '#app/send/recipients';
import { type Rendered, renderMail } from '#app/send/render';
import { megabytes } from '#app/send/size';
import { presentationFor } from '#app/settings/effective';
import type { SettingsStore } from '#app/settings/model';
import type { Draft } from '#contract/draft';
import { GMAIL_CLIP_BYTES, MAX_MESSAGE_BYTES } from '#contract/limits';
import type { Value, Warning } from '#contract/resolvers';
import { estimateSize, subjectLine } from '#mail/message';

/** People for whom it is asked whether they may view the page. */
const MAX_VIEW_CHECKS = 30;
/** Names in one warning (contract). */
const MAX_SUBJECTS = 20;
/** Bytes of HTML and text that one answer of a resolver can carry (Forge: 5 MB for the whole answer as JSON). */
const MAX_PREVIEW_BYTES = 4 * 1024 * 1024;

export interface PreviewNeeds {
  readonly reader: PageReader;
  readonly session: Session;
  readonly app: Pick<AppReader, 'canView'>;
  readonly settings: Pick<SettingsStore, 'site' | 'space'>;
}

/** Exactly what `send/submit` with this draft would send, and what the sender should know before. */
export async function previewMail(needs: PreviewNeeds, ref: PageRef, draft: Draft, language: 'en' | 'de'): Promise<Value<'send/preview'>> {
  const { spaceId } = await needs.reader.page(ref, 'view');
  const [me, space, site, spaceSettings, restricted] = await Promise.all([
    needs.session.me(),
    needs.session.space(spaceId),
    needs.settings.site(),
    needs.settings.space(spaceId),
    needs.session.isRestricted(ref),
  ]);
  const presentation = presentationFor(site, spaceSettings);
  const [rendered, expanded] = await Promise.all([
    renderMail(needs.reader, { ref, space, restricted, senderName: me.name, note: draft.note, language, presentation }),
    expandRecipients(needs.session, draft, me),
  ]);
  const files = chosenFiles(rendered.attachments, draft.attachmentIds);
  const sizeBytes = estimateSize({ mail: rendered.mail, attachments: files, mailboxCount: expanded.recipients.length });
  checkPreviewSize(rendered);
  return {
    html: rendered.mail.html,
    text: rendered.mail.text,
    subject: subjectLine(presentation.subjectPrefix, draft.subject),
    images: rendered.mail.images.map(({ cid, contentId, attachmentId, version, mediaType }) => ({
      cid,
      contentId,
      attachmentId,
      version,
      mediaType,
    })),
    sizeBytes,
    recipientCount: expanded.recipients.length,
    warnings: [
      ...(await recipientWarnings(needs, ref, expanded.recipients)),
      ...warn(
        'RECIPIENT_WITHOUT_ADDRESS',
        expanded.inactive.map(({ name }) => name),
      ),
      ...(restricted ? [{ code: 'PAGE_RESTRICTED' as const, subjects: [] }] : []),
      ...(sizeBytes.total > MAX_MESSAGE_BYTES ? [{ code: 'ATTACHMENTS_TOO_LARGE' as const, subjects: [] }] : []),
      ...contentWarnings(rendered),
    ],
  };
}

const warn = (code: Warning['code'], subjects: readonly string[]): Warning[] =>
  subjects.length > 0 ? [{ code, subjects: subjects.slice(0, MAX_SUBJECTS) }] : [];

function contentWarnings({ mail }: Rendered): Warning[] {
  const isClipped = new TextEncoder().encode(mail.html).length > GMAIL_CLIP_BYTES;
  const isTold = mail.warnings.some(({ code }) => code === 'HTML_CLIPPED');
  return [...mail.warnings, ...(isClipped && !isTold ? [{ code: 'HTML_CLIPPED' as const, subjects: [] }] : [])];
}

async function recipientWarnings(needs: PreviewNeeds, ref: PageRef, recipients: readonly JobRecipient[]): Promise<Warning[]> {
  const targets = recipients.map(({ target }) => target);
  const addresses = targets.flatMap((target) => (target.kind === 'address' ? [target.address] : []));
  const people = targets.flatMap((target) => (target.kind === 'user' ? [target] : []));
  const checks = people
    .slice(0, MAX_VIEW_CHECKS)
    .map(async (person) => ((await needs.app.canView(ref.id, person.accountId)) === false ? [person.name] : []));
  const [outside, hidden] = await Promise.all([addresses.length > 0 ? needs.session.withoutAccess(addresses) : [], Promise.all(checks)]);
  // Where Confluence does not tell, every typed address counts as outside.
  return [...warn('EXTERNAL_RECIPIENTS', outside ?? addresses), ...warn('CANNOT_VIEW_PAGE', hidden.flat())];
}

function checkPreviewSize({ mail }: Rendered): void {
  const bytes = new TextEncoder().encode(mail.html).length + new TextEncoder().encode(mail.text).length;
  if (bytes > MAX_PREVIEW_BYTES) throw new AppFailure('MESSAGE_TOO_LARGE', { size: megabytes(bytes), limit: megabytes(MAX_PREVIEW_BYTES) });
}
