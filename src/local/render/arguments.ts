/** The command line of `npm run render`. */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseAddress } from '#mail/address';

const SMIME_CIPHERS = ['auto', 'aes256-cbc', 'aes256-gcm'] as const;
const KEY_TRANSPORTS = ['auto', 'rsa-pkcs1', 'rsa-oaep'] as const;
const SIGNATURES = ['rsa-pkcs1', 'rsa-pss'] as const;
const SIGNATURE_HASHES = ['sha256', 'sha384', 'sha512'] as const;
const PGP_CIPHERS = ['aes128', 'aes192', 'aes256'] as const;
const COMPRESSIONS = ['none', 'zip', 'zlib'] as const;

export const USAGE = `Usage: npm run render -- page.html -o mail.eml [options]
       npm run render -- page.html --open [options]

  -o, --output FILE      where to write the mail
  --open                 shows page and mail side by side in the browser, until Ctrl-C; BROWSER=none only prints the address
  --attachments DIR      an image whose attachment name or last address segment is a file there is inlined
  --base URL             address of the page; relative links resolve against it
  --subject TEXT         the page's first heading by default
  --note TEXT            text above the page
  --language en|de       of the words around the page
  --from ADDRESS         of the sender; by default what the signing key names
  --to ADDRESS           of a recipient, may come several times; by default what the readers' keys name
  -h, --help             shows this

Signed and encrypted:
  --smime FILE...        encrypts with S/MIME for these certificates (.pem, .cer, .p7b)
  --pgp FILE...          encrypts with OpenPGP for these keys (.asc, .gpg)
  --sign FILE            signs: a .p12, .pfx or .pem with a private key and its certificate, or a secret OpenPGP key
  --passphrase-file FILE its first line opens the file of --sign
  --visible-subject      no header protection: the subject of an encrypted mail can be read on the way
  --no-legacy-display    a hidden subject does not stand in the text as well
  --smime-cipher NAME    ${SMIME_CIPHERS.join(', ')}; auto by default
  --smime-keytransport NAME  for RSA keys: ${KEY_TRANSPORTS.join(', ')}; auto by default
  --smime-signature NAME of RSA keys: ${SIGNATURES.join(', ')}; rsa-pkcs1 by default
  --smime-hash NAME      of RSA signatures: ${SIGNATURE_HASHES.join(', ')}; sha256 by default
  --smime-opaque         the content within the signature
  --pgp-cipher NAME      ${PGP_CIPHERS.join(', ')}; by default what every key takes
  --pgp-compression NAME ${COMPRESSIONS.join(', ')}; by default what every key takes`;

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
  readonly from: string | undefined;
  readonly to: readonly string[];
  /** Undefined: neither signed nor encrypted. */
  readonly secure: SecureWishes | undefined;
}

export interface SecureWishes {
  readonly encrypt: { readonly protocol: 'smime' | 'openpgp'; readonly files: readonly string[] } | undefined;
  readonly sign: string | undefined;
  readonly passphraseFile: string | undefined;
  readonly protectSubject: boolean;
  readonly legacyDisplay: boolean;
  readonly smimeCipher: (typeof SMIME_CIPHERS)[number];
  readonly smimeKeyTransport: (typeof KEY_TRANSPORTS)[number];
  readonly smimeSignature: (typeof SIGNATURES)[number];
  readonly smimeHash: (typeof SIGNATURE_HASHES)[number];
  readonly smimeOpaque: boolean;
  readonly pgpCipher: (typeof PGP_CIPHERS)[number] | undefined;
  readonly pgpCompression: (typeof COMPRESSIONS)[number] | undefined;
}

const OPTIONS = {
  output: { type: 'string', short: 'o' },
  open: { type: 'boolean', default: false },
  attachments: { type: 'string' },
  base: { type: 'string', default: FALLBACK_BASE },
  subject: { type: 'string' },
  note: { type: 'string', default: '' },
  language: { type: 'string', default: 'en' },
  from: { type: 'string' },
  to: { type: 'string', multiple: true, default: [] as string[] },
  help: { type: 'boolean', short: 'h', default: false },
  smime: { type: 'string', multiple: true, default: [] as string[] },
  pgp: { type: 'string', multiple: true, default: [] as string[] },
  sign: { type: 'string' },
  'passphrase-file': { type: 'string' },
  'visible-subject': { type: 'boolean', default: false },
  'no-legacy-display': { type: 'boolean', default: false },
  'smime-cipher': { type: 'string' },
  'smime-keytransport': { type: 'string' },
  'smime-signature': { type: 'string' },
  'smime-hash': { type: 'string' },
  'smime-opaque': { type: 'boolean', default: false },
  'pgp-cipher': { type: 'string' },
  'pgp-compression': { type: 'string' },
} as const;

const parse = (args: readonly string[]) => parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS, tokens: true });
type Parsed = ReturnType<typeof parse>;
type Values = Parsed['values'];

