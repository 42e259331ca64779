import type { KeyProblem } from '#contract/keys/problems';
import { PUBLIC_KEY } from '#mail/secure/openpgp/algorithms';
import type { PgpKey } from '#mail/secure/openpgp/keys/key';
import type { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { KEY_FLAG } from '#mail/secure/openpgp/keys/signature';
import { type KeyState, mayHave, stateOf, subkeyState } from '#mail/secure/openpgp/keys/state';

export type KeyUse = 'sign' | 'encrypt';

/** Which part of a key is used for something, or why none can be. */
export type Usable = { readonly key: PublicKeyPacket; readonly state: KeyState } | { readonly problem: KeyProblem };

const FLAGS: Readonly<Record<KeyUse, number>> = {
  sign: KEY_FLAG.sign,
  encrypt: KEY_FLAG.encryptCommunication | KEY_FLAG.encryptStorage,
};
/** What an algorithm can do by itself, where the key does not say what it is for. */
const ABLE: Readonly<Record<KeyUse, ReadonlySet<number>>> = {
  sign: new Set([
    PUBLIC_KEY.rsa,
    PUBLIC_KEY.rsaSign,
    PUBLIC_KEY.dsa,
    PUBLIC_KEY.ecdsa,
    PUBLIC_KEY.eddsaLegacy,
    PUBLIC_KEY.ed25519,
    PUBLIC_KEY.ed448,
  ]),
  encrypt: new Set([PUBLIC_KEY.rsa, PUBLIC_KEY.rsaEncrypt, PUBLIC_KEY.elgamal, PUBLIC_KEY.ecdh, PUBLIC_KEY.x25519, PUBLIC_KEY.x448]),
};

const day = (date: Date): string => date.toISOString().slice(0, 10);

/** Bits of an RSA key. */
const MIN_RSA_BITS = 2048;
const MAX_RSA_BITS = 16_384;
/** Octets of a public exponent at most. */
const MAX_EXPONENT_OCTETS = 8;

/** Why the key protects nothing, or too little. */
export function weakness({ material, usableKey }: PublicKeyPacket): KeyProblem | undefined {
  const params = { algorithm: material.text };
  if (material.kind === 'obsolete') return { code: 'ALGORITHM_OBSOLETE', params };
  if (material.kind === 'unknown') return { code: 'ALGORITHM_UNKNOWN', params };
  if (material.kind === 'rsa') {
    if (material.bits < MIN_RSA_BITS) return { code: 'KEY_TOO_SHORT', params };
    if (material.bits > MAX_RSA_BITS) return { code: 'ALGORITHM_UNKNOWN', params };
    const { e } = material;
    const isSafe = e.length <= MAX_EXPONENT_OCTETS && ((e.at(-1) ?? 0) & 1) === 1 && (e.length > 1 || (e[0] ?? 0) >= 3);
    if (!isSafe) return { code: 'KEY_UNSAFE' };
  }
  return usableKey ? undefined : { code: 'KEY_UNSAFE' };
}

/** The end of a part, and whether it has come. */
function timeProblem(
  { created }: PublicKeyPacket,
  { revokedAt, endsAt }: { readonly revokedAt: Date | undefined; readonly endsAt: Date | undefined },
  time: Date | undefined,
): KeyProblem | undefined {
  if (revokedAt) return { code: 'REVOKED', params: { date: day(revokedAt) } };
  if (time === undefined) return undefined;
  if (time < created) return { code: 'NOT_YET_VALID', params: { date: day(created) } };
  return endsAt && endsAt <= time ? { code: 'EXPIRED', params: { date: day(endsAt) } } : undefined;
}

/** Why the key as a whole cannot be used; nothing when it can. */
export function primaryProblem(key: PgpKey, state: KeyState, time: Date | undefined): KeyProblem | undefined {
  const weak = weakness(key.primary);
  if (weak) return weak;
  const ended = timeProblem(key.primary, state, time);
  if (ended) return ended;
  if (state.self.length > 0) return undefined;
  // Signatures that do not count now, but did or will.
  const ever = stateOf(key, undefined).self;
  const first = ever.at(0);
  if (first && time && first.created > time) return { code: 'NOT_YET_VALID', params: { date: day(first.created) } };
  return { code: first ? 'EXPIRED' : 'KEY_INCOMPLETE' };
}

/**
 * The part of a key that signs or that is encrypted for at this time: of several subkeys the newest, and the primary key where none can.
 * Where none can at all: what is wrong with the one that comes closest.
 */
export function usablePart(key: PgpKey, use: KeyUse, time: Date | undefined): Usable {
  const state = stateOf(key, time);
  const problem = primaryProblem(key, state, time);
  if (problem) return { problem };
  const problems: KeyProblem[] = [];
  const newestFirst = key.subkeys.toSorted(
    (one, other) => other.key.created.getTime() - one.key.created.getTime() || other.key.algorithm - one.key.algorithm,
  );
  for (const subkey of newestFirst) {
    if (!ABLE[use].has(subkey.key.algorithm)) continue;
    const found = subkeyState(key, subkey, time) ?? subkeyState(key, subkey, undefined);
    if (!found || !isMeantFor(found.binding.keyFlags, use)) continue;
    const wrong = timeProblem(subkey.key, found, time) ?? weakness(subkey.key) ?? startProblem(found.binding.created, time);
    if (!wrong) return { key: subkey.key, state };
    problems.push(wrong);
  }
  const flags = state.self.find((each) => each.keyFlags !== undefined)?.keyFlags;
  if (ABLE[use].has(key.primary.algorithm) && isMeantFor(flags, use)) return { key: key.primary, state };
  return { problem: problems[0] ?? { code: use === 'sign' ? 'NOT_FOR_SIGNING' : 'NOT_FOR_ENCRYPTING' } };
}

const isMeantFor = (flags: number | undefined, use: KeyUse): boolean => flags === undefined || mayHave(flags, FLAGS[use]);

const startProblem = (created: Date, time: Date | undefined): KeyProblem | undefined =>
  time && created > time ? { code: 'NOT_YET_VALID', params: { date: day(created) } } : undefined;
