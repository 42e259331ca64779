/** The real relay in front of a real Postfix, and what arrived read back by another program's eyes (postal-mime). */
import { createHash } from 'node:crypto';
import PostalMime, { type Email } from 'postal-mime';
import { type Rig, sendRequest, startRig } from '#test/relay/rig';
import { ACCOUNT, DOMAIN, type PostfixServer } from '#test/support/postfix';

/** A relay that may speak to this Postfix and, unless told otherwise, trusts its certificate. */
export function startRelayFor(postfix: PostfixServer, { trust = true } = {}): Promise<Rig> {
  const env = { RELAY_ALLOW_PORTS: String(postfix.port), ...(trust && { RELAY_EXTRA_CA: postfix.certificate }) };
  return startRig({ env });
}

export const mailbox = (name: string): string => `${name}@${DOMAIN}`;

type Wishes = Parameters<typeof sendRequest>[1];

/** A request to send through the account that Postfix knows, by STARTTLS, to mailboxes of its domain. */
export function postfixRequest(postfix: PostfixServer, { account, ...wishes }: NonNullable<Wishes>) {
  const auth = { kind: 'password' as const, ...ACCOUNT };
  return sendRequest(postfix.port, { account: { host: 'localhost', security: 'starttls', auth, ...account }, ...wishes });
}

export const parseMail = (raw: Buffer): Promise<Email> => PostalMime.parse(raw);

/** Bytes of an attachment as postal-mime gives them. */
export function bytesOf(content: ArrayBuffer | Uint8Array | string | undefined): Buffer {
  if (content === undefined) throw new Error('no such attachment');
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof ArrayBuffer ? Buffer.from(content) : Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

/** Reproducible bytes that no encoding leaves alone: every octet, long lines, bare CR and LF. */
export function awkwardBytes(seed: string, length: number): Buffer {
  const blocks: Buffer[] = [Buffer.from('\r\n.\r\n\n\r--boundary\r\n\0')];
  for (let at = 0, counter = 0; at < length; at += 32, counter += 1) blocks.push(createHash('sha256').update(`${seed}${counter}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

/** What the relay is told about a file of the page. */
export const reference = (id: string, body: Buffer, filename: string, mediaType: string) => ({
  contentId: '100',
  attachmentId: id,
  version: 3,
  sizeBytes: body.length,
  filename,
  mediaType,
});
