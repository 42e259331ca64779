import { readdirSync, readFileSync } from 'node:fs';
import { attachments } from '#local/demo/attachments';
import { type ElementScope, expandElements } from '#local/demo/elements';
import { accountIdOf, groupIdOf } from '#local/demo/people';
import { spaceIdOf } from '#local/demo/spaces';
import type { DemoContent } from '#local/model';

/** Each file in pages/ opens with a comment of lines `name: value`. */
const FRONT_MATTER = /^<!--\n([\s\S]*?)\n-->\n/;
const PAGES = new URL('pages/', import.meta.url);

const list = (text: string | undefined): string[] => (text ? text.split(',').map((item) => item.trim()) : []);

function scopeOf(contentId: string, title: string): ElementScope {
  return {
    contentId,
    title,
    attachment(filename) {
      const found = attachments.find((file) => file.contentId === contentId && file.title === filename);
      if (!found) throw new Error(`Page ${contentId} shows ${filename}, which is not attached`);
      return { id: found.id, version: found.version, mediaType: found.mediaType, modifiedMs: Date.parse(found.createdAt) };
    },
  };
}

function parse(source: string, name: string): DemoContent {
  const head = FRONT_MATTER.exec(source);
  if (!head?.[1]) throw new Error(`${name} has no head`);
  const fields = Object.fromEntries(
    head[1].split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const { id = '', title = '', space = '', author = '', created = '', version = '1', parent } = fields;
  const users = list(fields['restrict-users']).map(accountIdOf);
  const groups = list(fields['restrict-groups']).map(groupIdOf);
  return {
    id,
    type: fields.type === 'blogpost' ? 'blogpost' : 'page',
    spaceId: spaceIdOf(space),
    ...(parent ? { parentId: parent } : {}),
    title,
    body: expandElements(source.slice(head[0].length).trim(), scopeOf(id, title)),
    authorId: accountIdOf(author),
    createdAt: created,
    version: Number(version),
    ...(users.length + groups.length > 0 ? { restrictedTo: { users, groups } } : {}),
    labels: list(fields.labels),
  };
}

/** Every page and blog post in pages/, in the order of their ids. */
export const fileContents: readonly DemoContent[] = readdirSync(PAGES)
  .filter((name) => name.endsWith('.html'))
  .map((name) => parse(readFileSync(new URL(name, PAGES), 'utf8'), name))
  .sort((one, other) => Number(one.id) - Number(other.id));
