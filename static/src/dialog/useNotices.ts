import { useCallback, useState } from 'react';
import type { Notice } from '#contract/screens/administration';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { useAnnounce } from '../ui/Announcer';
import type { Opened } from './useOpening';

const NONE: readonly Notice[] = [];

/** Failures of earlier mails until they are dismissed; those whose dismissal does not arrive are told again next time. */
export function useNotices(call: Call, opened: Opened | undefined) {
  const words = useWords();
  const announce = useAnnounce();
  const [dismissed, setDismissed] = useState(false);
  const notices = dismissed ? NONE : (opened?.notices ?? NONE);
  const dismiss = useCallback(() => {
    setDismissed(true);
    announce(words.t('notices.dismissed'));
    document.querySelector<HTMLElement>('#recipients-to')?.focus();
    void call('send/dismiss-notices', { jobIds: notices.map(({ jobId }) => jobId) });
  }, [call, announce, words, notices]);
  return { notices, dismiss };
}
