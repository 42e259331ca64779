import Button from '@atlaskit/button/new';
import { useEffect, useState } from 'react';
import type { Result } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';
import { useWords } from '../../i18n/context';
import { useAnnounce } from '../../ui/Announcer';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import type { AccountForm } from './account';
import { VerifySteps } from './VerifySteps';

type Verified = Value<'site-settings/verify'>;
type TestMail = Value<'site-settings/send-test'>;
/** What was tested last; the other result is gone, so that no old one stands beside a new one. */
type Outcome =
  | { readonly kind: 'verify'; readonly result: Result<Verified> }
  | { readonly kind: 'mail'; readonly result: Result<TestMail> };

interface TestPanelProps {
  /** What is tested; a result is dropped when it changes. */
  readonly account: AccountForm;
  /** Undefined when the form has errors, which are then shown. */
  readonly verify: () => Promise<Result<Verified>> | undefined;
  readonly sendTest: () => Promise<Result<TestMail>> | undefined;
}

/** Tries the account as it stands in the form. */
export function TestPanel({ account, verify, sendTest }: TestPanelProps) {
  const words = useWords();
  const announce = useAnnounce();
  const [running, setRunning] = useState<Outcome['kind']>();
  const [outcome, setOutcome] = useState<Outcome>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: the account is what the effect waits for.
  useEffect(() => setOutcome(undefined), [account]);
  const run = async (kind: Outcome['kind'], started: Promise<Outcome> | undefined): Promise<void> => {
    setOutcome(undefined);
    if (!started) return;
    setRunning(kind);
    const ended = await started;
    setRunning(undefined);
    setOutcome(ended);
    if (ended.kind === 'verify' && ended.result.ok) announce(words.t(ended.result.value.ok ? 'test.ok' : 'test.failed'));
  };
  return (
    <section className="pm-test" aria-label={words.t('test.title')}>
      <h3 className="pm-subheading">{words.t('test.title')}</h3>
      <p className="pm-help">{words.t('test.intro')}</p>
      <div className="pm-row">
        <Button
          isLoading={running === 'verify'}
          isDisabled={running === 'mail'}
          onClick={() =>
            void run(
              'verify',
              verify()?.then((result) => ({ kind: 'verify', result })),
            )
          }
        >
          {words.t('test.connection')}
        </Button>
        <Button
          isLoading={running === 'mail'}
          isDisabled={running === 'verify'}
          onClick={() =>
            void run(
              'mail',
              sendTest()?.then((result) => ({ kind: 'mail', result })),
            )
          }
        >
          {words.t('test.mail')}
        </Button>
      </div>
      {outcome ? <OutcomeView outcome={outcome} /> : null}
    </section>
  );
}

function OutcomeView({ outcome }: { outcome: Outcome }) {
  const words = useWords();
  const title = words.t(outcome.kind === 'verify' ? 'test.failed' : 'test.mailFailed');
  if (!outcome.result.ok) return <FailureNotice title={title} failure={outcome.result.error} />;
  if (outcome.kind === 'verify') return <VerifySteps ok={outcome.result.value.ok} steps={outcome.result.value.steps} />;
  const { accepted, error } = outcome.result.value;
  if (!accepted) return <FailureNotice title={title} failure={error ?? { code: 'INTERNAL' }} />;
  return (
    <Notice kind="success" alert>
      {words.t('test.mailAccepted')}
    </Notice>
  );
}
