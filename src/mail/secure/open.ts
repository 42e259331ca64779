import type { KeyProblem } from '#contract/keys/problems';
import { protectedFields, type ReadHeaders } from '#mail/secure/headers/read';
import { canonical, decodedBody, partsOf, type ReadEntity, readEntity } from '#mail/secure/mime/read';
import * as openpgp from '#mail/secure/openpgp/openpgp';
import * as smime from '#mail/secure/smime/smime';
import { KeyError, type Protocol } from '#mail/secure/types';

/** A message that came: its layers of encryption and signature taken off, as far as the keys at hand go. */

export interface OpenKeys {
  readonly smime: readonly smime.SmimeIdentity[];
  readonly openpgp: readonly openpgp.PgpIdentity[];
  /** Whose signatures can be told, beside certificates that come with them. */
  readonly certificates: readonly smime.Certificate[];
  readonly keys: readonly openpgp.PgpKey[];
  readonly now: Date;
}

export interface SignerView {
  readonly valid: boolean;
  readonly problem?: KeyProblem | undefined;
  /** Upper-case hexadecimal, where the key is at hand. */
  readonly fingerprint?: string | undefined;
  readonly addresses: readonly string[];
  readonly signingTime?: Date | undefined;
}
export type Layer =
  /** `readers` as the message names them: key ids, or issuer and serial number of certificates. */
  | { readonly kind: 'encrypted'; readonly protocol: Protocol; readonly cipher: string; readonly readers: readonly string[] }
  | { readonly kind: 'signed'; readonly protocol: Protocol; readonly signers: readonly SignerView[] }
  /** A layer that could not be taken off; the last one. */
  | { readonly kind: 'closed'; readonly protocol: Protocol; readonly problem: KeyProblem };

export interface OpenedMessage {
  /** The outermost first; none for a message that is neither signed nor encrypted. */
  readonly layers: readonly Layer[];
  readonly headers: ReadHeaders;
  /** The content as a message of its own, which any MIME parser reads: the header fields that count, then the content's own. */
  readonly message: Buffer;
}

/** Layers of one message at most. */
const MAX_LAYERS = 6;

/** Opens what can be opened. Never throws for what the message holds. */
export async function openMessage(octets: Uint8Array, keys: OpenKeys): Promise<OpenedMessage> {
  const outer = readEntity(canonical(Buffer.from(octets.buffer, octets.byteOffset, octets.length)));
  const layers: Layer[] = [];
  let entity = outer;
  while (layers.length < MAX_LAYERS) {
    const step = await taken(entity, keys).catch(closed(entity));
    if (!step) break;
    layers.push(...step.layers);
    if (!step.content) break;
    entity = readEntity(canonical(step.content));
  }
  const isEncrypted = layers.some(({ kind }) => kind === 'encrypted');
  const headers = protectedFields(outer, entity, isEncrypted, layers.some(isSound));
  return { layers, headers, message: asMessage(headers, entity) };
}

/** A signature that is none protects nothing. */
const isSound = (layer: Layer): boolean =>
  layer.kind === 'encrypted' || (layer.kind === 'signed' && layer.signers.some(({ valid }) => valid));

function asMessage({ fields }: ReadHeaders, entity: ReadEntity): Buffer {
  const own = entity.fields.filter(({ name }) => /^content-/i.test(name));
  const head = [...fields, ...own].map(({ text }) => text).join('');
  return Buffer.concat([Buffer.from(`${head}MIME-Version: 1.0\r\n\r\n`), entity.body]);
}

interface Step {
  readonly layers: readonly Layer[];
  /** Absent: nothing could be taken off. */
  readonly content?: Buffer | undefined;
}

const protocolOf = ({ mediaType, parameters }: ReadEntity): Protocol =>
  /pgp/.test(`${mediaType} ${parameters.get('protocol') ?? ''}`.toLowerCase()) ? 'openpgp' : 'smime';

const closed =
  (entity: ReadEntity) =>
  (error: unknown): Step => {
    if (!(error instanceof KeyError)) throw error;
    return { layers: [{ kind: 'closed', protocol: protocolOf(entity), problem: error.problem }] };
  };

