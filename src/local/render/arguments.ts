/** The command line of `npm run render`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: npm run render -- page.html -o mail.eml [options]
       npm run render -- page.html --open [options]

  -o, --output FILE      where to write the mail
  --open                 shows page and mail side by side in the browser, until Ctrl-C; BROWSER=none only prints the address
  --attachments DIR      an image whose attachment name or last address segment is a file there is inlined
  --base URL             address of the page; relative links resolve against it
  --subject TEXT         the page's first heading by default
  --note TEXT            text above the page
  --language en|de       of the words around the page
  -h, --help             shows this`;

const FALLBACK_BASE = 'https://example.atlassian.net/wiki/';

/** The command line was not understood. */
export class UsageError extends Error {}

export interface Wishes {
  readonly page: string;
  /** Undefined: the mail is only shown. */
  readonly output: string | undefined;
  readonly open: boolean;
  readonly attachments: string | undefined;
  readonly base: string;
  readonly subject: string | undefined;
  readonly note: string;
  readonly language: 'en' | 'de';
}

/** What is wanted; `help` where only the usage is. @throws UsageError, or Node's ERR_PARSE_ARGS_… errors */
export function readArguments(args: readonly string[]): Wishes | 'help' {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      output: { type: 'string', short: 'o' },
      open: { type: 'boolean', default: false },
      attachments: { type: 'string' },
      base: { type: 'string', default: FALLBACK_BASE },
      subject: { type: 'string' },
      note: { type: 'string', default: '' },
      language: { type: 'string', default: 'en' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  if (values.help) return 'help';
  const [page, ...rest] = positionals;
  if (!page || rest.length > 0) throw new UsageError('One page is needed.');
  if (!values.output && !values.open) throw new UsageError('Say where to write the mail (-o) or that it is to be shown (--open).');
  if (values.output && resolve(values.output) === resolve(page)) throw new UsageError('-o: the mail would replace the page.');
  if (!/^https?:/.test(values.base) || !URL.canParse(values.base))
    throw new UsageError(`--base: ${values.base} is not an http or https address.`);
  if (values.language !== 'en' && values.language !== 'de') throw new UsageError('--language: en or de.');
  const { output, open, attachments, base, subject, note, language } = values;
  return { page, output, open, attachments, base, subject, note, language };
}
