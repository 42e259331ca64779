import Button from '@atlaskit/button/new';
import { useEffect } from 'react';
import type { Notice as MailNotice } from '#contract/screens/administration';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { useAnnounce } from '../ui/Announcer';
import { Notice } from '../ui/Notice';

/** Mails told at once; the rest is in *Sent before*. */
const SHOWN = 3;

const stateText = (words: Words, { state, missed }: MailNotice): string =>
  state === 'unknown' ? words.t('outcome.unknown') : words.t('notices.missed', { count: missed });

/** Mails of this person that failed while nobody looked. */
export function Notices({ notices, onDismiss }: { notices: readonly MailNotice[]; onDismiss: () => void }) {
  const words = useWords();
  const announce = useAnnounce();
  const title = words.t('notices.title', { count: notices.length });
  useEffect(() => announce(title), [announce, title]);
  const rest = notices.length - SHOWN;
  return (
    <Notice kind="warning" title={title} actions={<Button onClick={onDismiss}>{words.t('notices.dismiss')}</Button>}>
      <ul className="pm-warnings">
        {notices.slice(0, SHOWN).map((notice) => (
          <li key={notice.jobId}>
            {words.t('notices.mail', { subject: notice.subject, time: words.dateTime(notice.at) })} {stateText(words, notice)}{' '}
            {notice.error ? Object.values(words.error(notice.error)).join(' ') : ''}
          </li>
        ))}
      </ul>
      {rest > 0 ? <p>{words.t('notices.more', { count: rest })}</p> : null}
    </Notice>
  );
}
