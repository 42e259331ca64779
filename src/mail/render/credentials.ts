/**
 * Addresses that let in whoever has them: signed media, storage links with a signature, session ids. A page shows them to people who may see it;
 * a mail would hand them to everybody it is passed on to. They never leave with a mail.
 */

/** Names of query parameters whose value is a credential, in lower case, letters and digits alone. */
const NAMES: ReadonlySet<string> = new Set([
  'authorization',
  'bearer',
  'jwt',
  'assertion',
  'samlresponse',
  // Signed addresses: CloudFront, Google Cloud Storage, Azure's shared access signatures, Tencent, Akamai.
  'sig',
  'tempurlsig',
  'xamzcredential',
  'xgoogcredential',
  'credential',
  'googleaccessid',
  'keypairid',
  'qak',
  'hmac',
  'hdnts',
  'hdnea',
  // Keys and passwords. Not `pwd`: that is the passcode in the link of a meeting, which is meant to be passed on.
  'pass',
  'userpass',
  'pw',
  'passphrase',
  'privatekey',
  'authkey',
  'subscriptionkey',
  'functionskey',
  // Sessions.
  'jsessionid',
  'phpsessid',
  'sesskey',
]);
/** What the names of credentials end with, whatever is before: `private_token`, `X-Amz-Signature`, `params[api_key]`. */
const ENDINGS = /(?:token|secret|password|passwd|signature|apikey|accesskey|accesskeyid|secretkey|sessionid|sessid)$/;
/** Tokens that only say where a list goes on. */
const PLACES_IN_LISTS = /(?:page|next|prev|previous|continuation|sync|delta|skip|cursor)token$/;
/** Names that other things have as well: credentials where the value is long and random. */
const SOMETIMES: ReadonlySet<string> = new Set(['key', 'auth', 'code', 'session', 'sess', 'sid', 'ticket']);
/** A JSON Web Token, whatever it is called (RFC 7519). */
const JWT = /(?:^|[^\w-])(eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*)/;
/** What a value says that switches something, and is no secret. */
const SWITCH = /^(?:true|false|yes|no|on|off|0|1)$/i;
/** ASP.NET's session in the path. */
const SESSION_IN_PATH = /\/\(S\(\w+\)\)?/i;
/** Addresses within addresses are followed this far. */
const MAX_NESTING = 3;

/** Long, and letters and digits mixed, as no word is; a UUID too. */
const isRandom = (value: string): boolean =>
  value.split(/[^A-Za-z0-9]/).some((run) => run.length >= 16 && /\d/.test(run) && /[A-Za-z]/.test(run)) ||
  /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/i.test(value);

function isCredential(name: string, value: string): boolean {
  const plain = name.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (value === '') return false;
  if (NAMES.has(plain)) return true;
  if (ENDINGS.test(plain)) return !SWITCH.test(value) && !PLACES_IN_LISTS.test(plain);
  return SOMETIMES.has(plain) && isRandom(value);
}

/** Names and values, parted by `&` or by `;`; what cannot be decoded stays as it is. */
const pairsOf = (text: string): (readonly [name: string, value: string])[] => text.split(/[&;]/).flatMap(pairIn);

function pairIn(text: string): (readonly [name: string, value: string])[] {
  // Most have nothing to be decoded.
  if (/[%+?]/.test(text)) return [...new URLSearchParams(text)];
  const equals = text.indexOf('=');
  if (equals >= 0) return [[text.slice(0, equals), text.slice(equals + 1)]];
  return text === '' ? [] : [[text, '']];
}

const hasPairs = (text: string, depth: number): boolean =>
  pairsOf(text).some(
    ([name, value]) => isCredential(name, value) || JWT.test(value) || (depth < MAX_NESTING && cut(value, depth + 1) !== value),
  );

const inPath = (path: string, depth: number): boolean =>
  JWT.test(path) || SESSION_IN_PATH.test(path) || (path.includes(';') && inPathParameters(path, depth));

const inPathParameters = (path: string, depth: number): boolean =>
  path
    .split(';')
    .slice(1)
    .some((part) => hasPairs(part.replace(/\/.*$/, ''), depth));

/** Whether the address holds a credential: in its query, its fragment, a path parameter (`;jsessionid=`), or before its host. */
export function hasCredential(url: URL, depth = 0): boolean {
  if (url.username !== '' && (url.password !== '' || isRandom(url.username))) return true;
  if (url.search.length > 1 && hasPairs(url.search.slice(1), depth)) return true;
  if (url.hash.length > 1 && (JWT.test(url.hash) || hasPairs(url.hash.slice(1).replace(/^[^?]*\?/, ''), depth))) return true;
  return inPath(url.pathname, depth);
}

