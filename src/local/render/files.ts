/** The files that `npm run render` reads and writes, with errors that people understand. */
import { reasonOf } from '#local/config';
import { textOf } from '#local/pages';

/** A file cannot be used; the message names it and says why. */
export class FileError extends Error {
  override readonly name = 'FileError';
}

/** What `use` gives. @throws FileError that begins with `what` where a file cannot be used */
export function using<T>(what: string, path: string, use: () => T): T {
  try {
    return use();
  } catch (cause) {
    throw fileError(what, path, cause);
  }
}

export const fileError = (what: string, path: string, cause: unknown): FileError =>
  new FileError(`${what}: ${path} ${reasonOf(cause)}.`, { cause });

/** What no text holds: the control characters that HTML does not allow (HTML Standard, 13.2.3.5), found in pictures, archives and programs. */
const BINARY = /[\u0000-\u0008\u000b\u000e-\u001a\u001c-\u001f]/;
/** A drawing, or another document in XML, and not a page. */
const OTHER_MARKUP = /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]{0,2000}?-->\s*)?(?:<!DOCTYPE\s+(?!html\b)[^>]*>\s*)?<(?:svg|rss|feed|plist)\b/i;

/** The markup of a page's file. @throws FileError where the file cannot be read or is no page */
export function readPage(path: string): string {
  const html = using('The page', path, () => textOf(path));
  if (html.trim() === '') throw new FileError(`The page: ${path} is empty.`);
  if (BINARY.test(html) || OTHER_MARKUP.test(html) || !/<[a-z]/i.test(html))
    throw new FileError(`The page: ${path} is no HTML. Give the body of a page as Confluence renders or exports it.`);
  return html;
}
