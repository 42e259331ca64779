import { useCallback, useEffect, useState } from 'react';
import type { DraftInput } from '#contract/draft';
import type { Language } from '#contract/errors';
import type { Failure } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';
import type { Call } from '../platform/bridge';

export type Preview = Value<'send/preview'>;
export interface PreviewState {
  /** The newest one that could be made; stays while the next is being made. */
  readonly preview?: Preview;
  readonly failure?: Failure;
  readonly updating: boolean;
}

/** How long the draft has to rest: shorter while somebody looks at the preview. */
const PAUSE_OPEN_MS = 600;
const PAUSE_CLOSED_MS = 1500;

/**
 * Keeps a preview in step with the draft without holding up who writes. While the preview is not looked at, only what changes
 * its warnings (recipients, attachments) has it made anew, since each costs calls to Confluence.
 */
export function usePreview(
  call: Call,
  language: Language,
  draft: DraftInput | undefined,
  open: boolean,
): PreviewState & { refresh: () => void } {
  const [state, setState] = useState<PreviewState>({ updating: false });
  const [again, setAgain] = useState(0);
  const watched = JSON.stringify(draft && !open ? { ...draft, subject: '', note: '' } : draft);
  const worthIt = draft !== undefined && (open || hasRecipient(draft));
  const first = state.preview === undefined && state.failure === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: `watched` stands for the parts of the draft that matter; `again` asks once more.
  useEffect(() => {
    if (!worthIt || draft === undefined) return;
    let current = true;
    if (open) setState((before) => ({ ...before, updating: true }));
    const make = async (): Promise<void> => {
      const answer = await call('send/preview', { draft, language });
      if (!current) return;
      setState((before) =>
        answer.ok ? { preview: answer.value, updating: false } : { ...before, failure: answer.error, updating: false },
      );
    };
    const timer = setTimeout(make, open && first ? 0 : open ? PAUSE_OPEN_MS : PAUSE_CLOSED_MS);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [call, language, watched, worthIt, open, again]);
  const refresh = useCallback(() => setAgain((count) => count + 1), []);
  return { ...state, refresh };
}

const hasRecipient = (draft: DraftInput): boolean => draft.to.length + (draft.cc?.length ?? 0) + (draft.bcc?.length ?? 0) > 0;
