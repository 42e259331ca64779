import type { ContentId, DraftInput, SendIdentity } from '#contract/draft';
import { MAX_ATTACHMENTS, MAX_SUBJECT_CHARS } from '#contract/limits';
import { type Chips, countRecipients, FIELDS, hasInvalid, NO_CHIPS, recipientsOfDraft } from './recipients';
import { type Attachment, totalBytes, wireBytes } from './size';
import type { Verdicts } from './verdicts';

/** What the sender has filled in so far. */
export interface Writing {
  readonly chips: Chips;
  readonly subject: string;
  readonly note: string;
  readonly chosen: ReadonlySet<ContentId>;
  readonly copyToMe: boolean;
  /** Each recipient gets a mail of their own. */
  readonly individualCopies?: boolean | undefined;
  /** Absent: as whom the policy has the person send. */
  readonly identity?: SendIdentity | undefined;
}
export const EMPTY: Writing = { chips: NO_CHIPS, subject: '', note: '', chosen: new Set(), copyToMe: false };

/** One line without control characters, as a header wants it. */
const oneLine = (text: string): string =>
  text
    .replace(/[\u0000-\u001f\u007f\u2028\u2029]+/gu, ' ')
    .trim()
    .slice(0, MAX_SUBJECT_CHARS);

/** The draft as the resolvers take it; attachments keep the order of the page. */
export const toDraft = (writing: Writing, attachments: readonly Attachment[]): DraftInput => ({
  ...recipientsOfDraft(writing.chips),
  subject: oneLine(writing.subject),
  note: writing.note,
  attachmentIds: attachments.filter(({ id }) => writing.chosen.has(id)).map(({ id }) => id),
  copyToMe: writing.copyToMe,
  ...(writing.individualCopies ? { individualCopies: true } : {}),
  ...(writing.identity ? { identity: writing.identity } : {}),
});

/** What has to be put right before the mail can go; the first one gets the focus. */
export type Problem =
  | 'recipients-missing'
  | 'recipients-wrong'
  | 'recipients-refused'
  | 'subject-missing'
  | 'attachments-too-large'
  | 'attachments-too-many';

const NOT_JUDGED: Verdicts = new Map();

export function problemsOf(
  writing: Writing,
  attachments: readonly Attachment[],
  limitBytes: number,
  verdicts: Verdicts = NOT_JUDGED,
): Problem[] {
  const problems: Problem[] = [];
  if (hasInvalid(writing.chips)) problems.push('recipients-wrong');
  else if (hasRefused(writing.chips, verdicts)) problems.push('recipients-refused');
  else if (countRecipients(writing.chips) === 0 && !writing.copyToMe) problems.push('recipients-missing');
  if (oneLine(writing.subject) === '') problems.push('subject-missing');
  if (writing.chosen.size > MAX_ATTACHMENTS) problems.push('attachments-too-many');
  if (wireBytes(totalBytes(attachments, writing.chosen)) > limitBytes) problems.push('attachments-too-large');
  return problems;
}

const hasRefused = (chips: Chips, verdicts: Verdicts): boolean =>
  FIELDS.some((field) => chips[field].some(({ key }) => verdicts.get(key)?.refusal !== undefined));

/** Whether closing would lose something that was not there at the start. */
export const isDirty = (writing: Writing, start: Pick<Writing, 'subject' | 'note'>): boolean =>
  countRecipients(writing.chips) > 0 ||
  hasInvalid(writing.chips) ||
  writing.note !== start.note ||
  writing.chosen.size > 0 ||
  writing.subject !== start.subject;
