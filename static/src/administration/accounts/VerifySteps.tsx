import type { VerifyStep } from '#contract/relay/api';
import { useWords } from '../../i18n/context';
import type { Words } from '../../i18n/words';
import { Icon, type IconName } from '../../ui/icons';
import { StatusLabel, type Tone } from '../../ui/StatusLabel';

const TONES: Readonly<Record<VerifyStep['state'], Tone>> = { ok: 'success', failed: 'danger', skipped: 'neutral' };
const ICONS: Readonly<Record<VerifyStep['state'], IconName>> = { ok: 'check', failed: 'cross', skipped: 'minus' };
/** Facts of a step that are worth a line, in this order; others stay untold. */
const DETAILS = [
  'addresses',
  'address',
  'banner',
  'protocol',
  'cipher',
  'subject',
  'issuer',
  'validFrom',
  'validTo',
  'mechanisms',
] as const;

/** Each step of a connection test, with its facts, and for the one that failed what to do. */
export function VerifySteps({ ok, steps }: { ok: boolean; steps: readonly VerifyStep[] }) {
  const words = useWords();
  return (
    <div className="pm-verify">
      <p className={ok ? 'pm-verify-ok' : 'pm-verify-failed'}>{words.t(ok ? 'test.ok' : 'test.failed')}</p>
      <ol className="pm-verify-steps" aria-label={words.t('test.steps')}>
        {steps.map((step) => (
          <li key={step.step} className={`pm-verify-step pm-verify-${step.state}`}>
            <span className="pm-step-mark">
              <Icon name={ICONS[step.state]} />
            </span>
            <div className="pm-verify-body">
              <p className="pm-row">
                <strong>{words.t(`step.${step.step}`)}</strong>
                <StatusLabel tone={TONES[step.state]}>{words.t(`step.state.${step.state}`)}</StatusLabel>
              </p>
              <Facts step={step} />
              {step.error ? <StepError error={step.error} /> : null}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

const isInstant = (name: string): boolean => name === 'validFrom' || name === 'validTo';

function factsOf({ details, error }: VerifyStep, words: Words): { term: string; fact: string }[] {
  const known = DETAILS.flatMap((name) => {
    const fact = details[name];
    return fact ? [{ term: words.t(`detail.${name}`), fact: isInstant(name) ? words.date(fact) : fact }] : [];
  });
  const reply = error?.smtp?.reply;
  return reply ? [...known, { term: words.t('detail.reply'), fact: reply }] : known;
}

function Facts({ step }: { step: VerifyStep }) {
  const facts = factsOf(step, useWords());
  if (facts.length === 0) return null;
  return (
    <dl className="pm-facts">
      {facts.map(({ term, fact }) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  );
}

function StepError({ error }: { error: NonNullable<VerifyStep['error']> }) {
  const { sentence, help } = useWords().error(error.params ? { code: error.code, params: error.params } : { code: error.code });
  return (
    <p className="pm-verify-error">
      {sentence} {help}
    </p>
  );
}
