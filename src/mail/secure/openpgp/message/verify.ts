import type { KeyProblem } from '#contract/keys/problems';
import type { PgpKey } from '#mail/secure/openpgp/keys/key';
import type { PublicKeyPacket } from '#mail/secure/openpgp/keys/public-key';
import { KEY_FLAG, type SignaturePacket, TYPE } from '#mail/secure/openpgp/keys/signature';
import { mayHave, subkeyState } from '#mail/secure/openpgp/keys/state';
import { weakness } from '#mail/secure/openpgp/keys/usable';

/** One signature of a message. Whether its key is the sender's, and counts today, is for `judgeKey`. */
export interface PgpSigner {
  /** Sixteen hexadecimal digits, as the signature says; empty where it does not. */
  readonly keyId: string;
  /** Absent where the caller has none that made it. */
  readonly key?: PgpKey | undefined;
  /** The signature is that of the key over this content. */
  readonly valid: boolean;
  /** Why it is not. */
  readonly problem?: KeyProblem | undefined;
  /** As the signer claims. */
  readonly signingTime?: Date | undefined;
}

/** Whose signature it is, and whether it is one of this content; `known` are the keys that it may be of. */
export function signerOf(signature: SignaturePacket, content: Uint8Array, known: readonly PgpKey[], now: Date): PgpSigner {
  const candidates = known.flatMap((key) => partsOf(key, signature).map((part) => ({ key, part })));
  const found = candidates.find(({ part }) => signature.isOf(part, signedOctets(signature, content)));
  const key = (found ?? candidates[0])?.key;
  const problem = found ? problemOf(signature, found.part, now) : (weakHash(signature) ?? noSigner(key));
  return {
    keyId: signature.issuer ?? '',
    key,
    valid: problem === undefined,
    ...(problem ? { problem } : {}),
    signingTime: signature.created,
  };
}

const noSigner = (key: PgpKey | undefined): KeyProblem => ({ code: key ? 'SIGNATURE_INVALID' : 'SIGNER_UNKNOWN' });

/** The parts of a key that the signature names and that may sign, as the key itself says. */
function partsOf(key: PgpKey, signature: SignaturePacket): PublicKeyPacket[] {
  const subkeys = key.subkeys.filter((subkey) => {
    if (!signature.names(subkey.key)) return false;
    const state = subkeyState(key, subkey, signature.created);
    return state !== undefined && state.revokedAt === undefined && mayHave(state.binding.keyFlags, KEY_FLAG.sign);
  });
  return [...(signature.names(key.primary) ? [key.primary] : []), ...subkeys.map((subkey) => subkey.key)];
}

/** A signature of text is over lines that end with CRLF (RFC 9580 §5.2.1.2). */
function signedOctets({ type }: SignaturePacket, content: Uint8Array): Uint8Array {
  if (type !== TYPE.text) return content;
  return Buffer.from(Buffer.from(content).toString('latin1').replace(/\r?\n/g, '\r\n'), 'latin1');
}

function weakHash({ hash }: SignaturePacket): KeyProblem | undefined {
  if (hash === undefined) return { code: 'MESSAGE_SIGNATURE_WEAK' };
  return hash === 'sha1' ? { code: 'MESSAGE_SIGNATURE_WEAK', params: { algorithm: 'SHA-1' } } : undefined;
}

function problemOf(signature: SignaturePacket, part: PublicKeyPacket, now: Date): KeyProblem | undefined {
  if (signature.type !== TYPE.binary && signature.type !== TYPE.text) return { code: 'SIGNATURE_INVALID' };
  return weakHash(signature) ?? weakness(part) ?? (signature.countsAt(now) ? undefined : { code: 'SIGNATURE_INVALID' });
}
