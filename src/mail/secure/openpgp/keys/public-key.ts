import { hash, type KeyObject } from 'node:crypto';
import { type Material, materialOf, publicKeyOf } from '#mail/secure/openpgp/keys/material';
import { Octets, PacketError } from '#mail/secure/openpgp/packet/read';
import { number } from '#mail/secure/openpgp/packet/write';

/** A public key or subkey packet (RFC 9580 §5.5.2) of version 4 or 6. */
export class PublicKeyPacket {
  readonly version: 4 | 6;
  readonly created: Date;
  readonly algorithm: number;
  readonly material: Material;
  /** The public part alone, also of a secret key. */
  readonly body: Uint8Array;
  /** Upper-case hexadecimal. */
  readonly fingerprint: string;
  #key: KeyObject | undefined;

  /** @throws PacketError also for other versions */
  constructor(bytes: Uint8Array) {
    const octets = new Octets(bytes);
    const version = octets.number(1);
    if (version !== 4 && version !== 6) throw new PacketError(`is of version ${version}`);
    this.version = version;
    this.created = new Date(octets.number(4) * 1000);
    this.algorithm = octets.number(1);
    if (version === 6) {
      const counted = octets.counted(4);
      this.material = materialOf(this.algorithm, new Octets(counted));
    } else {
      this.material = materialOf(this.algorithm, octets);
      if (this.material.kind === 'unknown') octets.rest();
    }
    this.body = bytes.subarray(0, octets.position);
    this.fingerprint = hash(version === 4 ? 'sha1' : 'sha256', this.hashed, 'hex').toUpperCase();
  }

  /** As it is hashed for fingerprints and signatures (RFC 9580 §5.2.4). */
  get hashed(): Buffer {
    const head = this.version === 4 ? [Buffer.of(0x99), number(this.body.length, 2)] : [Buffer.of(0x9b), number(this.body.length, 4)];
    return Buffer.concat([...head, this.body]);
  }

  get fingerprintOctets(): Buffer {
    return Buffer.from(this.fingerprint, 'hex');
  }

  /** Eight octets (RFC 9580 §5.5.4). */
  get keyId(): Buffer {
    return this.version === 4 ? this.fingerprintOctets.subarray(-8) : this.fingerprintOctets.subarray(0, 8);
  }

  /** Undefined where nothing can be done with the key. */
  get usableKey(): KeyObject | undefined {
    this.#key ??= publicKeyOf(this.material);
    return this.#key;
  }
}
