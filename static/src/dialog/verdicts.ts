import type { AdminValue } from '#contract/screens/administration';

/** What the send policy says about a typed address. */
export type Verdict = Pick<AdminValue<'send/check-addresses'>['results'][number], 'place' | 'refusal'>;
/** By key of the chip; who is missing has not been judged. */
export type Verdicts = ReadonlyMap<string, Verdict>;
