import { hash } from 'node:crypto';
import type { RelayMessage } from '#contract/relay/api';
import {
  type ComposedContent,
  type ComposedMessage,
  composeContent,
  type OpenFile,
  type OpenFileOf,
  outerHeaders,
  withHead,
} from '#mail/compose/compose';
import { LEGACY_DISPLAY_PARAMETER, withLegacyDisplay } from '#mail/secure/headers/legacy-display';
import { protectedHeaders } from '#mail/secure/headers/protect';
import { entityOctets, entitySize } from '#mail/secure/mime/entity';
import { pgpEncrypted, pgpSigned } from '#mail/secure/mime/pgp';
import { smimeEncrypted, smimeOpaque, smimeSigned } from '#mail/secure/mime/smime';
import type { ChoiceSetting, PgpIdentity, PgpKey } from '#mail/secure/openpgp/openpgp';
import { type AlgorithmSetting, chooseAlgorithms, type Reader, type SignOptions, type SmimeIdentity } from '#mail/secure/smime/smime';
import { KeyError, type Random } from '#mail/secure/types';

/**
 * A message signed, encrypted, or both: signed first, so that who signed is not seen from outside. One message is for one audience: its
 * readers are all named in it, so that whoever is in Bcc needs one of their own.
 */

interface CommonPlan {
  /** Header protection (RFC 9788): the header fields are signed too, and the subject of an encrypted message stands within it alone. */
  readonly protectSubject: boolean;
  /** The hidden subject also stands at the beginning of the text, for programs that would not show it; they are told apart by nothing, so that it is the default. */
  readonly legacyDisplay?: boolean | undefined;
}
export interface SmimePlan extends CommonPlan {
  readonly protocol: 'smime';
  readonly sign?: SmimeIdentity | undefined;
  readonly encryptTo?: readonly Reader[] | undefined;
  readonly algorithms?: AlgorithmSetting | undefined;
  readonly signature?: Pick<SignOptions, 'algorithm' | 'hash'> | undefined;
  /** The content within the signature (`application/pkcs7-mime`). */
  readonly opaque?: boolean | undefined;
}
export interface PgpPlan extends CommonPlan {
  readonly protocol: 'openpgp';
  readonly sign?: PgpIdentity | undefined;
  readonly encryptTo?: readonly PgpKey[] | undefined;
  readonly choice?: ChoiceSetting | undefined;
}
export type SecurePlan = SmimePlan | PgpPlan;

export interface SecureNeeds {
  /** When it is signed, and when the keys must be valid. */
  readonly now: Date;
  readonly random: Random;
}

export interface SecuredContent {
  /** What is seen from outside: the header fields alone, without texts and files. */
  readonly outer: RelayMessage;
  readonly content: ComposedContent;
}

/**
 * The content of a message as the plan has it, streamed: what cannot be done is refused before the first octet. Files are asked for by `open`.
 * @throws KeyError why a key cannot be used, NO_KEY for a plan that neither signs nor encrypts
 */
export function secureContent(message: RelayMessage, open: OpenFileOf, plan: SecurePlan, needs: SecureNeeds): SecuredContent {
  const encrypts = plan.encryptTo !== undefined;
  if (!encrypts && !plan.sign) throw new KeyError({ code: 'NO_KEY' });
  const headers = plan.protectSubject ? protectedHeaders(message, encrypts ? 'cipher' : 'clear') : undefined;
  const isHidden = encrypts && headers !== undefined && (plan.legacyDisplay ?? true);
  const bare = composeContent(isHidden ? withLegacyDisplay(message) : message, isOpen(plan) ? signable(open) : open, {
    root: headers?.parameter,
    text: isHidden ? LEGACY_DISPLAY_PARAMETER : undefined,
  });
  const content = { ...bare, headers: `${headers?.fields ?? ''}${bare.headers}` };
  const { inline: _inline, inlineData: _data, ...outer } = headers?.outer ?? message;
  return {
    outer: { ...outer, html: '', text: '', inline: [], attachments: [] },
    content: plan.protocol === 'smime' ? smime(content, message, plan, needs) : pgp(content, message, plan, needs),
  };
}

