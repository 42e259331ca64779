import type { JobState, RecipientResult } from '#contract/jobs';
import type { Failure } from '#contract/result';
import type { RecordResult } from '#contract/screens/history';
import './results.css';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { ServerReply } from './ServerReply';
import { StatusLabel, type Tone } from './StatusLabel';

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

interface RecipientResultsProps {
  readonly results: readonly Result[];
  readonly label: string;
  /** How the mail as a whole fared: of one whose outcome is unknown, nobody waits for anything any more. */
  readonly outcome: JobState;
  /** A reason that stands above already, and is not told again for each recipient. */
  readonly told?: Failure | undefined;
}

/** The result for each recipient. */
export function RecipientResults({ results, label, outcome, told }: RecipientResultsProps) {
  const words = useWords();
  const sorted = [...results].sort((a, b) => ORDER[a.state] - ORDER[b.state]);
  return (
    <ul className="pm-results" aria-label={label}>
      {sorted.map((result, at) => (
        <RecipientLine
          // biome-ignore lint/suspicious/noArrayIndexKey: two recipients may have the same name, and the list is only shown.
          key={`${result.label} ${at}`}
          result={result}
          name={result.label ?? namelessText(words, result)}
          tellsWhy={result.error?.code !== told?.code}
          toldReply={told?.reply}
          uncertain={outcome === 'unknown' && result.state === 'waiting'}
        />
      ))}
    </ul>
  );
}

const namelessText = (words: Words, { kind }: Result): string => words.t(kind === 'address' ? 'before.address' : 'before.person');

interface RecipientLineProps {
  readonly result: Result;
  readonly name: string;
  readonly tellsWhy: boolean;
  readonly toldReply: string | undefined;
  readonly uncertain: boolean;
}

function RecipientLine({ result: { field, state, error }, name, tellsWhy, toldReply, uncertain }: RecipientLineProps) {
  const words = useWords();
  const text = error && tellsWhy ? words.error(error) : undefined;
  return (
    <li className="pm-result">
      <span className="pm-result-who">
        <span className="pm-result-label">{name}</span>
        <span className="pm-small pm-subtle">{field === 'copy' ? words.t('outcome.copy') : words.t(`send.${field}`)}</span>
      </span>
      {uncertain ? (
        <StatusLabel tone="warning">{words.t('before.state.unknown')}</StatusLabel>
      ) : (
        <StatusLabel tone={TONES[state]}>{words.t(`outcome.${state}`)}</StatusLabel>
      )}
      {text ? (
        <p className="pm-result-why pm-small">
          {text.sentence} {text.help}
        </p>
      ) : null}
      {error && error.reply !== toldReply ? <ServerReply failure={error} /> : null}
    </li>
  );
}
