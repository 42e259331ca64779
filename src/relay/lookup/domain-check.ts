/** Whether mail from a domain will be believed, as the DNS shows it: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489). */
import type { Resolver } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { DomainCheckRequest, DomainCheckResponse } from '#contract/relay/api';
import type { CheckState, DomainFinding, DomainFindingResult } from '#contract/relay/domain-check';
import { DOMAIN_FINDINGS } from '#contract/relay/domain-check';
import { domainOf, parseAddress } from '#mail/address';
import { RelayError } from '#relay/shared/errors';

/** The text records of a name, each with its strings put together; `[]` when there are none. Rejects when the DNS does not answer. */
export type TxtLookup = (name: string) => Promise<readonly string[]>;

/** Answers that mean that there are no such records. */
const NO_RECORDS: ReadonlySet<unknown> = new Set(['ENOTFOUND', 'ENODATA', 'ENONAME']);

/** Look-ups by a resolver of node:dns; long records come in strings of 255 octets. */
export const txtLookup =
  (resolver: Pick<Resolver, 'resolveTxt'>): TxtLookup =>
  async (name) => {
    try {
      return (await resolver.resolveTxt(name)).map((strings) => strings.join(''));
    } catch (error) {
      if (error instanceof Error && NO_RECORDS.has(Reflect.get(error, 'code'))) return [];
      throw error;
    }
  };

/** Look-ups that receivers make for one SPF record at most (RFC 7208 §4.6.4). */
const MAX_SPF_LOOKUPS = 10;
/** Names at which signing services usually publish their keys. */
const USUAL_SELECTORS = [
  'default',
  'selector1',
  'selector2',
  'google',
  'mail',
  'dkim',
  's1',
  's2',
  'k1',
  'k2',
  'mxvault',
  'fm1',
  'protonmail',
  'smtp',
];
const MAX_RECORD_CHARS = 500;
const MAX_RECORDS = 20;

type Found = readonly { readonly name: string; readonly value: string }[];

const result = (code: DomainFinding, params: Record<string, string>, records: Found = []): DomainFindingResult => ({
  state: DOMAIN_FINDINGS[code].state as CheckState,
  code,
  params,
  records: records.slice(0, MAX_RECORDS).map(({ name, value }) => ({ name, value: value.slice(0, MAX_RECORD_CHARS) })),
});

/** @throws RelayError INVALID_ADDRESS when the request names no domain */
export async function checkDomain(request: DomainCheckRequest, lookup: TxtLookup): Promise<DomainCheckResponse> {
  const named = request.domain ?? domainOf(request.fromAddress ?? '');
  const address = parseAddress(`postmaster@${named.replace(/\.$/, '')}`);
  if (!address) throw new RelayError('INVALID_ADDRESS', { params: { address: named } });
  const domain = domainOf(address);
  const safely = (check: Promise<DomainFindingResult>) => check.catch(() => result('DNS_FAILED', { domain }));
  const [spf, dkim, dmarc] = await Promise.all([
    safely(checkSpf(domain, lookup)),
    safely(checkDkim(domain, request.selectors, lookup)),
    safely(checkDmarc(domain, lookup)),
  ]);
  return { domain, spf, dkim, dmarc };
}

// --- SPF -------------------------------------------------------------------------------------------------------------

const isSpf = (record: string): boolean => /^v=spf1(\s|$)/i.test(record);
const spfOf = async (domain: string, lookup: TxtLookup): Promise<string[]> => (await lookup(domain)).filter(isSpf);

const MECHANISM = /^[+\-~?]?(?:all|include:\S+|a(?:[:/]\S+)?|mx(?:[:/]\S+)?|ptr(?::\S+)?|ip4:\S+|ip6:\S+|exists:\S+)$/i;
const MODIFIER = /^[a-z][a-z0-9_.-]*=\S*$/i;

async function checkSpf(domain: string, lookup: TxtLookup): Promise<DomainFindingResult> {
  const records = await spfOf(domain, lookup);
  const [record] = records;
  const found = records.map((value) => ({ name: domain, value }));
  if (record === undefined) return result('SPF_MISSING', { domain });
  if (records.length > 1) return result('SPF_MULTIPLE', { domain }, found);
  const invalid = invalidTerm(record);
  if (invalid !== undefined) return result('SPF_INVALID', { domain, part: invalid.slice(0, 100) }, found);
  const walk = await walkSpf(domain, record, lookup);
  if (walk.broken !== undefined) return result('SPF_INVALID', { domain, part: walk.broken.slice(0, 100) }, found);
  if (walk.lookups > MAX_SPF_LOOKUPS) return result('SPF_TOO_MANY_LOOKUPS', { domain }, found);
  return result(policyOfSpf(record, walk.all), { domain }, found);
}

const termsOf = (record: string): string[] => record.trim().split(/\s+/).slice(1);

/** The first term that RFC 7208 §12 does not know; an address that is none counts. */
function invalidTerm(record: string): string | undefined {
  return termsOf(record).find((term) => {
    const ip = /^[+\-~?]?ip([46]):([^/]+)(?:\/\d{1,3})?$/i.exec(term);
    if (/^[+\-~?]?ip[46]:/i.test(term)) return !ip || isIP(ip[2] ?? '') !== Number(ip[1]);
    return !MECHANISM.test(term) && !MODIFIER.test(term);
  });
}

