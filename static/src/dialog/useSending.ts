import { useCallback, useEffect, useRef, useState } from 'react';
import type { DraftInput } from '#contract/draft';
import type { Language } from '#contract/errors';
import type { JobState, JobStatus } from '#contract/jobs';
import type { Failure, Result } from '#contract/result';
import type { Call } from '../platform/bridge';

/** The way of a mail as the dialog follows it. */
export type Sending =
  | { readonly phase: 'writing'; readonly failure?: Failure }
  | { readonly phase: 'submitting' }
  | {
      readonly phase: 'following';
      readonly jobId: string;
      /** As known when the job was accepted; `status` says more as soon as it has been read. */
      readonly state: JobState;
      readonly status?: JobStatus;
      /** Reading the status failed several times in a row. */
      readonly lostTouch: boolean;
      readonly retrying: boolean;
      readonly failure?: Failure;
    };
type Following = Extract<Sending, { phase: 'following' }>;

const ENDS: ReadonlySet<JobState> = new Set(['sent', 'partly-sent', 'failed', 'unknown']);
export const isEnd = (state: JobState): boolean => ENDS.has(state);

/** Pauses between two looks at the status: quick at first, since most mails take a second or two. */
const PAUSES_MS = [300, 500, 800, 1200, 2000, 3000] as const;
const LONGEST_PAUSE_MS = 5000;
const MISSES_UNTIL_TOLD = 3;

/** Sends a draft, once however often it is asked to, and follows it to its end. */
export function useSending(call: Call, language: Language) {
  const [sending, setSending] = useState<Sending>({ phase: 'writing' });
  const key = useRef<string>(crypto.randomUUID());
  const busy = useRef(false);
  useFollowing(call, sending, setSending);

  const submit = useCallback(
    async (draft: DraftInput): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      setSending({ phase: 'submitting' });
      const answer = await call('send/submit', { draft, idempotencyKey: key.current, language });
      busy.current = false;
      if (!answer.ok) return setSending({ phase: 'writing', failure: answer.error });
      setSending({ phase: 'following', ...answer.value, lostTouch: false, retrying: false });
    },
    [call, language],
  );

  const retry = useCallback(
    async (jobId: string): Promise<void> => {
      if (busy.current) return;
      busy.current = true;
      setSending((before) => (before.phase === 'following' ? without(before, { retrying: true }) : before));
      const answer = await call('send/retry', { jobId });
      busy.current = false;
      setSending((before) => {
        if (before.phase !== 'following') return before;
        if (!answer.ok) return without(before, { retrying: false, failure: answer.error });
        return { phase: 'following', ...answer.value, lostTouch: false, retrying: false };
      });
    },
    [call],
  );

  /** After a mail that reached nobody: what is sent next is another mail, so it gets a key of its own. */
  const edit = useCallback((): void => {
    key.current = crypto.randomUUID();
    setSending({ phase: 'writing' });
  }, []);

  return { sending, submit, retry, edit };
}

const without = ({ failure: _, ...rest }: Following, change: Partial<Following>): Following => ({ ...rest, ...change });

function useFollowing(call: Call, sending: Sending, setSending: (change: (before: Sending) => Sending) => void): void {
  const followed = sending.phase === 'following' ? sending : undefined;
  const jobId = followed?.jobId;
  // The job's end as the resolver reported it still has results by recipient to be read.
  const over = followed === undefined || followed.retrying || (followed.status !== undefined && isEnd(followed.status.state));
  useEffect(() => {
    if (jobId === undefined || over) return;
    let current = true;
    let looks = 0;
    let misses = 0;
    let timer: ReturnType<typeof setTimeout>;
    const look = async (): Promise<void> => {
      const answer = await call('send/status', { jobId });
      if (!current) return;
      looks += 1;
      misses = answer.ok ? 0 : misses + 1;
      setSending((before) => (before.phase === 'following' && before.jobId === jobId ? seen(before, answer, misses) : before));
      const waits = answer.ok && answer.value.retryAt !== undefined;
      timer = setTimeout(look, waits ? LONGEST_PAUSE_MS : (PAUSES_MS[looks] ?? LONGEST_PAUSE_MS));
    };
    timer = setTimeout(look, PAUSES_MS[0]);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [call, jobId, over, setSending]);
}

function seen(before: Following, answer: Result<JobStatus>, misses: number): Following {
  if (!answer.ok) return { ...before, lostTouch: misses >= MISSES_UNTIL_TOLD };
  return { ...before, status: answer.value, state: answer.value.state, lostTouch: false };
}
