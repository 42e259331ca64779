import { useEffect, useState } from 'react';
import { MAX_DRAFT_RECIPIENTS } from '#contract/limits';
import { useWords } from '../i18n/context';
import type { Call } from '../platform/bridge';
import { useAnnounce } from '../ui/Announcer';
import { type Chips, FIELDS } from './recipients';
import type { Verdicts } from './verdicts';

/** Addresses often come in quick succession; one call judges them together. */
const PAUSE_MS = 250;

/**
 * Has typed addresses judged while somebody still writes, each once, and only where the policy could refuse one. A check that
 * fails is no obstacle: the back end judges again when the mail is sent.
 */
export function useAddressCheck(call: Call, chips: Chips, wanted: boolean): Verdicts {
  const words = useWords();
  const announce = useAnnounce();
  const [verdicts, setVerdicts] = useState<Verdicts>(new Map());
  const unknown = wanted
    ? FIELDS.flatMap((field) => chips[field]).flatMap((chip) => (chip.kind === 'address' && !verdicts.has(chip.key) ? [chip.address] : []))
    : [];
  const watched = unknown.join('\n');
  useEffect(() => {
    if (watched === '') return;
    const timer = setTimeout(async () => {
      const answer = await call('send/check-addresses', { addresses: watched.split('\n').slice(0, MAX_DRAFT_RECIPIENTS) });
      if (!answer.ok) return;
      const { results } = answer.value;
      const reasons = results.flatMap(({ refusal }) => (refusal ? [words.error(refusal).sentence] : []));
      if (reasons.length > 0) announce([...new Set(reasons)].join(' '));
      setVerdicts((before) => new Map([...before, ...results.map((each) => [`address:${each.address.toLowerCase()}`, each] as const)]));
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [call, watched, words, announce]);
  return verdicts;
}
