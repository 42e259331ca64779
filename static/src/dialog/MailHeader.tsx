import type { SendIdentity } from '#contract/draft';
import { useWords } from '../i18n/context';
import { mailbox } from './IdentityChoice';
import type { Opened } from './useOpening';
import type { Preview } from './usePreview';

/** Names shown in one line of the header before the rest is only counted. */
const SHOWN_NAMES = 10;

interface MailHeaderProps {
  readonly preview: Preview;
  readonly opened: Opened | undefined;
  readonly identity: SendIdentity | undefined;
}

/** Subject, From, To, Cc and the files of the mail, as its readers see them; addresses of people of the site stay unknown here. */
export function MailHeader({ preview, opened, identity }: MailHeaderProps) {
  const words = useWords();
  const { header } = preview;
  const identities = opened?.rules?.identities ?? [];
  const from = identities.find((each) => each.identity === identity) ?? identities[0] ?? opened?.from;
  const files = preview.attachments ?? [];
  return (
    <div className="pm-mail-header">
      <p className="pm-mail-subject">{preview.subject}</p>
      <dl className="pm-mail-fields">
        <Line term={words.t('send.from')}>{from ? mailbox(from) : ''}</Line>
        <Line term={words.t('send.to')}>
          {header ? namesText(words, header.to) || words.t('preview.nobody') : words.t('preview.ownMail')}
        </Line>
        <Line term={words.t('send.cc')}>{namesText(words, header?.cc ?? [])}</Line>
        <Line term={words.t('send.attachments')}>
          {files.map(({ title, sizeBytes }) => `${title} (${words.size(sizeBytes)})`).join(', ')}
        </Line>
      </dl>
    </div>
  );
}

function namesText(words: ReturnType<typeof useWords>, names: readonly string[]): string {
  const rest = names.length - SHOWN_NAMES;
  if (rest <= 1) return names.join(', ');
  return words.t('common.listEnd', { list: names.slice(0, SHOWN_NAMES).join(', '), count: rest });
}

function Line({ term, children }: { term: string; children: string }) {
  if (children === '') return null;
  return (
    <div>
      <dt>{term}</dt>
      <dd>{children}</dd>
    </div>
  );
}
