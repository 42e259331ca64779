import type { RelayMessage } from '#contract/relay/api';

/**
 * The hidden subject at the beginning of the texts, for programs that do not show protected header fields; those that do leave it out
 * (RFC 9788 §2.1.2, §5.2.2).
 */

/** Parameter of each text's `Content-Type` that begins so. */
export const LEGACY_DISPLAY_PARAMETER = '; hp-legacy-display="1"';

export function withLegacyDisplay(message: RelayMessage): RelayMessage {
  const line = `Subject: ${message.subject}`;
  return { ...message, text: `${line}\r\n\r\n${message.text}`, html: inBody(message.html, line) };
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

function inBody(html: string, line: string): string {
  const element = `<div class="header-protection-legacy-display">\n<pre>${escaped(line)}</pre>\n</div>\n`;
  const body = /<body\b[^>]*>/i.exec(html);
  const at = body ? body.index + body[0].length : 0;
  return `${html.slice(0, at)}${element}${html.slice(at)}`;
}

/** A text without the lines that say once more what its hidden fields say (RFC 9788 §4.5.3.2): all up to the first empty one. */
export const textWithoutLegacyDisplay = (text: string): string => text.replace(/^(?:[^\r\n]+\r?\n)+\r?\n/, '');

/** HTML without them (RFC 9788 §4.5.3.3). */
export const htmlWithoutLegacyDisplay = (html: string): string =>
  html.replace(/<div\s+class\s*=\s*["']?header-protection-legacy-display["']?\s*>\s*<pre>[^<]*<\/pre>\s*<\/div>\s*/i, '');
