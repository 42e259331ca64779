import type { KeyProblem } from '#contract/keys/problems';
import { addressIn, comparable } from '#mail/secure/openpgp/keys/address';
import type { PgpKey } from '#mail/secure/openpgp/keys/key';
import { stateOf, subkeyState, validUserIds } from '#mail/secure/openpgp/keys/state';
import { type KeyUse, usablePart } from '#mail/secure/openpgp/keys/usable';
import type { KeySummary } from '#mail/secure/types';

export interface PgpKeyUse {
  /** Absent: not looked at, as with the key of a domain's gateway. */
  readonly address?: string | undefined;
  readonly now: Date;
  readonly use: KeyUse;
}

/** The addresses in user ids that the key has signed and not taken back, as written; without a time, also in those that ended. */
export const addressesOf = (key: PgpKey, time: Date | undefined): string[] => [
  ...new Set(validUserIds(key, time).flatMap(({ userId }) => addressIn(userId.text) ?? [])),
];

/** Whether a user id that the key has signed names this address. */
export function isFor(key: PgpKey, address: string, time: Date | undefined): boolean {
  const wanted = comparable(address);
  return wanted !== undefined && addressesOf(key, time).some((each) => comparable(each) === wanted);
}

/** Why a key cannot be used so; nothing when it can. Whose key it is nobody vouches for but where it comes from. Bounded in time for any key. */
export function judgeKey(key: PgpKey, { address, now, use }: PgpKeyUse): KeyProblem[] {
  const usable = usablePart(key, use, now);
  const problem = 'problem' in usable ? usable.problem : undefined;
  // Of a key whose signatures cannot be checked no user id can be told.
  const isMute = problem?.code === 'KEY_INCOMPLETE' || key.primary.usableKey === undefined;
  const elsewhere = isMute || address === undefined ? undefined : addressProblem(key, address, problem ? undefined : now);
  return [elsewhere, problem].filter((each) => each !== undefined);
}

/** Addresses that a sentence names at most. */
const MAX_NAMED = 3;

function addressProblem(key: PgpKey, address: string, time: Date | undefined): KeyProblem | undefined {
  if (isFor(key, address, time)) return undefined;
  const named = addressesOf(key, time);
  if (named.length === 0) return { code: 'NO_ADDRESS' };
  return {
    code: 'OTHER_ADDRESS',
    params: { address, addresses: `${named.slice(0, MAX_NAMED).join(', ')}${named.length > MAX_NAMED ? ', …' : ''}` },
  };
}

/** What is shown of a key, ended or not. */
export function summaryOf(key: PgpKey): KeySummary {
  const sign = usablePart(key, 'sign', undefined);
  const encrypt = usablePart(key, 'encrypt', undefined);
  const ends = endsOf(key);
  return {
    protocol: 'openpgp',
    fingerprint: key.fingerprint,
    subject: shownText(validUserIds(key, undefined)[0]?.userId.text ?? key.userIds[0]?.text ?? ''),
    addresses: addressesOf(key, undefined),
    notBefore: key.primary.created.toISOString(),
    ...(ends ? { notAfter: ends.toISOString() } : {}),
    algorithm: key.primary.material.text,
    canSign: !('problem' in sign),
    canEncrypt: !('problem' in encrypt),
  };
}

/** Characters of a user id that are shown. */
const MAX_SHOWN = 200;
const shownText = (text: string): string =>
  text
    .replace(/[\s\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, MAX_SHOWN);

/** When it can no longer be used: the end of the whole, or of the last subkey that does not end before. */
function endsOf(key: PgpKey): Date | undefined {
  const whole = stateOf(key, undefined).endsAt;
  const subkeys = key.subkeys.flatMap((subkey) => subkeyState(key, subkey, undefined) ?? []).filter(({ revokedAt }) => !revokedAt);
  const ends = subkeys.map(({ endsAt }) => endsAt?.getTime() ?? Number.POSITIVE_INFINITY);
  const last = ends.length === 0 ? Number.POSITIVE_INFINITY : Math.max(...ends);
  const end = Math.min(whole?.getTime() ?? Number.POSITIVE_INFINITY, last);
  return Number.isFinite(end) ? new Date(end) : undefined;
}
