import { useCallback, useEffect, useState } from 'react';
import type { Result } from '#contract/result';
import type { Value } from '#contract/screens/resolvers';
import type { Call } from '../platform/bridge';

export type Opened = Value<'send/open'>;

/** What the dialog opens with; `first` was asked for before the interface was loaded. Undefined while it is on its way. */
export function useOpening(call: Call, first: Promise<Result<Opened>>) {
  const [answer, setAnswer] = useState<Result<Opened>>();
  const [asked, setAsked] = useState(first);
  useEffect(() => {
    let current = true;
    void asked.then((result) => current && setAnswer(result));
    return () => {
      current = false;
    };
  }, [asked]);
  const again = useCallback(() => {
    setAnswer(undefined);
    setAsked(call('send/open', {}));
  }, [call]);
  return { answer, again };
}
