import type { RecordResult } from '#contract/history';
import type { RecipientResult } from '#contract/jobs';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { StatusLabel, type Tone } from '../ui/StatusLabel';

/** A result of a mail on its way, or one that was kept; the latter may have lost its name. */
type Result = RecipientResult | RecordResult;

const TONES: Readonly<Record<Result['state'], Tone>> = {
  accepted: 'success',
  refused: 'danger',
  deferred: 'warning',
  waiting: 'neutral',
};
/** Those who need attention stand first. */
const ORDER: Readonly<Record<Result['state'], number>> = { refused: 0, deferred: 1, waiting: 2, accepted: 3 };

/** The result for each recipient. */
export function RecipientResults({ results, label }: { results: readonly Result[]; label: string }) {
  const words = useWords();
  const sorted = [...results].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  return (
    <ul className="pm-results" aria-label={label}>
      {sorted.map((result, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two recipients may have the same name, and the list is only shown.
        <RecipientLine key={`${result.label} ${at}`} result={result} name={result.label ?? namelessText(words, result)} />
      ))}
    </ul>
  );
}

const namelessText = (words: Words, { kind }: Result): string => words.t(kind === 'address' ? 'before.address' : 'before.person');

function RecipientLine({ result: { field, state, error }, name }: { result: Result; name: string }) {
  const words = useWords();
  const text = error ? words.error(error) : undefined;
  return (
    <li className="pm-result">
      <span className="pm-result-who">
        <span className="pm-result-label">{name}</span>
        <span className="pm-small pm-subtle">{field === 'copy' ? words.t('outcome.copy') : words.t(`send.${field}`)}</span>
      </span>
      <StatusLabel tone={TONES[state]}>{words.t(`outcome.${state}`)}</StatusLabel>
      {text ? (
        <p className="pm-result-why pm-small">
          {text.sentence} {text.help}
        </p>
      ) : null}
    </li>
  );
}