/** Whether a text may hold an address with a credential at all; cheap, for texts that are many. */
const mayHoldCredential = (text: string): boolean =>
  (text.includes('=') && /[?&;#]/.test(text)) ||
  (text.includes('@') && text.includes('://')) ||
  text.includes('eyJ') ||
  /\/\(S\(/i.test(text);

/** What stands between blanks and quotation marks. */
const WORD = /[^\s<>"'“”‘’„«»|]+/g;
/** Characters that show nothing: they part an address for those who look for it, not for those who copy it. */
const INVISIBLE = /[\u00ad\u200b-\u200f\u2060\ufeff]/g;

interface Address {
  /** What stands before it in its word. */
  readonly before: string;
  readonly address: string;
}

/** The address in a word that holds a credential; also one without scheme or host, as people write them. */
function credentialIn(word: string, depth: number): Address | undefined {
  if (!mayHoldCredential(word)) return undefined;
  const shown = word.replace(INVISIBLE, '');
  const scheme = /[a-z][a-z0-9+.-]{0,30}:\/\//i.exec(shown);
  const at = scheme?.index ?? /^[^\w/.]*/.exec(shown)?.[0].length ?? 0;
  const address = shown.slice(at);
  if (!scheme && !/[?#/]|^eyJ/.test(address)) return undefined;
  const url = URL.parse(address, 'https://page.invalid/');
  return url && hasCredential(url, depth) ? { before: shown.slice(0, at), address } : undefined;
}

/** The address up to what lets in: without who logs in, query and fragment, path parameters, tokens in the path. */
function harmlessPart(address: string): string {
  const open = address.replace(/^([^/?#]*\/\/)[^/?#]*@/, '$1');
  const token = JWT.exec(open);
  const ends = [open.search(/[?#;]/), open.search(SESSION_IN_PATH), token ? token.index + token[0].length - (token[1] ?? '').length : -1];
  return open.slice(0, Math.min(...ends.filter((end) => end >= 0), open.length));
}

function cutWord(word: string, depth: number): string {
  const found = credentialIn(word, depth);
  return found ? found.before + harmlessPart(found.address) + (/[)\]}.,:!?]{1,5}$/.exec(found.address)?.[0] ?? '') : word;
}

/** Credentials alone, and only those that do not just stand for one (`token=YOUR_TOKEN`). */
const cutCodeWord = (word: string): string =>
  credentialIn(word, 0)
    ? word
        .replace(/([?&;#][^=&;?#]*=)([^&;#`)\]]+)/g, (pair, name: string, value: string) => (isRandom(value) ? `${name}…` : pair))
        .replace(new RegExp(JWT, 'g'), (all, token: string) => all.replace(token, '…'))
        .replace(SESSION_IN_PATH, '/…')
        .replace(/:\/\/([^/?#@]*)@/, (all, who: string) => (isRandom(who) ? '://…@' : all))
    : word;

const cut = (text: string, depth: number): string => (mayHoldCredential(text) ? text.replace(WORD, (word) => cutWord(word, depth)) : text);

/** The text with every address in it that holds a credential cut before its query. Linear in its length. */
export const withoutCredentials = (text: string): string => cut(text, 0);

/** The characters from `from` to before `to` are to be `text`. */
export interface Edit {
  readonly from: number;
  readonly to: number;
  readonly text: string;
}

/** What has to be changed in a text so that no address in it holds a credential, in order; in code, which is to the byte, as little as can be. */
export function credentialEdits(text: string, isCode: boolean): Edit[] {
  if (!mayHoldCredential(text)) return [];
  return [...text.matchAll(WORD)].flatMap(({ 0: word, index }) => {
    const harmless = isCode ? cutCodeWord(word) : cutWord(word, 0);
    if (harmless === word) return [];
    let same = 0;
    while (same < harmless.length && harmless[same] === word[same]) same += 1;
    return [{ from: index + same, to: index + word.length, text: harmless.slice(same) }];
  });
}

/** Parameters that name the file behind an address. */
const FILE_NAMES = ['name', 'filename', 'fileName', 'file', 'title'] as const;

/** The name that an address gives its file in a parameter: `name=chart.png`, `response-content-disposition=attachment; filename="…"`. */
export function nameInQuery(address: string): string | undefined {
  const at = address.indexOf('?');
  if (at < 0) return undefined;
  const query = new URLSearchParams(address.slice(at + 1).replace(/#.*$/s, ''));
  const named = FILE_NAMES.map((name) => query.get(name)).find((value) => value);
  const disposition = query.get('response-content-disposition') ?? query.get('rscd') ?? '';
  const name = named ?? /filename\*?=(?:UTF-8'')?"?([^";]+)/i.exec(disposition)?.[1];
  return name && !/[\u0000-\u001f]/.test(name) ? name.replace(/^.*[\\/]/s, '').slice(0, 255) || undefined : undefined;
}
