import type { Warning } from '#contract/screens/resolvers';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { Notice } from '../ui/Notice';

/** Names shown of a warning before the rest is only counted. */
const SHOWN_SUBJECTS = 5;

function subjectsText(words: Words, subjects: readonly string[]): string {
  const rest = subjects.length - SHOWN_SUBJECTS;
  if (rest <= 1) return words.list(subjects);
  return words.t('common.listEnd', { list: subjects.slice(0, SHOWN_SUBJECTS).join(', '), count: rest });
}

/** Without anything it is about, the sentence ends before its colon. */
const warningText = (words: Words, code: Warning['code'], subjects: readonly string[]): string =>
  words.t(`warning.${code}`, { subjects: subjectsText(words, subjects), count: subjects.length }).replace(/:\s*$/, '.');

/** What the sender should know before sending; none of it stops them. */
export function WarningList({ warnings }: { warnings: readonly Warning[] }) {
  const words = useWords();
  if (warnings.length === 0) return null;
  return (
    <Notice kind="warning" title={words.t('preview.warnings')}>
      <ul className="pm-warnings">
        {warnings.map(({ code, subjects }) => (
          <li key={code}>{warningText(words, code, subjects)}</li>
        ))}
      </ul>
    </Notice>
  );
}
