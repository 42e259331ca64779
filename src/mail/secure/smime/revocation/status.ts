import type { KeyProblem } from '#contract/keys/problems';

/** What an authority says of a certificate. */
export type RevocationStatus =
  | { readonly status: 'good' }
  | { readonly status: 'revoked'; readonly at: Date }
  /** The answer is none, too old, of somebody else, or about another certificate. */
  | { readonly status: 'unknown' };

/** Minutes by which clocks may differ. */
const SKEW_MS = 5 * 60_000;
/** Days that an answer counts which does not say when the next one comes. */
const DEFAULT_DAYS = 7;

/** Whether something said at `thisUpdate` still counts. */
export const isCurrent = (now: Date, thisUpdate: Date, nextUpdate: Date | undefined): boolean => {
  const end = nextUpdate ?? new Date(thisUpdate.getTime() + DEFAULT_DAYS * 86_400_000);
  return thisUpdate.getTime() <= now.getTime() + SKEW_MS && now.getTime() <= end.getTime() + SKEW_MS;
};

/** `soft`: what cannot be found out is let pass; `hard`: it is not. */
export function revocationProblem(status: RevocationStatus, mode: 'soft' | 'hard'): KeyProblem | undefined {
  if (status.status === 'revoked') return { code: 'REVOKED', params: { date: status.at.toISOString().slice(0, 10) } };
  return status.status === 'unknown' && mode === 'hard' ? { code: 'REVOCATION_UNKNOWN' } : undefined;
}
