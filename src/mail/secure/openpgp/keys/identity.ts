import { armored } from '#mail/secure/openpgp/armor';
import { keysIn, MAX_FILE_BYTES, parseKeys } from '#mail/secure/openpgp/keys/files';
import { KeyTooLarge, PgpKey } from '#mail/secure/openpgp/keys/key';
import { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { isSecret, protectionOf, type SecretPart, secretPartOf } from '#mail/secure/openpgp/keys/secret';
import { unlocked } from '#mail/secure/openpgp/keys/unlock';
import { usablePart } from '#mail/secure/openpgp/keys/usable';
import { type Packet, PacketError, packetsIn, TAG } from '#mail/secure/openpgp/packet/read';
import { KeyError } from '#mail/secure/types';

/** An OpenPGP key with its secret half, to sign with and to open what is encrypted for it. */
export interface PgpIdentity {
  readonly key: PgpKey;
  /** Binary packets with the secret half, not protected by a passphrase. Secret. */
  readonly secret: Uint8Array;
}

/** Secret parts of one key at most: opening each with a passphrase takes time. */
const MAX_SECRET_PARTS = 20;
/**
 * Opens the first key with a secret half in a file: armored or binary, protected by a passphrase or not. Parts whose secret is elsewhere, on a
 * card or with an offline primary key, stay public.
 * @throws KeyError
 */
export function openSecretKey(input: Uint8Array | string, passphrase: string): PgpIdentity {
  if (input.length > MAX_FILE_BYTES) throw new KeyError({ code: 'FILE_TOO_LARGE', params: { limit: '10 MB' } });
  try {
    const packets = secretPackets(input);
    const key = new PgpKey(packets);
    const kept = partsOf(packets);
    const isLocked = kept.some((each) => isSecret(each) && protectionOf(each) === 'passphrase');
    if (isLocked && passphrase === '') throw new KeyError({ code: 'PASSWORD_NEEDED' });
    const open = (each: Packet): Uint8Array =>
      isSecret(each) && protectionOf(each) === 'passphrase' ? unlocked(each, passphrase) : each.octets;
    return { key, secret: Buffer.concat(kept.map(open)) };
  } catch (error) {
    if (error instanceof PacketError || error instanceof KeyTooLarge) throw new KeyError({ code: 'PRIVATE_KEY_BROKEN' });
    throw error;
  }
}

function secretPackets(input: Uint8Array | string): Packet[] {
  let isBroken = false;
  for (const packets of keysIn(input, () => {
    isBroken = true;
  }))
    if (packets.some((each) => isSecret(each) && protectionOf(each) !== 'elsewhere')) return packets;
  if (isBroken) throw new KeyError({ code: 'PRIVATE_KEY_BROKEN' });
  throw new KeyError({ code: parseKeys(input).keys.length > 0 ? 'NO_PRIVATE_KEY' : 'FILE_UNREADABLE' });
}

const PARTS: ReadonlySet<number> = new Set([TAG.secretKey, TAG.publicKey, TAG.userId, TAG.secretSubkey, TAG.publicSubkey]);

/** Everything but photographs and signatures of others, which would only take room. */
function partsOf(packets: readonly Packet[]): Packet[] {
  const own = new Set<string>();
  for (const { octets } of packetsIn(new PgpKey(packets).octets)) own.add(Buffer.from(octets).toString('latin1'));
  let secrets = 0;
  return packets.filter((each) => {
    if (isSecret(each)) secrets += 1;
    if (secrets > MAX_SECRET_PARTS) return false;
    return PARTS.has(each.tag) || (each.tag === TAG.signature && own.has(Buffer.from(each.octets).toString('latin1')));
  });
}

/** Every part whose secret is there. @throws KeyError PRIVATE_KEY_BROKEN */
export function secretParts({ secret }: PgpIdentity): SecretPart[] {
  try {
    const packets = [...packetsIn(secret)].filter((packet) => isSecret(packet) && protectionOf(packet) === 'none');
    return packets.filter(({ body }) => new PublicKeyPacket(body).usableKey !== undefined).map(secretPartOf);
  } catch (error) {
    throw error instanceof PacketError ? new KeyError({ code: 'PRIVATE_KEY_BROKEN' }) : error;
  }
}

/** The part that signs at this time, with its secret. @throws KeyError why there is none */
export function signingPart(identity: PgpIdentity, now: Date): SecretPart {
  const usable = usablePart(identity.key, 'sign', now);
  if ('problem' in usable) throw new KeyError(usable.problem);
  const part = secretParts(identity).find(({ key }) => key.fingerprint === usable.key.fingerprint);
  if (!part) throw new KeyError({ code: 'NO_PRIVATE_KEY' });
  return part;
}

/** The secret half as an armored block, not protected. Secret. */
export const secretText = ({ key, secret }: PgpIdentity): string => armored('PRIVATE KEY BLOCK', secret, key.primary.version === 4);
/** The public half as an armored block, to hand out. */
export const publicText = (key: PgpKey): string => armored('PUBLIC KEY BLOCK', key.octets, key.primary.version === 4);
