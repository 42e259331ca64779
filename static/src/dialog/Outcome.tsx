import Button from '@atlaskit/button/new';
import Spinner from '@atlaskit/spinner';
import { useEffect, useRef } from 'react';
import type { JobState, JobStatus, RecipientResult } from '#contract/jobs';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { useAnnounce } from '../ui/Announcer';
import { FailureNotice } from '../ui/FailureNotice';
import { Icon } from '../ui/icons';
import { ICON_COLOURS, Notice } from '../ui/Notice';
import { RecipientResults } from '../ui/RecipientResults';
import { ServerReply } from '../ui/ServerReply';
import { isEnd, type Sending } from './useSending';

type Following = Extract<Sending, { phase: 'following' }>;
interface OutcomeProps {
  readonly following: Following;
  readonly subject: string;
  /** The person has seen that not everybody got it, and need not be told again. */
  readonly onSeen: () => void;
  readonly onRetry: () => void;
  readonly onEdit: () => void;
  readonly onClose: () => void;
}

/** How a mail fares: its states while it is on the way, then the result for each recipient. */
export default function Outcome({ following, subject, onSeen, onRetry, onEdit, onClose }: OutcomeProps) {
  const words = useWords();
  const announce = useAnnounce();
  const heading = useRef<HTMLHeadingElement>(null);
  const { status, retrying } = following;
  const state = following.status?.state ?? following.state;
  const over = status !== undefined && isEnd(status.state) && !retrying;
  const sentence = over ? endText(words, status) : words.t(stepKey(state));
  const leave = useSeen(over && status.state !== 'sent', onSeen);
  useEffect(() => heading.current?.focus(), []);
  useEffect(() => announce(sentence), [announce, sentence]);
  return (
    <>
      <div className="pm-body pm-outcome">
        <div className="pm-outcome-head">
          {over ? <EndIcon state={status.state} /> : null}
          <h1 ref={heading} tabIndex={-1} className="pm-title pm-outcome-title">
            {over ? sentence : words.t('sending.title', { subject: status?.subject ?? subject })}
          </h1>
        </div>
        {over ? <End status={status} /> : <Progress state={retrying ? 'queued' : state} status={status} />}
        {following.lostTouch && !over ? <Notice kind="warning">{words.t('sending.lostTouch')}</Notice> : null}
        {following.failure ? <FailureNotice title={words.t('send.notSent')} failure={following.failure} /> : null}
        {status && status.recipients.length > 0 ? (
          <Recipients results={status.recipients} outcome={status.state} told={over ? status.error : undefined} over={over} />
        ) : null}
      </div>
      <footer className="pm-footer">
        <span className="pm-small pm-subtle pm-footer-status">{over ? '' : words.t('sending.mayClose')}</span>
        <span className="pm-row">
          {over && status.state === 'failed' ? <Button onClick={() => leave(onEdit)}>{words.t('outcome.edit')}</Button> : null}
          {status?.canRetry && over ? (
            <Button appearance="primary" onClick={onRetry}>
              {words.t('common.tryAgain')}
            </Button>
          ) : null}
          {retrying ? (
            <Button appearance="primary" isLoading>
              {words.t('common.tryAgain')}
            </Button>
          ) : null}
          <Button appearance={over && !status.canRetry ? 'primary' : 'default'} onClick={() => leave(onClose)}>
            {words.t('common.close')}
          </Button>
        </span>
      </footer>
    </>
  );
}

/** The back end notes a failure a moment after it tells of it: what is dismissed at once would come back. */
const UNTIL_NOTED_MS = 3000;

/** Reports a failure as seen after a moment, or when the person leaves it by the given way. */
function useSeen(failed: boolean, onSeen: () => void): (go: () => void) => void {
  const latest = useRef(onSeen);
  latest.current = onSeen;
  useEffect(() => {
    if (!failed) return;
    const timer = setTimeout(() => latest.current(), UNTIL_NOTED_MS);
    return () => clearTimeout(timer);
  }, [failed]);
  return (go) => {
    if (failed) onSeen();
    go();
  };
}

function EndIcon({ state }: { state: JobState }) {
  const name = state === 'sent' ? 'success' : state === 'failed' ? 'error' : 'warning';
  return (
    <span style={{ color: ICON_COLOURS[name] }} className="pm-outcome-icon">
      <Icon name={name} />
    </span>
  );
}

const STEPS = ['queued', 'preparing', 'sending'] as const;
const stepKey = (state: JobState) =>
  state === 'queued' || state === 'preparing' || state === 'sending' ? (`sending.${state}` as const) : 'sending.done';

function endText(words: Words, { state, recipients }: JobStatus): string {
  if (state === 'sent') return words.t('outcome.sent', { count: recipients.length });
  return state === 'partly-sent' || state === 'unknown' ? words.t(`outcome.${state}`) : words.t('outcome.failed');
}

function Progress({ state, status }: { state: JobState; status: JobStatus | undefined }) {
  const words = useWords();
  const at = (STEPS as readonly JobState[]).indexOf(state);
  return (
    <>
      <ol className="pm-steps" aria-label={words.t('sending.steps')}>
        {STEPS.map((step, index) => (
          <li
            key={step}
            className={`pm-step${index < at ? ' pm-step-done' : ''}`}
            {...(index === at ? { 'aria-current': 'step' as const } : {})}
          >
            <span className="pm-step-mark" aria-hidden="true">
              {index === at ? <Spinner size="small" label="" /> : index < at ? '✓' : ''}
            </span>
            {words.t(`sending.${step}`)}
          </li>
        ))}
      </ol>
      {status && status.attempt > 1 ? <p className="pm-subtle">{words.t('sending.attempt', { count: status.attempt })}</p> : null}
      {status?.error && status.retryAt ? (
        <Notice kind="warning">
          <p>{words.error(status.error).sentence}</p>
          <p>{words.t('sending.retryAt', { time: words.time(status.retryAt) })}</p>
        </Notice>
      ) : null}
    </>
  );
}

function End({ status }: { status: JobStatus }) {
  const words = useWords();
  const { state, error, recipients } = status;
  const reached = recipients.filter((each) => each.state === 'accepted').length;
  const told = state !== 'sent' && error ? Object.values(words.error(error)) : undefined;
  return (
    <>
      {state === 'partly-sent' ? <p>{words.t('outcome.reached', { reached, count: recipients.length })}</p> : null}
      {told ? (
        <Notice kind={state === 'failed' ? 'error' : 'warning'}>
          <p>{told.join(' ')}</p>
          {error ? <ServerReply failure={error} /> : null}
        </Notice>
      ) : null}
    </>
  );
}

interface RecipientsProps {
  readonly results: readonly RecipientResult[];
  readonly outcome: JobState;
  readonly told: Failure | undefined;
  readonly over: boolean;
}

function Recipients({ results, outcome, told, over }: RecipientsProps) {
  const words = useWords();
  if (!over && results.every(({ state }) => state === 'waiting')) return null;
  const title = words.t('outcome.recipients');
  return (
    <section>
      <h2 className="pm-legend pm-results-title">{title}</h2>
      <RecipientResults results={results} label={title} outcome={outcome} told={told} />
    </section>
  );
}
