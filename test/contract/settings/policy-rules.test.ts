import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sendPolicySchema, toWhomSchema } from '#contract/settings/policy';
import {
  displayName,
  extensionOf,
  matchesDomain,
  parseDomainPattern,
  parseDomainPatterns,
  refusalOfAddress,
  refusalOfAttachment,
  strictest,
} from '#contract/settings/policy-rules';

describe('domain patterns', () => {
  for (const [typed, pattern] of [
    ['Example.ORG', 'example.org'],
    [' .example.org ', '.example.org'],
    ['*.example.org', '.example.org'],
    ['@example.org', 'example.org'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['.BÜCHER.example', '.xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
  ] as const) {
    test(`“${typed}” is read as ${pattern}`, () => assert.equal(parseDomainPattern(typed), pattern));
  }

  for (const typed of [
    '',
    '.',
    'localhost',
    'example',
    'a b.org',
    'exa_mple.org',
    'user@example.org',
    '10.0.0.1',
    '..example.org',
    'ex*.org',
    '-a.org',
    `${'a'.repeat(64)}.org`,
  ]) {
    test(`“${typed.slice(0, 20)}” is no domain`, () => assert.equal(parseDomainPattern(typed), undefined));
  }

  test('a domain alone means no sub-domain', () => {
    assert.equal(matchesDomain('example.org', 'example.org'), true);
    assert.equal(matchesDomain('mail.example.org', 'example.org'), false);
  });

  test('a leading dot means the domain and all its sub-domains, and nothing that only ends alike', () => {
    assert.equal(matchesDomain('example.org', '.example.org'), true);
    assert.equal(matchesDomain('a.b.example.org', '.example.org'), true);
    assert.equal(matchesDomain('badexample.org', '.example.org'), false);
    assert.equal(matchesDomain('example.org.evil.test', '.example.org'), false);
  });

  test('upper case and international names match their other forms', () => {
    assert.equal(matchesDomain('BÜCHER.example', 'xn--bcher-kva.example'), true);
    assert.equal(matchesDomain('Sub.Example.Org', '.example.org'), true);
  });

  test('what is no domain never matches', () => assert.equal(matchesDomain('', '.example.org'), false));

  test('a pasted list keeps order, drops duplicates and names what is no domain', () => {
    assert.deepEqual(parseDomainPatterns('b.org, A.org;\n.c.org  a.org nonsense'), {
      patterns: ['b.org', 'a.org', '.c.org'],
      invalid: ['nonsense'],
    });
  });

  test('the schema brings patterns to their one form and refuses others', () => {
    assert.deepEqual(toWhomSchema.parse({ denyDomains: ['@BÜCHER.example'] }).denyDomains, ['xn--bcher-kva.example']);
    assert.equal(toWhomSchema.safeParse({ denyDomains: ['nope'] }).success, false);
  });
});

describe('addresses', () => {
  const rule = (input: unknown) => toWhomSchema.parse(input);
  const everyone = rule({});
  const onlySite = rule({ mode: 'site' });
  const partners = rule({ mode: 'domains', allowDomains: ['.partner.example'], denyDomains: ['old.partner.example'] });

  test('without rules everybody may get mail', () => {
    assert.equal(refusalOfAddress('a@other.test', 'outside', [everyone]), undefined);
    assert.equal(refusalOfAddress('a@other.test', 'outside', []), undefined);
  });

  test('where only people of the site may, an outside address is refused by name', () => {
    assert.deepEqual(refusalOfAddress('a@other.test', 'outside', [onlySite]), {
      code: 'OUTSIDE_NOT_ALLOWED',
      params: { address: 'a@other.test' },
    });
    assert.equal(refusalOfAddress('a@other.test', 'site', [onlySite]), undefined);
  });

  test('only listed domains may, and people of the site always', () => {
    assert.equal(refusalOfAddress('a@x.partner.example', 'outside', [partners]), undefined);
    assert.deepEqual(refusalOfAddress('a@other.test', 'outside', [partners]), {
      code: 'DOMAIN_NOT_ALLOWED',
      params: { domain: 'other.test' },
    });
    assert.equal(refusalOfAddress('a@other.test', 'site', [partners]), undefined);
  });

  test('a denied domain beats an allowed one, also for people of the site', () => {
    const denied = { code: 'DOMAIN_DENIED', params: { domain: 'old.partner.example' } };
    assert.deepEqual(refusalOfAddress('a@old.partner.example', 'outside', [partners]), denied);
    assert.deepEqual(refusalOfAddress('a@old.partner.example', 'site', [partners]), denied);
  });

  test('site and space have to agree', () => {
    const space = rule({ mode: 'domains', allowDomains: ['x.partner.example'] });
    assert.equal(refusalOfAddress('a@x.partner.example', 'outside', [partners, space]), undefined);
    assert.equal(refusalOfAddress('a@y.partner.example', 'outside', [partners, space])?.code, 'DOMAIN_NOT_ALLOWED');
    assert.equal(refusalOfAddress('a@x.partner.example', 'outside', [onlySite, space])?.code, 'OUTSIDE_NOT_ALLOWED');
  });

  test('an allow list without entries allows nobody outside', () => {
    assert.equal(refusalOfAddress('a@b.test', 'outside', [rule({ mode: 'domains' })])?.code, 'DOMAIN_NOT_ALLOWED');
  });
});

describe('attachments', () => {
  const rule = (input: unknown) => sendPolicySchema.parse({ limits: { attachments: input } }).limits.attachments;

  test('endings are compared without case, the last one counting', () => {
    assert.equal(extensionOf('Report.PDF'), 'pdf');
    assert.equal(extensionOf('invoice.pdf.exe'), 'exe');
    for (const hidden of [' ', '.', ' . .', '\u200b', '\u202e', '\t']) assert.equal(extensionOf(`invoice.exe${hidden}`), 'exe');
    assert.equal(extensionOf('...'), '');
    assert.equal(extensionOf('README'), '');
    assert.equal(extensionOf('.profile'), '');
  });

  test('only the listed kinds, or all but them, or none', () => {
    assert.equal(refusalOfAttachment('a.pdf', rule({ mode: 'only', extensions: ['PDF'] })), undefined);
    assert.deepEqual(refusalOfAttachment('a.exe', rule({ mode: 'only', extensions: ['pdf'] })), {
      code: 'ATTACHMENT_TYPE',
      params: { name: 'a.exe' },
    });
    assert.equal(refusalOfAttachment('a.exe', rule({ mode: 'except', extensions: ['exe'] }))?.code, 'ATTACHMENT_TYPE');
    assert.equal(refusalOfAttachment('a.pdf', rule({ mode: 'except', extensions: ['exe'] })), undefined);
    assert.equal(refusalOfAttachment('a.pdf', rule({ mode: 'none' }))?.code, 'ATTACHMENT_TYPE');
    assert.equal(refusalOfAttachment('a.pdf', rule({})), undefined);
  });

  test('a file without an ending is in no list', () => {
    assert.equal(refusalOfAttachment('README', rule({ mode: 'only', extensions: ['pdf'] }))?.code, 'ATTACHMENT_TYPE');
    assert.equal(refusalOfAttachment('README', rule({ mode: 'except', extensions: ['exe'] })), undefined);
  });
});

test('the stricter of two rules for content wins', () => {
  assert.equal(strictest([]), 'allow');
  assert.equal(strictest(['no-outside', 'allow']), 'no-outside');
  assert.equal(strictest(['no-outside', 'refuse', 'allow']), 'refuse');
});

test('the display name is filled once and can start no header of its own', () => {
  const names = { name: 'Ada {account}\r\nBcc: x', account: 'Team' };
  assert.equal(displayName('{name} via {account}', names), 'Ada {account} Bcc: x via Team');
  assert.equal(displayName('{other}', names), '{other}');
});

test('without a pattern the account’s own name stands, or who sends by way of Confluence', () => {
  assert.equal(displayName('', { name: 'Ada', account: 'Team mail' }), 'Team mail');
  assert.equal(displayName(' ', { name: 'Ada', account: '' }), 'Ada via Confluence');
});
