import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainCheckRequestSchema, domainCheckResponseSchema } from '#contract/relay/api';
import { DOMAIN_FINDINGS, describeFinding } from '#contract/relay/domain-check';
import { checkDomain, txtLookup } from '#relay/lookup/domain-check';

type Zone = Record<string, string | string[] | Error>;

/** A name server that knows these text records. */
const serverOf = (zone: Zone) =>
  txtLookup({
    async resolveTxt(name: string) {
      const found = zone[name];
      if (found instanceof Error) throw found;
      if (found === undefined) throw Object.assign(new Error('queryTxt ENOTFOUND'), { code: 'ENOTFOUND' });
      // Strings of a record are put together without anything between them.
      return [found].flat().map((record) => [record.slice(0, 10), record.slice(10)]);
    },
  });
const check = (zone: Zone, request: object = { domain: 'example.org' }) =>
  checkDomain(domainCheckRequestSchema.parse(request), serverOf(zone));
const spf = async (record: string | string[], more: Zone = {}) => (await check({ 'example.org': record, ...more })).spf.code;

describe('SPF', () => {
  test('what the record says at its end', async () => {
    assert.equal(await spf('v=spf1 ip4:192.0.2.1 -all'), 'SPF_STRICT');
    assert.equal(await spf('v=spf1 mx ~all'), 'SPF_SOFT');
    assert.equal(await spf('v=spf1 mx ?all'), 'SPF_NEUTRAL');
    assert.equal(await spf('v=spf1 mx'), 'SPF_NEUTRAL');
    assert.equal(await spf('v=spf1 mx +all'), 'SPF_ALLOWS_ALL');
    assert.equal(await spf('v=spf1 -all'), 'SPF_NOTHING_SENDS');
  });
  test('no record, other records only, or several', async () => {
    assert.equal((await check({})).spf.code, 'SPF_MISSING');
    assert.equal(await spf(['some-verification=1', 'v=spf10 -all']), 'SPF_MISSING');
    assert.equal(await spf(['v=spf1 mx -all', 'v=spf1 a -all']), 'SPF_MULTIPLE');
  });
  test('a redirect is followed to its end', async () => {
    assert.equal(await spf('v=spf1 redirect=_spf.example.net', { '_spf.example.net': 'v=spf1 ip4:192.0.2.0/24 ~all' }), 'SPF_SOFT');
    assert.equal(await spf('v=spf1 redirect=_spf.example.net'), 'SPF_INVALID');
  });
  test('an include that leads nowhere, and words that are none', async () => {
    const broken = await check({ 'example.org': 'v=spf1 include:gone.example.net -all' });
    assert.deepEqual([broken.spf.code, broken.spf.params['part']], ['SPF_INVALID', 'include:gone.example.net']);
    assert.equal(await spf('v=spf1 ipv4:192.0.2.1 -all'), 'SPF_INVALID');
    assert.equal(await spf('v=spf1 ip4:192.0.2.300 -all'), 'SPF_INVALID');
    assert.equal(await spf('v=spf1 ip6:2001:db8::/32 -all'), 'SPF_STRICT');
  });
  test('ten look-ups are allowed, eleven are not, those of includes counted', async () => {
    const includes = (count: number) => `v=spf1 ${Array.from({ length: count }, (_, at) => `include:i${at}.test`).join(' ')} -all`;
    const zone: Zone = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`i${at}.test`, 'v=spf1 ip4:192.0.2.1 -all']));
    assert.equal(await spf(includes(10), zone), 'SPF_STRICT');
    assert.equal(await spf(includes(11), zone), 'SPF_TOO_MANY_LOOKUPS');
    assert.equal(await spf(includes(10), { ...zone, 'i9.test': 'v=spf1 a -all' }), 'SPF_TOO_MANY_LOOKUPS');
  });
  test('records that include each other end', async () => {
    assert.equal(await spf('v=spf1 include:a.test -all', { 'a.test': 'v=spf1 include:example.org -all' }), 'SPF_STRICT');
  });
});