/** What is wanted; `help` where only the usage is. @throws UsageError, or Node's ERR_PARSE_ARGS_… errors */
export function readArguments(args: readonly string[]): Wishes | 'help' {
  const parsed = parse(args);
  const { values } = parsed;
  if (values.help) return 'help';
  const { smime, pgp, pages } = filesIn(parsed);
  const [page, ...rest] = pages;
  if (!page || rest.length > 0) throw new UsageError('One page is needed.');
  if (!values.output && !values.open) throw new UsageError('Say where to write the mail (-o) or that it is to be shown (--open).');
  if (values.output && resolve(values.output) === resolve(page)) throw new UsageError('-o: the mail would replace the page.');
  if (!/^https?:/.test(values.base) || !URL.canParse(values.base))
    throw new UsageError(`--base: ${values.base} is not an http or https address.`);
  if (values.language !== 'en' && values.language !== 'de') throw new UsageError('--language: en or de.');
  const { output, open, attachments, base, subject, note, language } = values;
  const secure = secureWishes(values, smime, pgp);
  if (secure && open) throw new UsageError('--open shows mails that are neither signed nor encrypted; use -o.');
  return { page, output, open, attachments, base, subject, note, language, ...addresses(values), secure };
}

/** `--smime` and `--pgp` take several files, one after the other; the page is told from them by its name. */
function filesIn({ tokens }: Parsed): { smime: string[]; pgp: string[]; pages: string[] } {
  const found = { smime: [] as string[], pgp: [] as string[], pages: [] as string[] };
  let list = found.pages;
  for (const token of tokens) {
    if (token.kind === 'option') {
      list = token.name === 'smime' || token.name === 'pgp' ? found[token.name] : found.pages;
      if (list !== found.pages && token.value !== undefined) list.push(token.value);
    } else if (token.kind === 'positional') (/\.html?$/i.test(token.value) ? found.pages : list).push(token.value);
    else list = found.pages;
  }
  return found;
}

function addresses({ from, to }: Values): { from: string | undefined; to: string[] } {
  for (const [name, address] of [...(from === undefined ? [] : [['--from', from]]), ...to.map((each) => ['--to', each])])
    if (parseAddress(address ?? '') === undefined) throw new UsageError(`${name}: ${address} is no mail address.`);
  return { from, to };
}

/** One of the names. @throws UsageError */
function oneOf<T extends string>(option: string, value: string | undefined, names: readonly T[]): T | undefined {
  if (value === undefined) return undefined;
  const found = names.find((name) => name === value);
  if (found === undefined) throw new UsageError(`--${option}: ${names.slice(0, -1).join(', ')} or ${names.at(-1)}.`);
  return found;
}

function secureWishes(values: Values, smime: string[], pgp: string[]): SecureWishes | undefined {
  const { sign, 'passphrase-file': passphraseFile } = values;
  const choices = {
    smimeCipher: oneOf('smime-cipher', values['smime-cipher'], SMIME_CIPHERS) ?? 'auto',
    smimeKeyTransport: oneOf('smime-keytransport', values['smime-keytransport'], KEY_TRANSPORTS) ?? 'auto',
    smimeSignature: oneOf('smime-signature', values['smime-signature'], SIGNATURES) ?? 'rsa-pkcs1',
    smimeHash: oneOf('smime-hash', values['smime-hash'], SIGNATURE_HASHES) ?? 'sha256',
    smimeOpaque: values['smime-opaque'],
    pgpCipher: oneOf('pgp-cipher', values['pgp-cipher'], PGP_CIPHERS),
    pgpCompression: oneOf('pgp-compression', values['pgp-compression'], COMPRESSIONS),
    protectSubject: !values['visible-subject'],
    legacyDisplay: !values['no-legacy-display'],
  };
  if (smime.length > 0 && pgp.length > 0) throw new UsageError('--smime and --pgp: one mail has one kind of readers; write two mails.');
  const encrypts = smime.length + pgp.length > 0;
  if (passphraseFile !== undefined && sign === undefined) throw new UsageError('--passphrase-file: there is no --sign that it opens.');
  const idle = needless(values, { smime: smime.length > 0, pgp: pgp.length > 0, sign: sign !== undefined });
  if (idle) throw new UsageError(idle);
  if (!encrypts && sign === undefined) return undefined;
  const encrypt = encrypts ? ({ protocol: smime.length > 0 ? 'smime' : 'openpgp', files: [...smime, ...pgp] } as const) : undefined;
  return { encrypt, sign, passphraseFile, ...choices };
}

/** What an option has no effect without; a mail that is not encrypted is not to be taken for one that is. */
function needless(values: Values, has: { smime: boolean; pgp: boolean; sign: boolean }): string | undefined {
  const rules: readonly [keyof Values, boolean, string][] = [
    ['smime-cipher', has.smime, '--smime'],
    ['smime-keytransport', has.smime, '--smime'],
    ['smime-signature', has.sign, '--sign'],
    ['smime-hash', has.sign, '--sign'],
    ['smime-opaque', has.sign, '--sign'],
    ['pgp-cipher', has.pgp, '--pgp'],
    ['pgp-compression', has.pgp, '--pgp'],
    ['visible-subject', has.smime || has.pgp || has.sign, '--smime, --pgp or --sign'],
    ['no-legacy-display', has.smime || has.pgp, '--smime or --pgp'],
  ];
  const rule = rules.find(([name, isMet]) => values[name] !== undefined && values[name] !== false && !isMet);
  return rule && `--${rule[0]}: has no effect without ${rule[2]}.`;
}
