import { chosenFiles } from '#app/delivery/files';
import { dataUrl, logoFor, type MailLogo } from '#app/delivery/logo';
import { type Rendered, readBody, renderMail } from '#app/delivery/render';
import { megabytes } from '#app/delivery/size';
import { AppFailure } from '#app/failure';
import type { AppReader, PageReader, PageRef, Person, Session } from '#app/model';
import { givesAwayHidden, hiddenInHeader, needsIndividualCopies } from '#app/policy/copies';
import { refusalOfFiles } from '#app/policy/decide';
import { openGate, refusalsOfRecipients, withPlaces } from '#app/send/gate';
import type { JobRecipient } from '#app/send/model';
import { expandRecipients } from '#app/send/recipients';
import type { SettingsStore } from '#app/settings/model';
import type { AccountId, Draft } from '#contract/draft';
import { GMAIL_CLIP_BYTES } from '#contract/limits';
import type { FileReference } from '#contract/relay/api';
import type { Value, Warning } from '#contract/screens/resolvers';
import { estimateSize, type MessageSize, subjectLine } from '#mail/message';

/** Reasons shown at once. */
const MAX_REFUSALS = 20;
/** People for whom it is asked whether they may view the page. */
const MAX_VIEW_CHECKS = 30;
/** Names in one warning (contract). */
const MAX_SUBJECTS = 20;
/** Bytes of HTML and text that one answer of a resolver can carry (Forge: 5 MB for the whole answer as JSON). */
const MAX_PREVIEW_BYTES = 4 * 1024 * 1024;

export interface PreviewNeeds {
  readonly reader: PageReader;
  readonly session: Session;
  readonly app: Pick<AppReader, 'addresses'>;
  /** Whether somebody may view the page; undefined when nobody can tell. */
  readonly canView: (ref: PageRef, accountId: AccountId) => Promise<boolean | undefined>;
  readonly settings: Pick<SettingsStore, 'site' | 'space' | 'exceptions' | 'logo'>;
}

/** Exactly what `send/submit` with this draft would send, and what the sender should know before. */
export async function previewMail(needs: PreviewNeeds, ref: PageRef, draft: Draft, language: 'en' | 'de'): Promise<Value<'send/preview'>> {
  const [page, me] = await Promise.all([readBody(needs.reader, ref), needs.session.me()]);
  const [space, gate, expanded] = await Promise.all([
    needs.session.space(page.spaceId),
    openGate(needs, page, me, true),
    expandRecipients(needs.session, draft, me),
  ]);
  const { presentation, policy } = gate.sending;
  const { restricted } = gate.page;
  const individual = needsIndividualCopies(policy, draft, expanded.recipients.length);
  const logo = await logoFor(needs.settings, gate.sending);
  const [rendered, placed] = await Promise.all([
    renderMail(needs.reader, {
      page,
      space,
      restricted,
      senderName: me.name,
      note: draft.note,
      language,
      presentation,
      logo,
      individual,
    }),
    withPlaces(needs.session, expanded.recipients),
  ]);
  const files = chosenFiles(rendered.attachments, draft.attachmentIds);
  const sizeBytes = sizeOf(rendered, files, individual ? 1 : expanded.recipients.length, logo);
  checkPreviewSize(rendered);
  const refusals = [
    gate.refusal,
    refusalOfFiles(
      policy,
      files.map(({ filename }) => filename),
    ),
    ...(await refusalsOfRecipients(needs.app, gate, draft, placed.recipients)),
  ].filter((refusal) => refusal !== undefined);
  return {
    html: rendered.mail.html,
    text: rendered.mail.text,
    subject: subjectLine(presentation.subjectPrefix, draft.subject),
    images: shownImages(rendered),
    sizeBytes,
    recipientCount: expanded.recipients.length,
    ...(individual ? {} : { header: headerOf(expanded.recipients) }),
    attachments: files.map(({ filename, sizeBytes: bytes }) => ({ title: filename, sizeBytes: bytes })),
    warnings: [
      ...warn('EXTERNAL_RECIPIENTS', placed.outside),
      ...warn('CANNOT_VIEW_PAGE', await peopleWithoutView(needs, ref, expanded.recipients)),
      ...warn(
        'RECIPIENT_WITHOUT_ADDRESS',
        expanded.inactive.map(({ name }) => name),
      ),
      ...(restricted ? [{ code: 'PAGE_RESTRICTED' as const, subjects: [] }] : []),
      ...(individual ? [{ code: 'INDIVIDUAL_COPIES' as const, subjects: [] }] : warnHidden(placed.recipients, me)),
      ...(sizeBytes.total > policy.limits.messageBytes ? [{ code: 'ATTACHMENTS_TOO_LARGE' as const, subjects: [] }] : []),
      ...contentWarnings(rendered),
    ],
    ...(refusals.length > 0 ? { refusals: refusals.slice(0, MAX_REFUSALS) } : {}),
    ...dataImagesOf(rendered, logo),
  };
}

