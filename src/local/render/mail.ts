/** A page from a file as the mail that the app would send, by the same code. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { contentIdSchema } from '#contract/draft';
import type { FileReference, InlineImage } from '#contract/relay/api';
import { presentationSchema } from '#contract/settings/parts';
import { firstHeading, lastSegment, mediaTypeOf, textOf } from '#local/pages';
import type { Wishes } from '#local/render/arguments';
import { composeMessage, type OpenFile } from '#mail/compose/compose';
import { buildMessage } from '#mail/message';
import { type ImageRef, type PageImage, type RenderedMail, renderPage } from '#mail/render/index';
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
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ name }, index) => {
      const path = join(folder, name);
      const attachmentId = contentIdSchema.parse(`att${FIRST_ATTACHMENT_ID + index}`);
      const contentId = contentIdSchema.parse('1');
      return [
        name,
        { attachmentId, contentId, version: 1, filename: name, mediaType: mediaTypeOf(name), sizeBytes: statSync(path).size, path },
      ];
    }),
  );
}

/** Reads and renders the page. @throws what reading the files throws */
export function renderFile(wishes: Wishes): RenderedFile {
  const html = textOf(wishes.page);
  const pictures = picturesOf(wishes.attachments);
  const title = firstHeading(html) ?? basename(wishes.page).replace(/\.html?$/i, '');
  const mail = renderPage({
    html,
    page: { title, url: wishes.base, spaceName: new URL(wishes.base).host, spaceUrl: new URL('.', wishes.base).href },
    sender: { name: 'Pagemail' },
    note: wishes.note,
    language: wishes.language,
    presentation: presentationSchema.parse({}),
    findImage: ({ filename, src }: ImageRef) => pictures.get(filename ?? '') ?? pictures.get(lastSegment(src)),
  });
  return { html, title, mail, pictures };
}

/** Writes the mail as a file (RFC 5322), pictures scaled as the relay does it. @returns the octets written */
export async function writeMail({ html, title, mail, pictures }: RenderedFile, wishes: Wishes, output: string): Promise<number> {
  const byId = new Map([...pictures.values()].map((image) => [String(image.attachmentId), image]));
  const message = buildMessage({
    from: { name: 'Pagemail', address: 'pagemail@example.org' },
    to: [{ address: 'recipient@example.org' }],
    cc: [],
    subject: wishes.subject ?? title,
    random: createHash('sha256').update(html).digest('hex').slice(0, 32),
    date: new Date(),
    language: wishes.language,
    mail,
    attachments: [],
  });
  const opened = new Map<string, OpenFile>();
  for (const image of message.inline) opened.set(image.cid, await openImage(image, byId.get(String(image.attachmentId))));
  const open = (file: FileReference | InlineImage): OpenFile =>
    ('cid' in file ? opened.get(file.cid) : undefined) ?? readFrom(byId.get(String(file.attachmentId)));
  const { stream, sizeBytes } = composeMessage(message, open);
  await pipeline(stream, createWriteStream(output));
  return sizeBytes;
}

const openImage = async (image: InlineImage, file: LocalImage | undefined): Promise<OpenFile> =>
  file ? fitImage(readFileSync(file.path), image) : readFrom(file);

function readFrom(file: LocalImage | undefined): OpenFile {
  if (!file) throw new Error('A file of the mail is not in the folder');
  return { body: createReadStream(file.path), sizeBytes: file.sizeBytes };
}
