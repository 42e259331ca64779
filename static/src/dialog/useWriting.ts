import { useCallback, useEffect, useRef, useState } from 'react';
import { EMPTY, isDirty, type Writing } from './draft';
import { isAllowed } from './rules';
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
  const replace = useCallback((next: Writing) => setWriting(opened ? withAllowed(next, opened) : next), [opened]);
  const dirty = isDirty(writing, { subject: opened?.subject ?? '', note: opened?.rules?.noteTemplate ?? '' });
  return { writing, setWriting, replace, dirty };
}

/** Without what can no longer be chosen, and so could not be taken away either; notes are not kept, so it starts as a new mail's. */
function withAllowed(writing: Writing, { attachments, rules }: Opened): Writing {
  const files = attachments.filter((attachment) => writing.chosen.has(attachment.id) && isAllowed(attachment, rules));
  const isOffered = rules?.identities.some(({ identity }) => identity === writing.identity) ?? false;
  const note = writing.note || (rules?.noteTemplate ?? '');
  return { ...writing, note, chosen: new Set(files.map(({ id }) => id)), identity: isOffered ? writing.identity : undefined };
}