describe('DKIM', () => {
  const strong = `v=DKIM1; k=rsa; p=${Buffer.alloc(294).toString('base64')}`;
  const dkim = async (zone: Zone, selectors: string[] = []) => (await check(zone, { domain: 'example.org', selectors })).dkim;

  test('a key under a usual name or the one given', async () => {
    const usual = await dkim({ 'selector1._domainkey.example.org': strong });
    assert.deepEqual([usual.code, usual.params['selectors']], ['DKIM_FOUND', 'selector1']);
    assert.equal((await dkim({ 'x2026._domainkey.example.org': strong })).code, 'DKIM_NOT_FOUND');
    assert.equal((await dkim({ 'x2026._domainkey.example.org': strong }, ['x2026'])).params['selectors'], 'x2026');
  });
  test('short keys, withdrawn keys, and keys that are short by kind', async () => {
    assert.equal((await dkim({ 'mail._domainkey.example.org': `p=${Buffer.alloc(94).toString('base64')}` })).code, 'DKIM_WEAK');
    assert.equal((await dkim({ 'mail._domainkey.example.org': 'v=DKIM1; p=' })).code, 'DKIM_REVOKED');
    assert.equal((await dkim({ 'mail._domainkey.example.org': `k=ed25519; p=${Buffer.alloc(32).toString('base64')}` })).code, 'DKIM_FOUND');
  });
});

describe('DMARC', () => {
  const dmarc = async (zone: Zone, domain = 'example.org') => (await check(zone, { domain })).dmarc.code;

  test('what the policy asks for', async () => {
    assert.equal(await dmarc({ '_dmarc.example.org': 'v=DMARC1; p=reject; rua=mailto:x@example.org' }), 'DMARC_REJECT');
    assert.equal(await dmarc({ '_dmarc.example.org': 'v=DMARC1;p=Quarantine' }), 'DMARC_QUARANTINE');
    assert.equal(await dmarc({ '_dmarc.example.org': 'v=DMARC1; p=none' }), 'DMARC_NONE');
    assert.equal(await dmarc({ '_dmarc.example.org': 'v=DMARC1; p=rejct' }), 'DMARC_INVALID');
    assert.equal(await dmarc({ '_dmarc.example.org': ['v=DMARC1; p=none', 'v=DMARC1; p=reject'] }), 'DMARC_MULTIPLE');
    assert.equal(await dmarc({}), 'DMARC_MISSING');
  });
  test('a sub-domain without its own policy has that of the domain above, by sp where it is given', async () => {
    assert.equal(await dmarc({ '_dmarc.example.org': 'v=DMARC1; p=reject' }, 'mail.dept.example.org'), 'DMARC_REJECT');
    assert.equal(await dmarc({ '_dmarc.example.org': 'v=DMARC1; p=reject; sp=none' }, 'mail.example.org'), 'DMARC_NONE');
    assert.equal(await dmarc({ '_dmarc.org': 'v=DMARC1; p=reject' }, 'example.org'), 'DMARC_MISSING');
  });
});

test('a name server that does not answer is said for each part on its own', async () => {
  const down = Object.assign(new Error('queryTxt ETIMEOUT'), { code: 'ETIMEOUT' });
  const result = await check({ 'example.org': down, '_dmarc.example.org': 'v=DMARC1; p=none' });
  assert.deepEqual([result.spf.code, result.spf.state, result.dmarc.code], ['DNS_FAILED', 'unknown', 'DMARC_NONE']);
});

test('the domain comes from the sender address where none is named, international ones as A-labels', async () => {
  const result = await check({ 'xn--bcher-kva.example': 'v=spf1 mx -all' }, { fromAddress: 'shop@bücher.example' });
  assert.deepEqual([result.domain, result.spf.code], ['xn--bcher-kva.example', 'SPF_STRICT']);
  await assert.rejects(check({}, { domain: 'localhost' }), { code: 'INVALID_ADDRESS' });
  await assert.rejects(check({}, {}), { code: 'INVALID_ADDRESS' });
});

test('the answer fits the contract however long a record is', async () => {
  const result = await check({ 'example.org': [`v=spf1 ${'ip4:192.0.2.1 '.repeat(200)}-all`] });
  assert.deepEqual(domainCheckResponseSchema.parse(JSON.parse(JSON.stringify(result))), result);
  assert.ok((result.spf.records[0]?.value.length ?? 0) <= 500);
});

test('every finding has a sentence in both languages that names its values', () => {
  for (const code of Object.keys(DOMAIN_FINDINGS) as (keyof typeof DOMAIN_FINDINGS)[]) {
    for (const language of ['en', 'de'] as const) {
      const sentence = describeFinding(code, language, { domain: 'example.org', selectors: 's1', part: 'x' });
      assert.ok(sentence.length > 20 && !sentence.includes('{') && !sentence.includes('…'), sentence);
    }
  }
});