/** What `all` says at the end, following `redirect=`; look-ups as RFC 7208 §4.6.4 counts them; an include that leads nowhere is `broken`. */
async function walkSpf(domain: string, record: string, lookup: TxtLookup) {
  const seen = new Set([domain]);
  const state: { lookups: number; all: string | undefined; broken: string | undefined } = { lookups: 0, all: undefined, broken: undefined };
  const queue = [{ record, isRoot: true }];
  for (let next = queue.shift(); next && state.lookups <= MAX_SPF_LOOKUPS && state.broken === undefined; next = queue.shift()) {
    const terms = termsOf(next.record);
    const all = terms.find((term) => /^[+\-~?]?all$/i.test(term));
    if (next.isRoot) state.all = all?.toLowerCase();
    for (const term of terms) {
      const target = /^[+\-~?]?include:(\S+)$/i.exec(term)?.[1] ?? (all === undefined ? /^redirect=(\S+)$/i.exec(term)?.[1] : undefined);
      if (target !== undefined || /^[+\-~?]?(a|mx|ptr|exists)([:/]|$)/i.test(term)) state.lookups += 1;
      // Macros depend on the mail; a name seen before is a loop that counting ends anyhow.
      if (target === undefined || target.includes('%') || seen.has(target.toLowerCase()) || state.lookups > MAX_SPF_LOOKUPS) continue;
      seen.add(target.toLowerCase());
      const inner = await spfOf(target.toLowerCase(), lookup);
      if (inner.length === 1) queue.push({ record: inner[0] ?? '', isRoot: next.isRoot && term.toLowerCase().startsWith('redirect=') });
      else state.broken = term;
    }
  }
  return state;
}

function policyOfSpf(record: string, all: string | undefined): DomainFinding {
  if (all === 'all' || all === '+all') return 'SPF_ALLOWS_ALL';
  if (all === '-all') return termsOf(record).length === 1 ? 'SPF_NOTHING_SENDS' : 'SPF_STRICT';
  return all === '~all' ? 'SPF_SOFT' : 'SPF_NEUTRAL';
}

// --- DKIM ------------------------------------------------------------------------------------------------------------

/** Tags of a record: `name=value` parted by semicolons (RFC 6376 §3.2). */
const tagsOf = (record: string): Map<string, string> =>
  new Map(
    record.split(';').flatMap((part) => {
      const [name, ...value] = part.split('=');
      return name?.trim() && value.length > 0 ? [[name.trim().toLowerCase(), value.join('=').trim()] as const] : [];
    }),
  );

async function checkDkim(domain: string, selectors: readonly string[], lookup: TxtLookup): Promise<DomainFindingResult> {
  const names = [...new Set([...selectors, ...USUAL_SELECTORS])];
  const answers = await Promise.all(
    names.map(async (selector) => {
      const name = `${selector}._domainkey.${domain}`;
      const record = (await lookup(name)).find((each) => tagsOf(each).has('p'));
      return record === undefined ? [] : [{ selector, name, value: record, key: tagsOf(record).get('p') ?? '' }];
    }),
  );
  const found = answers.flat();
  if (found.length === 0) return result('DKIM_NOT_FOUND', { domain });
  const working = found.filter(({ key }) => key !== '');
  const strong = working.filter(({ key, value }) => isStrongKey(key, value));
  const [code, shown]: [DomainFinding, typeof found] =
    strong.length > 0 ? ['DKIM_FOUND', strong] : working.length > 0 ? ['DKIM_WEAK', working] : ['DKIM_REVOKED', found];
  return result(code, { domain, selectors: shown.map(({ selector }) => selector).join(', ') }, found);
}

/** Bytes of a 1024-bit RSA key as SubjectPublicKeyInfo are 162; shorter ones receivers ignore (RFC 8301 §3.2). Ed25519 keys are short and strong. */
const MIN_RSA_KEY_BYTES = 150;
function isStrongKey(key: string, record: string): boolean {
  if (tagsOf(record).get('k')?.toLowerCase() === 'ed25519') return true;
  return Buffer.from(key.replace(/\s+/g, ''), 'base64').length >= MIN_RSA_KEY_BYTES;
}

// --- DMARC -----------------------------------------------------------------------------------------------------------

/** Domains asked for one policy. */
const MAX_DMARC_DOMAINS = 8;

/** Where the policy of a domain may stand: at itself, else at a domain above it, never at the top level. */
function dmarcDomains(domain: string): string[] {
  const labels = domain.split('.');
  const above = labels.slice(1, -1).map((_, at) => labels.slice(at + 1).join('.'));
  return [domain, ...above.slice(-(MAX_DMARC_DOMAINS - 1))];
}

async function checkDmarc(domain: string, lookup: TxtLookup): Promise<DomainFindingResult> {
  for (const at of dmarcDomains(domain)) {
    const name = `_dmarc.${at}`;
    const records = (await lookup(name)).filter((record) => /^v\s*=\s*DMARC1\s*(;|$)/i.test(record));
    const [record] = records;
    if (record === undefined) continue;
    const found = records.map((value) => ({ name, value }));
    if (records.length > 1) return result('DMARC_MULTIPLE', { domain }, found);
    const tags = tagsOf(record);
    const policy = (at === domain ? undefined : tags.get('sp')) ?? tags.get('p') ?? '';
    const code = DMARC_POLICIES[policy.toLowerCase()];
    return code ? result(code, { domain }, found) : result('DMARC_INVALID', { domain, part: `p=${policy}`.slice(0, 100) }, found);
  }
  return result('DMARC_MISSING', { domain });
}

const DMARC_POLICIES: Readonly<Record<string, DomainFinding | undefined>> = {
  none: 'DMARC_NONE',
  quarantine: 'DMARC_QUARANTINE',
  reject: 'DMARC_REJECT',
};
