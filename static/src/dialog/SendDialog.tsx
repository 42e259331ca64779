import { lazy, Suspense, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Result } from '#contract/result';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { useAnnounce } from '../ui/Announcer';
import { FailureNotice } from '../ui/FailureNotice';
import { Notice } from '../ui/Notice';
import { Skeleton } from '../ui/Skeleton';
import { type Problem, problemsOf, toDraft } from './draft';
import { createImageCache, type LoadAttachment } from './images';
import { Notices } from './Notices';
import { PageHeader } from './PageHeader';
import { Refusal } from './Refusal';
import { SendFooter } from './SendFooter';
import { SendForm } from './SendForm';
import { useAddressCheck } from './useAddressCheck';
import { useNarrow } from './useNarrow';
import { useNotices } from './useNotices';
import { type Opened, useOpening } from './useOpening';
import { usePreview } from './usePreview';
import { useSending } from './useSending';
import type { Find } from './useSuggestions';
import { useWriting } from './useWriting';

const PreviewPane = lazy(() => import('./PreviewPane'));
const Outcome = lazy(() => import('./Outcome'));
const History = lazy(() => import('./History'));

interface SendDialogProps {
  readonly call: Call;
  readonly loadAttachment: LoadAttachment;
  readonly onClose: () => void;
  /** The answer of `send/open`, asked for as early as possible. */
  readonly opening: Promise<Result<Opened>>;
}

/** The whole dialog: writing, preview, sending, result. What was written stays until the mail is sent. */
export function SendDialog({ call, loadAttachment, onClose, opening }: SendDialogProps) {
  const words = useWords();
  const { answer, again } = useOpening(call, opening);
  const opened = answer?.ok ? answer.value : undefined;
  const { writing, setWriting, replace, dirty } = useWriting(opened);
  const [told, setTold] = useState('');
  const [remembering, setRemembering] = useState(false);
  const { notices, dismiss } = useNotices(call, opened);
  const [showsProblems, setShowsProblems] = useState(false);
  const [previewing, setPreviewing] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const body = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const images = useMemo(() => createImageCache(loadAttachment), [loadAttachment]);
  const find = useCallback<Find>((query) => call('send/find-recipients', { query }), [call]);
  const { sending, submit, retry, edit } = useSending(call, words.language);
  const verdicts = useAddressCheck(call, writing.chips, opened?.rules?.checkAddresses === true);
  const attachments = opened?.attachments ?? [];
  const draft = opened ? toDraft(writing, attachments) : undefined;
  const preview = usePreview(call, words.language, opened?.refusal || sending.phase === 'following' ? undefined : draft, previewing);
  const problems = opened ? problemsOf(writing, attachments, opened.limits.messageBytes, verdicts) : [];
  const failed = sending.phase === 'writing' && sending.failure !== undefined;
  const send = useSubmit(form, problems, () => {
    setShowsProblems(true);
    if (draft && problems.length === 0) void submit(draft);
    else if (narrow) setPreviewing(false);
  });

  useEffect(() => {
    if (failed && narrow) setPreviewing(false);
  }, [failed, narrow]);
  useEffect(() => {
    // In the place of the form, the preview starts at its top however far the form was scrolled.
    if (previewing) body.current?.scrollTo(0, 0);
  }, [previewing]);

  if (answer && !answer.ok) return <Refusal title={words.t('send.openFailed')} failure={answer.error} onRetry={again} onClose={onClose} />;
  if (opened?.refusal) {
    const title = words.t(opened.refusal.code === 'NO_MAIL_ACCOUNT' ? 'send.noAccount' : 'send.refused');
    return <Refusal opened={opened} title={title} failure={opened.refusal} onClose={onClose} />;
  }
  if (sending.phase === 'following') {
    return (
      <Suspense fallback={<div className="pm-body" />}>
        <Outcome
          following={sending}
          subject={writing.subject}
          onSeen={() => void call('send/dismiss-notices', { jobIds: [sending.jobId] })}
          onRetry={() => void retry(sending.jobId)}
          onEdit={edit}
          onClose={onClose}
        />
      </Suspense>
    );
  }
  if (remembering) {
    return (
      <Suspense fallback={<div className="pm-body" />}>
        <History
          call={call}
          dirty={dirty}
          onUse={(again, text) => {
            replace(again);
            setTold(text);
            setRemembering(false);
          }}
          onBack={() => setRemembering(false)}
        />
      </Suspense>
    );
  }
  return (
    <>
      <PageHeader opened={opened} aside={opened?.rules ? <SentBefore onClick={() => setRemembering(true)} /> : null} />
      <div ref={body} className={`pm-body${previewing ? ' pm-body-split' : ''}`}>
        <div className="pm-writing">
          {notices.length > 0 ? <Notices notices={notices} onDismiss={dismiss} /> : null}
          {told ? (
            <Notice kind="information" alert>
              <p>{told}</p>
            </Notice>
          ) : null}
          {sending.phase === 'writing' && sending.failure ? (
            <FailureNotice title={words.t('send.notSent')} failure={sending.failure}>
              <p>{words.t('send.kept')}</p>
            </FailureNotice>
          ) : null}
          <SendForm
            form={form}
            opened={opened}
            writing={writing}
            problems={showsProblems ? problems : []}
            verdicts={verdicts}
            find={find}
            onChange={setWriting}
            onSubmit={send}
          />
        </div>
        {previewing ? (
          <section className="pm-preview" aria-label={words.t('send.preview')}>
            <Suspense fallback={<Skeleton height="320px" />}>
              <PreviewPane state={preview} images={images} opened={opened} identity={writing.identity} />
            </Suspense>
          </section>
        ) : null}
      </div>
      <SendFooter
        dirty={dirty}
        ready={opened !== undefined}
        sending={sending.phase === 'submitting'}
        rules={opened?.rules}
        preview={preview.preview}
        previewing={previewing}
        narrow={narrow}
        onPreview={() => setPreviewing(!previewing)}
        onSend={send}
        onClose={onClose}
      />
    </>
  );
}

function SentBefore({ onClick }: { onClick: () => void }) {
  return (
    <button type="button" className="pm-link pm-small" onClick={onClick}>
      {useWords().t('before.title')}
    </button>
  );
}

const INVALID: Readonly<Record<Problem, string>> = {
  'recipients-wrong': '.pm-recipients-error input',
  'recipients-refused': '.pm-recipients-error input',
  'recipients-missing': '#recipients-to',
  'subject-missing': '#subject',
  'attachments-too-many': '.pm-attachments-head input',
  'attachments-too-large': '.pm-attachments-head input',
};

/** Sends, or leads to the first field that has to be put right. */
function useSubmit(form: React.RefObject<HTMLFormElement>, problems: readonly Problem[], submit: () => void): () => void {
  const words = useWords();
  const announce = useAnnounce();
  return () => {
    submit();
    const first = problems[0];
    if (!first) return;
    announce(words.t('send.checkFields'));
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>(INVALID[first])?.focus());
  };
}
