/** What whoever renders a page should know about its mail, in words. */
import { MAX_MESSAGE_BYTES } from '#contract/limits';
import type { Warning } from '#contract/screens/resolvers';

const SENTENCES: Partial<Record<Warning['code'], string>> = {
  HTML_CLIPPED: 'The page is long. Gmail cuts such a mail and shows a link to the rest',
  IMAGE_MISSING: 'A picture is not in the mail, for no file of the attachments folder has its name',
  IMAGE_EXTERNAL: 'A picture lies on another website; many mail programs show it only when asked',
  MACRO_NOT_SHOWN: 'Macro not shown, the mail links to the page instead',
  CONTENT_REMOVED: 'Does not belong in a mail and was left out',
};

/** A warning's code as words where it has no sentence: `PAGE_RESTRICTED` is “Page restricted”. */
const readable = (code: string): string => `${code[0]}${code.slice(1).toLowerCase().replaceAll('_', ' ')}`;

/** A line for each warning of a rendered page. */
export const warningLines = (warnings: readonly Warning[]): string[] =>
  warnings.map(({ code, subjects }) =>
    [SENTENCES[code] ?? readable(code), ...(subjects.length > 0 ? [subjects.join(', ')] : [])].join(': '),
  );

const megabytes = (bytes: number): string => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

/** The sentence about a mail of more bytes than the app sends; undefined within the limit. */
export const sizeLine = (bytes: number, limit: number = MAX_MESSAGE_BYTES): string | undefined =>
  bytes > limit ? `The mail has ${megabytes(bytes)}. The app sends at most ${megabytes(limit)} and would refuse it` : undefined;
