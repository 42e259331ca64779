/** `npm run render`: a page from a file as the mail that the app would send, by the same code, without any server. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { contentIdSchema } from '#contract/draft';
import type { FileReference, InlineImage } from '#contract/relay';
import { presentationSchema } from '#contract/settings';
import { firstHeading, lastSegment, mediaTypeOf, textOf } from '#local/pages';
import { buildMessage } from '#mail/message';
import { type ImageRef, type PageImage, renderPage } from '#mail/render/index';
import { composeMessage, type OpenFile } from '#relay/compose';
import { fitImage } from '#relay/image';

const USAGE = `Usage: npm run render -- page.html -o mail.eml [options]

  -o, --output FILE      where to write the mail
  --attachments DIR      an image whose attachment name or last address segment is a file there is inlined
  --base URL             address of the page; relative links resolve against it
  --subject TEXT         the page's first heading by default
  --note TEXT            text above the page
  --language en|de       of the words around the page`;

const FALLBACK_BASE = 'https://example.atlassian.net/wiki/';
const FIRST_ATTACHMENT_ID = 1;

/** The command line was not understood. */
class UsageError extends Error {}

interface Wishes {
  readonly page: string;
  readonly output: string;
  readonly attachments?: string | undefined;
  readonly base: string;
  readonly subject?: string | undefined;
  readonly note: string;
  readonly language: 'en' | 'de';
}

function readArguments(args: readonly string[]): Wishes {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      attachments: { type: 'string' },
      base: { type: 'string', default: FALLBACK_BASE },
      subject: { type: 'string' },
      note: { type: 'string', default: '' },
      language: { type: 'string', default: 'en' },
    },
  });
  const [page, ...rest] = positionals;
  if (!page || rest.length > 0 || !values.output) throw new UsageError('One page and an output file are needed.');
  if (!URL.canParse(values.base)) throw new UsageError(`--base: ${values.base} is not an address.`);
  if (values.language !== 'en' && values.language !== 'de') throw new UsageError('--language: en or de.');
  return { ...values, page, output: values.output, language: values.language };
}

interface LocalImage extends PageImage {
  readonly path: string;
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

/** Writes the mail of a page. @returns the octets written */
async function render(wishes: Wishes): Promise<number> {
  const html = textOf(wishes.page);
  const pictures = picturesOf(wishes.attachments);
  const byId = new Map([...pictures.values()].map((image) => [String(image.attachmentId), image]));
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
  await pipeline(stream, createWriteStream(wishes.output));
  return sizeBytes;
}

/** Scaled as the relay does it. */
const openImage = async (image: InlineImage, file: LocalImage | undefined): Promise<OpenFile> =>
  file ? fitImage(readFileSync(file.path), image) : readFrom(file);

function readFrom(file: LocalImage | undefined): OpenFile {
  if (!file) throw new Error('A file of the mail is not in the folder');
  return { body: createReadStream(file.path), sizeBytes: file.sizeBytes };
}

try {
  const wishes = readArguments(process.argv.slice(2));
  const bytes = await render(wishes);
  console.log(`${wishes.output}: ${bytes} bytes`);
} catch (error) {
  const isUsage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${(error as Error).message}\n\n${USAGE}` : error instanceof Error ? error.message : error);
  process.exitCode = isUsage ? 2 : 1;
}
