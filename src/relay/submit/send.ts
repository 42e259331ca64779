/** `POST /v1/messages`: one request, one SMTP transaction. */

import type { FileReference, InlineImage, RelayAccount, SendRequest, SendResponse } from '#contract/relay/api';
import { AS_FILE, asSevenBit, isAttachedMessage } from '#mail/compose/attached-message';
import { base64Size } from '#mail/compose/base64';
import { type ComposedMessage, composeMessage, composeOpaque, type OpenFile } from '#mail/compose/compose';
import type { Caller } from '#relay/api/auth';
import { checkSize, fixedSize, type MailRequest, type MessageLimits } from '#relay/api/request-check';
import type { Confluence, OpenRemoteFile, RemoteFile } from '#relay/confluence/files';
import { RelayError } from '#relay/shared/errors';
import { IMAGE_CONCURRENCY, MAX_ATTACHED_MESSAGE_BYTES, MAX_SCALED_IMAGE_BYTES } from '#relay/shared/limits';
import type { SmtpSession } from '#relay/submit/connect';
import { type DkimKey, keyFor, signMessage } from '#relay/submit/dkim';
import { fitImage, placeholder } from '#relay/submit/image';
import type { Pool, Pooled } from '#relay/submit/pool';
import { type Transmitted, transmit } from '#relay/submit/transmit';

export interface SendServices {
  readonly limits: MessageLimits;
  readonly confluence: Confluence;
  readonly pool: Pool;
  /** For one mail, its files and the connection included. */
  readonly smtpTotalMs: number;
  /** The operator's DKIM keys. */
  readonly dkimKeys: readonly DkimKey[];
  /** Whether the dialogue of an installation is written down. */
  readonly isDebugged: (installationId: string) => Promise<boolean>;
  readonly connect: Connect;
}
type Connect = (account: RelayAccount, caller: Caller, trace: string | undefined, isDebugged: boolean) => Promise<SmtpSession>;
/** A request whose account has been resolved. */
export type ResolvedRequest = MailRequest & { readonly account: RelayAccount };
export interface SendContext {
  readonly caller: Caller;
  readonly trace: string | undefined;
  /** The installation's token, from `x-forge-oauth-system`. */
  readonly systemToken: string | undefined;
  /** Aborted when the client goes away. */
  readonly signal: AbortSignal;
  /** Runs once just before the first octet of the mail goes out. */
  readonly onData: () => Promise<void>;
  /** Told when a step ends. */
  readonly onStep: (step: 'files' | 'connect' | 'smtp') => void;
}

/**
 * Sends one mail. Every file has been announced by Confluence before the mail server hears of the mail, so a missing one never
 * cuts a mail in half. A picture that Confluence no longer has, or that is none, becomes a small grey square; a chosen attachment that
 * cannot be had is an error.
 * @throws RelayError
 */
export async function sendMessage(request: ResolvedRequest, context: SendContext, services: SendServices): Promise<SendResponse> {
  const files = new AbortController();
  const { account } = request;
  const { caller, trace } = context;
  const isDebugged = await services.isDebugged(caller.installationId);
  let renewed: string | undefined;
  const connect = async (): Promise<SmtpSession> => {
    const opened = await services.connect(account, caller, trace, isDebugged);
    renewed = opened.refreshToken;
    return opened;
  };
  const deadline = performance.now() + services.smtpTotalMs;
  const [session, message] = await both(
    services.pool
      // What a connection writes down is one installation's, so no other may find it.
      .acquire(account, isDebugged ? caller.installationId : '', connect)
      .finally(() => context.onStep('connect')),
    prepare(request, context, services, AbortSignal.any([files.signal, AbortSignal.timeout(services.smtpTotalMs)])).finally(() =>
      context.onStep('files'),
    ),
    (open) => services.pool.discard(open),
    () => files.abort(),
  );
  try {
    const result = await deliver(session, message, request, context, { ...services, smtpTotalMs: deadline - performance.now() }, connect);
    const refreshToken = renewed ?? session.refreshToken;
    return { messageId: request.message.messageId, ...result, sizeBytes: message.sizeBytes, ...(refreshToken && { refreshToken }) };
  } finally {
    context.onStep('smtp');
    if (hasFiles(request.message)) files.abort();
  }
}