/** The whole message, streamed; `sizeBytes` is what it has at most. @throws KeyError as `secureContent` */
export function secureMessage(message: RelayMessage, open: OpenFileOf, plan: SecurePlan, needs: SecureNeeds): ComposedMessage {
  const { outer, content } = secureContent(message, open, plan, needs);
  return withHead(outerHeaders(outer), entityOctets(content), entitySize(content));
}

/** The message for a relay that cannot read it: outer header fields, and everything after them in memory. @throws KeyError as `secureContent` */
export async function secureBody(
  message: RelayMessage,
  open: OpenFileOf,
  plan: SecurePlan,
  needs: SecureNeeds,
): Promise<{ outer: RelayMessage; body: Buffer }> {
  const { outer, content } = secureContent(message, open, plan, needs);
  const chunks: Buffer[] = [];
  for await (const chunk of entityOctets(content)) chunks.push(chunk);
  return { outer, body: Buffer.concat(chunks) };
}

/** Boundaries come from the Message-ID, as those within the content do. */
const boundaryOf = ({ messageId }: RelayMessage, prefix: string): string =>
  `${prefix}_${hash('sha256', messageId, 'base64url').slice(0, 24)}`;

/** Each key once: one person may have several addresses. */
const distinct = <T>(list: readonly T[], fingerprint: (each: T) => string): T[] => [
  ...new Map(list.map((each) => [fingerprint(each), each])).values(),
];

function smime(content: ComposedContent, message: RelayMessage, plan: SmimePlan, { now, random }: SecureNeeds): ComposedContent {
  const options = { ...plan.signature, signingTime: now };
  const sign = (identity: SmimeIdentity): ComposedContent =>
    plan.opaque ? smimeOpaque(content, identity, options) : smimeSigned(content, identity, options, boundaryOf(message, 's'));
  const signed = plan.sign ? sign(plan.sign) : content;
  if (!plan.encryptTo) return signed;
  const readers = distinct(plan.encryptTo, ({ certificate }) => certificate.fingerprint);
  const certificates = readers.map(({ certificate }) => certificate);
  return smimeEncrypted(signed, certificates, { ...chooseAlgorithms(readers, plan.algorithms), random });
}

function pgp(content: ComposedContent, message: RelayMessage, plan: PgpPlan, needs: SecureNeeds): ComposedContent {
  if (plan.encryptTo) {
    const readers = distinct(plan.encryptTo, ({ fingerprint }) => fingerprint);
    return pgpEncrypted(content, readers, { ...plan.choice, ...needs, sign: plan.sign }, boundaryOf(message, 'e'));
  }
  if (!plan.sign) throw new KeyError({ code: 'NO_KEY' });
  return pgpSigned(content, plan.sign, needs, boundaryOf(message, 's'));
}

/** Whether what is signed can be seen, and touched, on the way. */
const isOpen = (plan: SecurePlan): boolean => plan.encryptTo === undefined && !(plan.protocol === 'smime' && plan.opaque);

/**
 * Files as they may stand in what is signed: an attached mail goes as it is only where nothing on the way would touch it, for signatures do not
 * survive blanks at ends of lines that are taken off, and `From ` that gets a `>` (RFC 3156 §5, RFC 8551 §3.1.2).
 */
const signable =
  (open: OpenFileOf): OpenFileOf =>
  (file) => {
    const opened = open(file);
    return opened.sevenBit && !isStable(opened) ? { ...opened, sevenBit: false } : opened;
  };

const isStable = ({ body }: OpenFile): boolean => Buffer.isBuffer(body) && !/[ \t]\r\n|(?:^|\n)From /.test(body.toString('latin1'));
