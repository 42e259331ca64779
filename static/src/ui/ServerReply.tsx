import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';

/** What the mail server said, in its own words and language. */
export function ServerReply({ failure }: { failure: Failure }) {
  const words = useWords();
  if (!failure.reply) return null;
  return (
    <p className="pm-small pm-subtle pm-server-reply">
      {words.t('detail.reply')}: <q translate="no">{failure.reply}</q>
    </p>
  );
}