/** One layer taken off; undefined where there is none. @throws KeyError */
async function taken(entity: ReadEntity, keys: OpenKeys): Promise<Step | undefined> {
  const { mediaType } = entity;
  if (mediaType === 'multipart/encrypted') return pgpEncrypted(entity, keys);
  if (mediaType === 'multipart/signed') return protocolOf(entity) === 'openpgp' ? pgpSigned(entity, keys) : smimeSigned(entity, keys);
  if (/^application\/(?:x-)?pkcs7-mime$/.test(mediaType)) return smimeMessage(entity, keys);
  return undefined;
}

const broken = (): KeyError => new KeyError({ code: 'MESSAGE_BROKEN' });

function twoParts(entity: ReadEntity): { first: Buffer; second: ReadEntity } {
  const [first, second] = partsOf(entity.body, entity.parameters.get('boundary') ?? '');
  if (!first || !second) throw broken();
  return { first, second: readEntity(second) };
}

function pgpEncrypted(entity: ReadEntity, { openpgp: identities, keys, now }: OpenKeys): Step {
  const own = identities.map(({ key }) => key);
  const opened = openpgp.decrypted(decodedBody(twoParts(entity).second), identities, [...keys, ...own], now);
  const signed: Layer[] =
    opened.signers.length > 0 ? [{ kind: 'signed', protocol: 'openpgp', signers: opened.signers.map(pgpSigner) }] : [];
  return {
    layers: [{ kind: 'encrypted', protocol: 'openpgp', cipher: opened.cipher, readers: opened.readers }, ...signed],
    content: Buffer.from(opened.content),
  };
}

function pgpSigned(entity: ReadEntity, { openpgp: identities, keys, now }: OpenKeys): Step {
  const { first, second } = twoParts(entity);
  const known = [...keys, ...identities.map(({ key }) => key)];
  const signers = openpgp.verified(decodedBody(second), first, known, now);
  return { layers: [{ kind: 'signed', protocol: 'openpgp', signers: signers.map(pgpSigner) }], content: first };
}

const pgpSigner = ({ valid, problem, key, signingTime }: openpgp.PgpSigner): SignerView => ({
  valid,
  problem,
  fingerprint: key?.fingerprint,
  addresses: key ? openpgp.addressesOf(key, undefined) : [],
  signingTime,
});

async function smimeSigned(entity: ReadEntity, { certificates }: OpenKeys): Promise<Step> {
  const { first, second } = twoParts(entity);
  const { signers } = await smime.verified(decodedBody(second), first, certificates);
  return { layers: [{ kind: 'signed', protocol: 'smime', signers: signers.map(smimeSigner) }], content: first };
}

async function smimeMessage(entity: ReadEntity, keys: OpenKeys): Promise<Step> {
  const octets = decodedBody(entity);
  const type = entity.parameters.get('smime-type')?.toLowerCase();
  // Programs of before RFC 8551 leave the type out.
  const signed = type === undefined || type === 'signed-data' ? await opaque(octets, keys, type === undefined) : undefined;
  if (signed) return signed;
  const { content, cipher, readers } = await smime.decrypted(octets, keys.smime);
  return { layers: [{ kind: 'encrypted', protocol: 'smime', cipher, readers: readers.map(readerText) }], content };
}

async function opaque(octets: Buffer, { certificates }: OpenKeys, isGuess: boolean): Promise<Step | undefined> {
  try {
    const { content, signers } = await smime.verified(octets, undefined, certificates);
    if (!content) throw broken();
    return { layers: [{ kind: 'signed', protocol: 'smime', signers: signers.map(smimeSigner) }], content: Buffer.from(content) };
  } catch (error) {
    if (isGuess && error instanceof KeyError) return undefined;
    throw error;
  }
}

const smimeSigner = ({ valid, problem, certificate, signingTime }: smime.Signer): SignerView => ({
  valid,
  problem,
  fingerprint: certificate?.fingerprint,
  addresses: certificate?.addresses ?? [],
  signingTime,
});

const hex = (octets: Uint8Array): string => Buffer.from(octets).toString('hex').toUpperCase();
const readerText = ({ serial, keyId }: smime.Decrypted['readers'][number]): string => (serial ? hex(serial) : (keyId ?? '').toUpperCase());
