import { useCallback, useEffect, useRef, useState } from 'react';
import { EMPTY, isDirty, type Writing } from './draft';
import type { Opened } from './useOpening';

/** What the sender fills in; starts with the subject and the note that the answer of `send/open` brings. */
export function useWriting(opened: Opened | undefined) {
  const [writing, setWriting] = useState(EMPTY);
  const filled = useRef(false);
  useEffect(() => {
    if (!opened || filled.current) return;
    filled.current = true;
    const note = opened.rules?.noteTemplate ?? '';
    // What was typed while the page loaded stays.
    setWriting((before) => ({ ...before, subject: before.subject || opened.subject, note: before.note || note }));
  }, [opened]);
  const replace = useCallback((next: Writing) => setWriting(next), []);
  const dirty = isDirty(writing, { subject: opened?.subject ?? '', note: opened?.rules?.noteTemplate ?? '' });
  return { writing, setWriting, replace, dirty };
}
