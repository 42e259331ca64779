import { hasCredential, nameInQuery } from '#mail/render/credentials';

const SAFE_SCHEMES = new Set([
  'http:',
  'https:',
  'mailto:',
  'tel:',
  'sip:',
  'sips:',
  'xmpp:',
  'geo:',
  'im:',
  'ftp:',
  'ftps:',
  'sftp:',
  'git:',
  'ssh:',
  'slack:',
  'msteams:',
  'zoommtg:',
]);

/** Longest address that is kept; mail programs and browsers cut longer ones. */
const MAX_URL_CHARS = 4096;

/**
 * An address on the page as an absolute one (WHATWG URL, resolved against `base`); undefined when it is none or of a scheme that could
 * run something (`javascript:`, `data:`, `vbscript:`, `file:` and whatever is not known). One that holds a credential is `base` itself: the page,
 * where whoever may see it can follow it.
 */
export function absoluteUrl(href: string | undefined, base: string): string | undefined {
  const trimmed = href?.trim() ?? '';
  if (trimmed === '' || trimmed.length > MAX_URL_CHARS) return undefined;
  const url = URL.parse(trimmed, base);
  if (!url || !SAFE_SCHEMES.has(url.protocol)) return undefined;
  if (hasCredential(url)) return base;
  return url.href.length > MAX_URL_CHARS ? undefined : url.href;
}

/** The host, and the port where it is not the scheme's, of an absolute address as `absoluteUrl` gives it; empty where it has none. */
export const hostOf = (url: string): string => /^[a-z][a-z0-9+.-]*:\/\/(?:[^/?#@]*@)?([^/?#]*)/.exec(url)?.[1] ?? '';

/** The last segment of an address's path, decoded: most often a file's name. */
export function lastSegment(url: string): string {
  const path = url.replace(/[?#].*$/s, '');
  const segment = path.slice(path.lastIndexOf('/') + 1);
  try {
    return decodeURIComponent(segment.replace(/\+/g, ' '));
  } catch {
    return segment;
  }
}

/** What a person would call the file behind an address. */
export const fileNameIn = (url: string): string => nameInQuery(url) ?? lastSegment(url).replace(/;.*$/s, '');

/** An address as a person reads it: without scheme and end slash, percent-encoded letters shown, at most `max` characters. */
export function readableUrl(url: string, max = 80): string {
  const short = url
    .replace(/^https?:\/\/(?:www\.)?/, '')
    .replace(/^mailto:/, '')
    .replace(/\/$/, '');
  return short.length > max ? `${short.slice(0, max - 1)}…` : short;
}