async function deliver(
  session: Pooled,
  message: ComposedMessage,
  request: ResolvedRequest,
  context: SendContext,
  services: SendServices,
  connect: () => Promise<SmtpSession>,
): Promise<Transmitted> {
  let started = false;
  const onData = (): Promise<void> => {
    started = true;
    return context.onData();
  };
  try {
    const result = await transmit(session, request.envelope, message, context.signal, onData, services.smtpTotalMs);
    if (result.accepted.length > 0) services.pool.release(session);
    else services.pool.discard(session);
    return result;
  } catch (error) {
    services.pool.discard(session);
    // A kept connection that the server has closed meanwhile says nothing about the mail.
    const stale =
      session.reused &&
      !started &&
      error instanceof RelayError &&
      (error.code === 'CONNECTION_LOST' || error.smtp?.code === 421) &&
      !context.signal.aborted;
    if (!stale) throw error;
    return deliver({ ...(await connect()), reused: false }, message, request, context, services, connect);
  }
}

const hasFiles = ({ attachments, inline }: SendRequest['message']): boolean => attachments.length + inline.length > 0;

async function prepare(request: MailRequest, context: SendContext, services: SendServices, stop: AbortSignal): Promise<ComposedMessage> {
  const { message, dkim, body, secure } = request;
  // Never as it is: what cannot be secured here is not sent.
  if (secure) throw new RelayError('ENCRYPTION_FAILED');
  const composed =
    body === undefined ? await compose(request, context, services, stop) : composeOpaque(message, Buffer.from(body, 'base64'));
  checkSize(composed.sizeBytes, services.limits.messageBytes);
  const key = keyFor(message.from.address, dkim ? [...services.dkimKeys, dkim] : services.dkimKeys);
  return key ? signMessage(composed, key) : composed;
}

/** The mail with its files. */
async function compose(
  { message, readAs }: SendRequest,
  { caller, systemToken, signal }: SendContext,
  services: SendServices,
  stop: AbortSignal,
): Promise<ComposedMessage> {
  const files = new Map<FileReference, OpenFile>();
  if (hasFiles(message)) {
    const open = await services.confluence.readAs(caller, systemToken, readAs.accountId, AbortSignal.any([signal, stop]));
    const attachments = message.attachments.map(async (file) => files.set(file, await openAttachment(file, open)));
    let size = fixedSize(message);
    const take = (image: InlineImage, opened: OpenFile): void => {
      files.set(image, opened);
      // At once, so that memory never holds more pictures than a mail can.
      size += base64Size(opened.sizeBytes);
      checkSize(size, services.limits.messageBytes);
    };
    await Promise.all([...attachments, openImages(message.inline, open, take)]);
  }
  return composeMessage(message, (file) => {
    const opened = files.get(file);
    if (!opened) throw new RelayError('ATTACHMENT_UNAVAILABLE');
    return opened;
  });
}

/** Pictures are read and fitted a few at a time, so that memory holds few of them in full size. */
async function openImages(
  images: readonly InlineImage[],
  open: OpenRemoteFile,
  done: (image: InlineImage, opened: OpenFile) => void,
): Promise<void> {
  const queue = images.values();
  const worker = async (): Promise<void> => {
    for (const image of queue) done(image, await openImage(image, open));
  };
  await Promise.all(Array.from({ length: IMAGE_CONCURRENCY }, worker));
}

/** An attached mail is looked at before it goes, for it may not be encoded; everything else streams. */
async function openAttachment(file: FileReference, open: OpenRemoteFile): Promise<OpenFile> {
  const opened = await open(file);
  if (!isAttachedMessage(file.mediaType) || opened.sizeBytes > MAX_ATTACHED_MESSAGE_BYTES) return opened;
  const octets = await readAll(opened);
  const body = asSevenBit(octets);
  if (!body) return { body: octets, sizeBytes: octets.length, mediaType: AS_FILE };
  return { body, sizeBytes: body.length, sevenBit: true };
}

async function openImage(image: InlineImage, open: OpenRemoteFile): Promise<OpenFile> {
  if (image.sizeBytes > MAX_SCALED_IMAGE_BYTES) return placeholder();
  try {
    return await fitImage(await readAll(await open(image)), image);
  } catch (error) {
    const gone = error instanceof RelayError && ['ATTACHMENT_UNAVAILABLE', 'CONFLUENCE_REFUSED'].includes(error.code);
    if (!gone) throw error;
    return placeholder();
  }
}

async function readAll(file: RemoteFile): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of file.body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** Both results, or the first failure after the other side has been stopped and undone. */
async function both<A, B>(first: Promise<A>, second: Promise<B>, undoFirst: (value: A) => void, stopSecond: () => void): Promise<[A, B]> {
  try {
    return await Promise.all([first, second]);
  } catch (error) {
    stopSecond();
    first.then(undoFirst, () => undefined);
    second.catch(() => undefined);
    throw error;
  }
}
