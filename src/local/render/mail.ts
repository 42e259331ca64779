/** A page from a file as the mail that the app would send, by the same code. */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentIdSchema } from '#contract/draft';
import { describeKeyProblem } from '#contract/keys/problems';
import type { FileReference, InlineImage } from '#contract/relay/api';
import { presentationSchema } from '#contract/settings/parts';
import { firstHeading, lastSegment, mediaTypeOf } from '#local/pages';
import type { Wishes } from '#local/render/arguments';
import { FileError, fileError, readPage, using } from '#local/render/files';
import { keysOfFiles } from '#local/render/secure';
import { type ComposedMessage, composeMessage, type OpenFile } from '#mail/compose/compose';
import { buildMessage } from '#mail/message';
import { type ImageRef, type PageImage, type RenderedMail, renderPage } from '#mail/render/index';
import { secureMessage } from '#mail/secure/secure';
import { KeyError } from '#mail/secure/types';
import { fitImage } from '#relay/submit/image';

const FIRST_ATTACHMENT_ID = 1;

/** A file of the attachments folder. */
export interface LocalImage extends PageImage {
  readonly path: string;
}

export interface RenderedFile {
  /** The page as it is in the file. */
  readonly html: string;
  readonly title: string;
  readonly mail: RenderedMail;
  /** The files that may be shown, by name. */
  readonly pictures: ReadonlyMap<string, LocalImage>;
}

/** The files of a folder as pictures of the page, by name. */
function picturesOf(folder: string | undefined): Map<string, LocalImage> {
  if (folder === undefined) return new Map();
  const files = using('--attachments', folder, () => readdirSync(folder, { withFileTypes: true })).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ name }, index) => {
      const path = join(folder, name);
      const attachmentId = contentIdSchema.parse(`att${FIRST_ATTACHMENT_ID + index}`);
      const contentId = contentIdSchema.parse('1');
      return [
        name.normalize('NFC'),
        { attachmentId, contentId, version: 1, filename: name, mediaType: mediaTypeOf(name), sizeBytes: statSync(path).size, path },
      ];
    }),
  );
}

/** Reads and renders the page. @throws FileError */
export function renderFile(wishes: Wishes): RenderedFile {
  const html = readPage(wishes.page);
  const pictures = picturesOf(wishes.attachments);
  const title = firstHeading(html) ?? basename(wishes.page).replace(/\.html?$/i, '');
  const mail = renderPage({
    html,
    page: { title, url: wishes.base, spaceName: new URL(wishes.base).host, spaceUrl: new URL('.', wishes.base).href },
    sender: { name: 'Pagemail' },
    note: wishes.note,
    language: wishes.language,
    presentation: presentationSchema.parse({}),
    findImage: ({ filename, src }: ImageRef) =>
      pictures.get((filename ?? '').normalize('NFC')) ?? pictures.get(lastSegment(src).normalize('NFC')),
  });
  return { html, title, mail, pictures };
}

/** The mail (RFC 5322) as bytes and their number, or what it is at most; pictures scaled as the relay does it. @throws FileError for a key that cannot be used */
export async function composeMail({ html, title, mail, pictures }: RenderedFile, wishes: Wishes): Promise<ComposedMessage> {
  const now = new Date();
  const keys = wishes.secure && keysOfFiles(wishes.secure, now);
  const to = [...wishes.to, ...(wishes.to.length > 0 ? [] : (keys?.to ?? []))];
  const byId = new Map([...pictures.values()].map((image) => [String(image.attachmentId), image]));
  const message = buildMessage({
    from: { name: 'Pagemail', address: wishes.from ?? keys?.from ?? 'pagemail@example.org' },
    to: (to.length > 0 ? to : ['recipient@example.org']).map((address) => ({ address })),
    cc: [],
    subject: wishes.subject ?? title,
    random: createHash('sha256').update(html).digest('hex').slice(0, 32),
    date: now,
    language: wishes.language,
    mail,
    attachments: [],
  });
  const opened = new Map<string, OpenFile>();
  for (const image of message.inline) opened.set(image.cid, await openImage(image, byId.get(String(image.attachmentId))));
  const open = (file: FileReference | InlineImage): OpenFile =>
    ('cid' in file ? opened.get(file.cid) : undefined) ?? readFrom(byId.get(String(file.attachmentId)));
  if (!keys) return composeMessage(message, open);
  try {
    return secureMessage(message, open, keys.plan, { now, random: randomBytes });
  } catch (error) {
    throw error instanceof KeyError ? new FileError(describeKeyProblem(error.problem, 'en').sentence) : error;
  }
}

/** Writes the mail as a file; nothing is left of one that could not be written whole. @returns the octets written @throws FileError */
export async function writeMail(rendered: RenderedFile, wishes: Wishes, output: string): Promise<number> {
  const { octets } = await composeMail(rendered, wishes);
  let written = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of octets) {
      written += chunk.length;
      yield chunk;
    }
  };
  await pipeline(counted, createWriteStream(output)).catch((cause: unknown) => {
    if (written > 0 && statSync(output, { throwIfNoEntry: false })?.isFile()) rmSync(output);
    const isFolderMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    throw fileError('--output', isFolderMissing ? dirname(output) : output, cause);
  });
  return written;
}

const openImage = async (image: InlineImage, file: LocalImage | undefined): Promise<OpenFile> =>
  file ? fitImage(readFileSync(file.path), image) : readFrom(file);

function readFrom(file: LocalImage | undefined): OpenFile {
  if (!file) throw new Error('A file of the mail is not in the folder');
  return { body: createReadStream(file.path), sizeBytes: file.sizeBytes };
}
