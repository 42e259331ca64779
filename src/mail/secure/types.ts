import type { KeyProblem } from '#contract/keys/problems';

/** What S/MIME and OpenPGP share. */

export type { KeySummary, Protocol } from '#contract/keys/keys';
export type { KeyProblem, KeyProblemCode } from '#contract/keys/problems';

/** Octets as they come: chunks of any size, read once. */
export type OctetStream = AsyncIterable<Uint8Array>;

/** Octets from a cryptographically secure source. */
export type Random = (bytes: number) => Uint8Array;

/** A key, a file or a mail that cannot be used. The message is the code alone, so that nothing of a key reaches a log. */
export class KeyError extends Error {
  readonly problem: KeyProblem;
  constructor(problem: KeyProblem) {
    super(problem.code);
    this.name = 'KeyError';
    this.problem = problem;
  }
}