/** To and Cc of the mail for several. */
function headerOf(recipients: readonly JobRecipient[]): { to: string[]; cc: string[] } {
  const names = (field: JobRecipient['field']) => recipients.filter((each) => each.field === field).map(({ target }) => nameIn(target));
  return { to: names('to'), cc: names('cc') };
}

const nameIn = (target: JobRecipient['target']): string => {
  if (target.kind !== 'address') return target.name;
  return target.name ? `${target.name} <${target.address}>` : target.address;
};

const warnHidden = (recipients: readonly JobRecipient[], me: Person): Warning[] =>
  givesAwayHidden(recipients, me.accountId)
    ? warn(
        'ADDRESS_HIDDEN',
        hiddenInHeader(recipients).map(({ target }) => nameIn(target)),
      )
    : [];

/** Pictures that are no attachments: the logo, and those within the page. */
function dataImagesOf({ mail }: Rendered, logo: MailLogo | undefined): Pick<Value<'send/preview'>, 'dataImages'> {
  const images = [...(logo ? [logo.data] : []), ...mail.dataImages];
  return images.length > 0 ? { dataImages: images.map((each) => ({ cid: each.cid, dataUrl: dataUrl(each) })) } : {};
}

/** Pictures of the page that the browser may load as this person. */
export const shownImages = ({ mail }: Rendered): Value<'send/preview'>['images'] =>
  mail.images.map(({ cid, contentId, attachmentId, version, mediaType }) => ({ cid, contentId, attachmentId, version, mediaType }));

function sizeOf({ mail }: Rendered, attachments: readonly FileReference[], mailboxCount: number, logo: MailLogo | undefined): MessageSize {
  const size = estimateSize({ mail, attachments, mailboxCount });
  const more = logo?.data.base64.length ?? 0;
  return { ...size, images: size.images + more, total: size.total + more };
}

const warn = (code: Warning['code'], subjects: readonly string[]): Warning[] =>
  subjects.length > 0 ? [{ code, subjects: subjects.slice(0, MAX_SUBJECTS) }] : [];

function contentWarnings({ mail }: Rendered): Warning[] {
  const isClipped = new TextEncoder().encode(mail.html).length > GMAIL_CLIP_BYTES;
  const isTold = mail.warnings.some(({ code }) => code === 'HTML_CLIPPED');
  return [...mail.warnings, ...(isClipped && !isTold ? [{ code: 'HTML_CLIPPED' as const, subjects: [] }] : [])];
}

async function peopleWithoutView(needs: PreviewNeeds, ref: PageRef, recipients: readonly JobRecipient[]): Promise<string[]> {
  const people = recipients.flatMap(({ target }) => (target.kind === 'user' ? [target] : []));
  const checks = people
    .slice(0, MAX_VIEW_CHECKS)
    .map(async (person) => ((await needs.canView(ref, person.accountId)) === false ? [person.name] : []));
  return (await Promise.all(checks)).flat();
}

function checkPreviewSize({ mail }: Rendered): void {
  const within = mail.dataImages.reduce((sum, { base64 }) => sum + base64.length, 0);
  const bytes = new TextEncoder().encode(mail.html).length + new TextEncoder().encode(mail.text).length + within;
  if (bytes > MAX_PREVIEW_BYTES) throw new AppFailure('MESSAGE_TOO_LARGE', { size: megabytes(bytes), limit: megabytes(MAX_PREVIEW_BYTES) });
}
