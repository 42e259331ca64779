import { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { SignaturePacket, TYPE } from '#mail/secure/openpgp/keys/signature';
import { type Packet, PacketError, TAG } from '#mail/secure/openpgp/packet/read';
import { packet } from '#mail/secure/openpgp/packet/write';

/** Of one key at most: signatures that claim to be its own, and user ids. Signatures of others are left out without being counted. */
export const MAX_SIGNATURES = 5000;
export const MAX_USER_IDS = 1000;
const MAX_SUBKEYS = 200;

export interface UserId {
  readonly text: string;
  readonly octets: Uint8Array;
  readonly signatures: SignaturePacket[];
}
export interface Subkey {
  readonly key: PublicKeyPacket;
  readonly signatures: SignaturePacket[];
}

/** The key has more parts than are read. */
export class KeyTooLarge extends Error {
  override readonly name = 'KeyTooLarge';
}

/**
 * A transferable public key (RFC 9580 §10.1), read and not yet judged: no signature is checked. Of a secret key the public half alone.
 * What does not count is left out: signatures of others, photographs, subkeys of unknown versions.
 */
export class PgpKey {
  readonly primary: PublicKeyPacket;
  /** Direct-key signatures and revocations of the whole. */
  readonly signatures: SignaturePacket[] = [];
  readonly userIds: UserId[] = [];
  readonly subkeys: Subkey[] = [];
  /** What counts of it, as binary packets. */
  readonly octets: Uint8Array;

  /** @throws PacketError for a key of another version, KeyTooLarge */
  constructor(packets: readonly Packet[]) {
    const [first, ...others] = packets;
    if (!first || !isPrimary(first.tag)) throw new PacketError('does not begin with a key');
    this.primary = new PublicKeyPacket(first.body);
    const kept: Uint8Array[] = [packet(TAG.publicKey, this.primary.body)];
    let signatures: SignaturePacket[] | undefined = this.signatures;
    let count = 0;
    for (const each of others) {
      if (each.tag === TAG.signature) {
        const signature = signatures && own(each.body, this.primary);
        if (!signature) continue;
        count += 1;
        if (count > MAX_SIGNATURES) throw new KeyTooLarge();
        signatures?.push(signature);
        kept.push(each.octets);
      } else if (each.tag === TAG.userId) {
        signatures = this.#addUserId(each.body);
        kept.push(each.octets);
      } else if (each.tag === TAG.publicSubkey || each.tag === TAG.secretSubkey) {
        signatures = this.#addSubkey(each.body, kept);
      } else if (each.tag === TAG.userAttribute) signatures = undefined;
    }
    this.octets = Buffer.concat(kept);
  }

  get fingerprint(): string {
    return this.primary.fingerprint;
  }

  #addUserId(body: Uint8Array): SignaturePacket[] {
    if (this.userIds.length >= MAX_USER_IDS) throw new KeyTooLarge();
    const signatures: SignaturePacket[] = [];
    this.userIds.push({ text: new TextDecoder().decode(body), octets: body, signatures });
    return signatures;
  }

  /** Undefined for a subkey that cannot be used here: the others still can. */
  #addSubkey(body: Uint8Array, kept: Uint8Array[]): SignaturePacket[] | undefined {
    if (this.subkeys.length >= MAX_SUBKEYS) throw new KeyTooLarge();
    try {
      const key = new PublicKeyPacket(body);
      if (key.version !== this.primary.version) return undefined;
      const signatures: SignaturePacket[] = [];
      this.subkeys.push({ key, signatures });
      kept.push(packet(TAG.publicSubkey, key.body));
      return signatures;
    } catch {
      return undefined;
    }
  }
}

export const isPrimary = (tag: number): boolean => tag === TAG.publicKey || tag === TAG.secretKey;

const OWN_TYPES: ReadonlySet<number> = new Set([
  0x10,
  0x11,
  0x12,
  0x13,
  TYPE.subkeyBinding,
  TYPE.directKey,
  TYPE.keyRevocation,
  TYPE.subkeyRevocation,
  TYPE.certificationRevocation,
]);

/** A signature that claims to be the key's own; undefined for others, and for what is none. */
function own(body: Uint8Array, primary: PublicKeyPacket): SignaturePacket | undefined {
  try {
    const signature = new SignaturePacket(body);
    return OWN_TYPES.has(signature.type) && signature.names(primary) ? signature : undefined;
  } catch {
    return undefined;
  }
}
