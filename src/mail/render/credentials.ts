/**
 * Addresses that let in whoever has them: signed media, storage links with a signature, session ids. A page shows them to people who may see it;
 * a mail would hand them to everybody it is passed on to. They never leave with a mail.
 */

/** Names of query parameters whose value is a credential, in lower case, without `-`, `_` and `.`. */
const NAMES: ReadonlySet<string> = new Set([
  // Atlassian's media service, and what most services call it.
  'token',
  'accesstoken',
  'authtoken',
  'authorization',
  'bearer',
  'idtoken',
  'refreshtoken',
  'sessiontoken',
  'securitytoken',
  'usertoken',
  'jwt',
  'assertion',
  'samlresponse',
  // Signed addresses: Amazon S3 and CloudFront, Google Cloud Storage, Azure's shared access signatures.
  'signature',
  'sig',
  'xamzsignature',
  'xamzcredential',
  'xamzsecuritytoken',
  'awsaccesskeyid',
  'xgoogsignature',
  'xgoogcredential',
  'googleaccessid',
  'keypairid',
  'hmac',
  'sharedaccesssignature',
  'hdnts',
  'hdnea',
  // Keys and passwords. Not `pwd`: that is the passcode in the link of a meeting, which is meant to be passed on.
  'apikey',
  'xapikey',
  'secret',
  'clientsecret',
  'sharedsecret',
  'password',
  'passwd',
  'ospassword',
  'osauthtoken',
  // Sessions.
  'sessionid',
  'jsessionid',
  'phpsessid',
  'cloudsessiontoken',
]);
/** A JSON Web Token, whatever it is called (RFC 7519). */
const JWT = /^eyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*$/;
/** `key=` is a credential where its value is long and random, as API keys are; an issue's or a document's key is not. */
const isRandomKey = (name: string, value: string): boolean =>
  name === 'key' && value.length >= 24 && /\d/.test(value) && /[A-Za-z]/.test(value) && !/[\s+%]/.test(value);

const plainName = (name: string): string => name.toLowerCase().replace(/[-_.]/g, '');

const isCredential = (name: string, value: string): boolean => {
  const plain = plainName(name);
  return value !== '' && (NAMES.has(plain) || JWT.test(value) || isRandomKey(plain, value));
};

/** Whether a text may hold an address with a credential at all; cheap, for texts that are many. */
export const mayHoldCredential = (text: string): boolean => text.includes('://') && /[?&;#][\w.%-]+=|:\/\/[^\s/?#]*@/.test(text);

const hasPairs = (text: string): boolean => [...new URLSearchParams(text)].some(([name, value]) => isCredential(name, value));

/** Whether the address holds a credential: in its query, its fragment, a path parameter (`;jsessionid=`), or before its host. */
export function hasCredential(url: URL): boolean {
  if (url.username !== '' && url.password !== '') return true;
  if (url.search.length > 1 && hasPairs(url.search)) return true;
  if (url.hash.includes('=') && hasPairs(url.hash.slice(1).replace(/^.*?\?/, ''))) return true;
  return (
    /;[\w-]+=/.test(url.pathname) &&
    url.pathname
      .split(';')
      .slice(1)
      .some((part) => hasPairs(part.replace(/\/.*$/, '')))
  );
}

const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/[^\s<>"'“”‘’]+/gi;

/** The text with every address in it that holds a credential cut before its query. */
export function withoutCredentials(text: string): string {
  if (!mayHoldCredential(text)) return text;
  return text.replace(ADDRESS, (address) => {
    const url = URL.parse(address);
    if (!url || !hasCredential(url)) return address;
    return `${url.protocol}//${url.host}${url.pathname.replace(/;.*$/, '')}`;
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
