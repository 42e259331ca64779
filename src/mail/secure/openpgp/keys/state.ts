import type { PgpKey, Subkey, UserId } from '#mail/secure/openpgp/keys/key';
import { KEY_FLAG, type SignaturePacket, TYPE } from '#mail/secure/openpgp/keys/signature';
import { number } from '#mail/secure/openpgp/packet/write';

/**
 * What a key's own signatures say of it at a time (RFC 9580 §5.2.3.10, §10.1); without a time, whatever is the latest counts, ended or not.
 * Signatures are checked when they are needed, the latest first.
 */

type Time = Date | undefined;

export const userIdTarget = ({ octets }: Pick<UserId, 'octets'>): Buffer =>
  Buffer.concat([Buffer.of(0xb4), number(octets.length, 4), octets]);
const counts = (signature: SignaturePacket, time: Time): boolean => time === undefined || signature.countsAt(time);

/** The latest signature of these types that is the key's own and counts. */
function latest(
  key: PgpKey,
  among: readonly SignaturePacket[],
  isWanted: (type: number) => boolean,
  time: Time,
  ...target: readonly Uint8Array[]
): SignaturePacket | undefined {
  const candidates = among
    .filter((each) => isWanted(each.type) && counts(each, time) && each.created >= key.primary.created)
    .toSorted((one, other) => other.created.getTime() - one.created.getTime());
  return candidates.find((each) => each.isOf(key.primary, key.primary.hashed, ...target));
}

/** A revocation made with a reason such as *superseded* leaves what was before it; it still counts from then on. */
function revocation(
  key: PgpKey,
  among: readonly SignaturePacket[],
  type: number,
  time: Time,
  ...target: readonly Uint8Array[]
): SignaturePacket | undefined {
  return among.find(
    (each) =>
      each.type === type &&
      (each.isHard || time === undefined || each.created <= time) &&
      each.isOf(key.primary, key.primary.hashed, ...target),
  );
}

const isCertification = (type: number): boolean => type >= TYPE.certification && type <= TYPE.lastCertification;

export interface ValidUserId {
  readonly userId: UserId;
  readonly certification: SignaturePacket;
}

/** The user ids that the key has signed and not taken back since, the primary one first. */
export function validUserIds(key: PgpKey, time: Time): ValidUserId[] {
  const valid = key.userIds.flatMap((userId) => {
    const target = userIdTarget(userId);
    const certification = latest(key, userId.signatures, isCertification, time, target);
    if (!certification) return [];
    const taken = revocation(key, userId.signatures, TYPE.certificationRevocation, time, target);
    return taken && taken.created >= certification.created ? [] : [{ userId, certification }];
  });
  return valid.toSorted(
    (one, other) =>
      Number(other.certification.isPrimaryUserId) - Number(one.certification.isPrimaryUserId) ||
      other.certification.created.getTime() - one.certification.created.getTime(),
  );
}

export interface KeyState {
  readonly userIds: readonly ValidUserId[];
  /** Those that speak for the whole key, the first to say something counting (RFC 9580 §10.1.1). */
  readonly self: readonly SignaturePacket[];
  readonly revokedAt: Date | undefined;
  readonly endsAt: Date | undefined;
}

export function stateOf(key: PgpKey, time: Time): KeyState {
  const userIds = validUserIds(key, time);
  const direct = latest(key, key.signatures, (type) => type === TYPE.directKey, time);
  const self = (key.primary.version === 6 ? [direct] : [userIds[0]?.certification, direct]).filter((each) => each !== undefined);
  const ends = self.flatMap((each) => endOf(key.primary.created, each) ?? []);
  return {
    userIds,
    self,
    revokedAt: revocation(key, key.signatures, TYPE.keyRevocation, time)?.created,
    endsAt: ends.length === 0 ? undefined : new Date(Math.min(...ends.map((end) => end.getTime()))),
  };
}

const endOf = (created: Date, { keyExpiresAfter }: SignaturePacket): Date | undefined =>
  keyExpiresAfter === undefined ? undefined : new Date(created.getTime() + keyExpiresAfter * 1000);

export interface SubkeyState {
  readonly binding: SignaturePacket;
  readonly revokedAt: Date | undefined;
  readonly endsAt: Date | undefined;
}

/** Undefined for a subkey that is not this key's. */
export function subkeyState(key: PgpKey, { key: subkey, signatures }: Subkey, time: Time): SubkeyState | undefined {
  const target = subkey.hashed;
  const binding = latest(key, signatures, (type) => type === TYPE.subkeyBinding, time, target);
  if (!binding || (mayHave(binding.keyFlags, KEY_FLAG.sign) && !isCrossSigned(key, subkey, binding))) return undefined;
  return {
    binding,
    revokedAt: revocation(key, signatures, TYPE.subkeyRevocation, time, target)?.created,
    endsAt: endOf(subkey.created, binding),
  };
}

export const mayHave = (flags: number | undefined, flag: number): boolean => flags !== undefined && (flags & flag) !== 0;

/** A subkey that signs says that it belongs here, or it could be taken from somebody else's key (RFC 9580 §10.1.5). */
function isCrossSigned(key: PgpKey, subkey: Subkey['key'], binding: SignaturePacket): boolean {
  const back = binding.embedded;
  return back?.type === TYPE.primaryKeyBinding && back.isOf(subkey, key.primary.hashed, subkey.hashed);
}
