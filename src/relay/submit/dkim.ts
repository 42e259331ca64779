/** DKIM signatures (RFC 6376), by the domain of the From address. */
import { createPrivateKey } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import DKIM from 'nodemailer/lib/dkim';
import { type ComposedMessage, chunks, composed } from '#mail/compose/compose';
import { asciiDomain } from '#mail/compose/encode';
import { RelayError } from '#relay/shared/errors';

export interface DkimKey {
  readonly domain: string;
  readonly selector: string;
  /** PEM. */
  readonly privateKey: string;
}

/** Whether a PEM text holds an RSA private key, the one kind that nodemailer signs with. */
export function isSigningKey(pem: string): boolean {
  try {
    return createPrivateKey(pem).asymmetricKeyType === 'rsa';
  } catch {
    return false;
  }
}

/** The key that signs for a sender address, if there is one: of its domain or of a parent domain. */
export function keyFor(address: string, keys: readonly DkimKey[]): DkimKey | undefined {
  const domain = asciiDomain(address).split('@').at(-1)?.toLowerCase() ?? '';
  return keys.find((key) => domain === key.domain || domain.endsWith(`.${key.domain}`));
}

/**
 * The message with its signature. The hash of the body comes before the body, so a signed message is held in memory as a whole,
 * at most the limit of a message; it never touches a disk.
 * @throws RelayError INVALID_REQUEST for a key that cannot sign, and what reading the files throws
 */
export async function signMessage(message: ComposedMessage, key: DkimKey): Promise<ComposedMessage> {
  const signer = new DKIM({ domainName: key.domain, keySelector: key.selector, privateKey: key.privateKey });
  // With a key that cannot sign nodemailer sends without a signature. The operator's keys have been read at the start.
  if (!isSigningKey(key.privateKey)) throw new RelayError('INVALID_REQUEST', { params: { field: 'dkim' } });
  const signed = await buffer(signer.sign(message.stream));
  return composed(Readable.from(chunks([signed])), signed.length, message.international);
}
