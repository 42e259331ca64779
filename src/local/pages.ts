/** Pages from a folder of HTML files, as a space of their own. */
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { Parser } from 'htmlparser2';
import type { DemoAttachment, DemoContent, DemoSite, DemoUser } from '#local/model';

const SPACE_ID = '90001';
const SPACE_KEY = 'IMPORT';
const HOMEPAGE_ID = '900000';
const FIRST_PAGE_ID = 900_001;
const FIRST_ATTACHMENT_ID = 9_000_001;
const MAX_TITLE_CHARS = 255;

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  webp: 'image/webp',
  pdf: 'application/pdf',
  txt: 'text/plain',
  csv: 'text/csv',
  zip: 'application/zip',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
};
export const mediaTypeOf = (filename: string): string =>
  MEDIA_TYPES[filename.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';

/** Text of the first heading, white space folded; undefined when there is none. */
export function firstHeading(html: string): string | undefined {
  let level: string | undefined;
  let text = '';
  let found: string | undefined;
  let hidden = 0;
  const parser = new Parser({
    onopentagname: (name) => {
      if (found === undefined && level === undefined && /^h[1-6]$/.test(name)) level = name;
      if (name === 'style' || name === 'script') hidden += 1;
    },
    ontext: (data) => {
      if (level !== undefined && hidden === 0) text += data;
    },
    onclosetag: (name) => {
      if (name === 'style' || name === 'script') hidden -= 1;
      if (name !== level) return;
      level = undefined;
      found = text.replace(/[\s\u200b]+/gu, ' ').trim() || undefined;
      text = '';
    },
  });
  parser.end(html);
  return found;
}

/** The file name at the end of an address, decoded. */
export const lastSegment = (address: string): string => {
  const path =
    address
      .replace(/[?#].*$/s, '')
      .split('/')
      .at(-1) ?? '';
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
};

const escapeAttribute = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** The attributes by which Confluence marks an image as an attachment of the page. */
function attachmentAttributes(file: DemoAttachment): string {
  const path = `{site}/download/attachments/${file.contentId}/${encodeURIComponent(file.title)}?version=${file.version}&api=v2`;
  const attributes = {
    src: path,
    'data-image-src': path,
    'data-linked-resource-id': file.id.slice(3),
    'data-linked-resource-version': String(file.version),
    'data-linked-resource-type': 'attachment',
    'data-linked-resource-default-alias': file.title,
    'data-linked-resource-content-type': file.mediaType,
    'data-linked-resource-container-id': file.contentId,
  };
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeAttribute(value)}"`)
    .join('');
}

/**
 * Points every image whose attachment name or last address segment is one of the files at that file, marked as Confluence
 * marks it. Everything else stays as it is, byte for byte.
 */
export function attachImages(html: string, files: readonly DemoAttachment[]): string {
  const byTitle = new Map(files.map((file) => [file.title, file]));
  let result = '';
  let copied = 0;
  const parser = new Parser({
    onopentag: (name, attributes) => {
      const alias = attributes['data-linked-resource-default-alias'];
      const file = name === 'img' ? (byTitle.get(alias ?? '') ?? byTitle.get(lastSegment(attributes['src'] ?? ''))) : undefined;
      if (!file) return;
      const kept = Object.entries(attributes).filter(([key]) => !/^(src|srcset|data-image-src|data-linked-resource-.*)$/.test(key));
      const others = kept.map(([key, value]) => ` ${key}="${escapeAttribute(value)}"`).join('');
      result += `${html.slice(copied, parser.startIndex)}<img${others}${attachmentAttributes(file)}>`;
      copied = parser.endIndex + 1;
    },
  });
  parser.end(html);
  return result + html.slice(copied);
}

/** Names of the files of a folder, links to files too, in order; files that systems hide (`.DS_Store`) are nobody's content. */
const filesIn = (folder: string): string[] =>
  readdirSync(folder)
    .filter((name) => !name.startsWith('.') && statSync(join(folder, name), { throwIfNoEntry: false })?.isFile())
    .sort();

function attachmentsOf(folder: string, contentId: string, firstId: number, owner: DemoUser): DemoAttachment[] {
  if (!existsSync(folder)) return [];
  return filesIn(folder).map((title, index) => {
    const path = join(folder, title);
    const { size, mtime } = statSync(path);
    return {
      id: `att${firstId + index}`,
      contentId,
      title,
      mediaType: mediaTypeOf(title),
      version: 1,
      createdAt: mtime.toISOString(),
      authorId: owner.accountId,
      sizeBytes: size,
      read: () => createReadStream(path),
    };
  });
}

/**
 * The site with a further space IMPORT that holds every `*.html` of the folder: a rendered body each, its title from the first
 * heading or the file's name, files in `<name>.attachments/` beside it as its attachments.
 */
export function withImportedPages(site: DemoSite, folder: string): DemoSite {
  const owner = site.users.find((user) => user.siteAdmin && user.active) ?? site.users[0];
  if (!owner) throw new Error('The site has no users');
  const common = { type: 'page', spaceId: SPACE_ID, authorId: owner.accountId, version: 1, labels: [] } as const;
  const contents: DemoContent[] = [
    {
      ...common,
      id: HOMEPAGE_ID,
      title: 'Imported pages',
      body: '<p>Pages from a folder of this machine.</p>',
      createdAt: '2026-01-05T09:00:00.000Z',
    },
  ];
  const attachments: DemoAttachment[] = [];
  const titles = new Set<string>();
  const files = filesIn(folder).filter((name) => name.toLowerCase().endsWith('.html'));
  for (const [index, file] of files.entries()) {
    const name = file.slice(0, -'.html'.length);
    const id = String(FIRST_PAGE_ID + index);
    const html = textOf(join(folder, file));
    const own = attachmentsOf(join(folder, `${name}.attachments`), id, FIRST_ATTACHMENT_ID + attachments.length, owner);
    attachments.push(...own);
    const createdAt = statSync(join(folder, file)).mtime.toISOString();
    contents.push({
      ...common,
      id,
      parentId: HOMEPAGE_ID,
      title: uniqueTitle(titles, html, name),
      body: attachImages(html, own),
      createdAt,
    });
  }
  const space = {
    id: SPACE_ID,
    key: SPACE_KEY,
    name: 'Imported pages',
    description: `Pages from ${basename(folder)}`,
    homepageId: HOMEPAGE_ID,
    adminAccountIds: [owner.accountId],
  };
  return {
    ...site,
    spaces: [...site.spaces, space],
    contents: [...site.contents, ...contents],
    attachments: [...site.attachments, ...attachments],
  };
}

/** A text file in UTF-8, or in UTF-16 where its byte order mark says so; the mark is no content. */
export function textOf(path: string): string {
  const bytes = readFileSync(path);
  const mark = bytes.toString('latin1', 0, 2);
  return new TextDecoder(mark === '\xff\xfe' ? 'utf-16le' : mark === '\xfe\xff' ? 'utf-16be' : 'utf-8').decode(bytes);
}

/** Titles are unique within a space. */
function uniqueTitle(taken: Set<string>, html: string, name: string): string {
  const title = (firstHeading(html) ?? name).slice(0, MAX_TITLE_CHARS);
  const unique = taken.has(title) ? `${title.slice(0, MAX_TITLE_CHARS - name.length - 3)} (${name})` : title;
  taken.add(unique);
  return unique;
}
