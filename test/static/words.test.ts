import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { JOB_STATES } from '#contract/jobs';
import { VERIFY_STEPS, verifyStepSchema } from '#contract/relay/api';
import { CHECK_STATES } from '#contract/relay/domain-check';
import { STORED_KINDS } from '#contract/screens/administration';
import { HISTORY_OUTCOMES } from '#contract/screens/history';
import { warningSchema } from '#contract/screens/resolvers';
import { authKindSchema, oauthSettingsSchema, securitySchema, spaceSettingsSchema } from '#contract/settings/parts';
import { attachmentRuleSchema, contentRuleSchema, individualCopiesSchema, toWhomSchema, whoSchema } from '#contract/settings/policy';
import { logoChoiceSchema } from '#contract/settings/v2';
import { loadStatic } from '#test/static/load';
import type { Words } from '../../static/src/i18n/words';

type Dictionary = Record<string, string | { one: string; other: string }>;
const { en } = await loadStatic<{ en: Dictionary }>('i18n/en.ts');
const { de } = await loadStatic<{ de: Dictionary }>('i18n/de.ts');
const { createWords } = await loadStatic<{ createWords(locale: string): Words }>('i18n/words.ts');

const sources = globSync('static/src/**/*.{ts,tsx}')
  .filter((path) => !/i18n[\\/](en|de)\.ts$/.test(path))
  .map((path) => readFileSync(path, 'utf8'))
  .join('\n');

/** What may stand behind the prefix of a key that the code puts together. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'send.': ['to', 'cc', 'bcc'],
  'warning.': warningSchema.shape.code.options,
  'preview.': ['desktop', 'phone', 'text'],
  'sending.': ['queued', 'preparing', 'sending'],
  'outcome.': [
    ...JOB_STATES.filter((state) => state === 'partly-sent' || state === 'unknown'),
    'accepted',
    'refused',
    'deferred',
    'waiting',
  ],
  'rules.': ['site', 'domains'],
  'attachments.': ['none', 'noneAllowed'],
  'before.state.': JOB_STATES,
  'account.security.': securitySchema.options,
  'account.auth.': authKindSchema.options,
  'step.': VERIFY_STEPS,
  'step.state.': verifyStepSchema.shape.state.options,
  'oauth.provider.': oauthSettingsSchema.shape.provider.options,
  'oauth.grant.': oauthSettingsSchema.shape.grant.options,
  'oauth.grantHelp.': oauthSettingsSchema.shape.grant.options,
  'tab.': ['sending', 'accounts', 'policy', 'look', 'history', 'diagnostics', 'privacy'],
  'domain.state.': CHECK_STATES,
  'policy.': ['who', 'toWhom', 'content'],
  'policy.who.': whoSchema.shape.mode.unwrap().options,
  'policy.toWhom.': toWhomSchema.shape.mode.unwrap().options,
  'policy.rule.': contentRuleSchema.options,
  'policy.attachments.': attachmentRuleSchema.shape.mode.unwrap().options,
  'policy.copies.': individualCopiesSchema.options,
  'policy.copiesHelp.': individualCopiesSchema.options,
  'look.logo.': logoChoiceSchema.options,
  'history.': ['from', 'to'],
  'history.filter.': HISTORY_OUTCOMES,
  'privacy.kind.': STORED_KINDS,
  'space.source.': spaceSettingsSchema.shape.accountSource.unwrap().options,
};

const detailNames = [...(sources.match(/const DETAILS = \[(.*?)\]/s)?.[1] ?? '').matchAll(/'(\w+)'/g)].map(([, name]) => `detail.${name}`);
const composed = Object.entries(PARTS).flatMap(([prefix, parts]) => parts.map((part) => prefix + part));
const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();
const forms = (message: string | { one: string; other: string } | undefined): string[] =>
  typeof message === 'string' ? [message] : message ? [message.one, message.other] : [];

describe('the words of the interface', () => {
  test('every key exists in English and in German', () => {
    assert.deepEqual(Object.keys(de).sort(), Object.keys(en).sort());
  });

  test('no key is unused', () => {
    const literal = new Set([...sources.matchAll(/['"`]([a-z][\w-]*\.[\w.-]+)['"`]/g)].map(([, key]) => key));
    const used = new Set<string | undefined>([...literal, ...composed, ...detailNames]);
    assert.deepEqual(
      Object.keys(en).filter((key) => !used.has(key)),
      [],
    );
  });

  test('no key that the code puts together is missing', () => {
    const templates = [...sources.matchAll(/`([a-z][\w.]*\.)\$\{/g)].map(([, prefix]) => prefix ?? '');
    assert.deepEqual(
      templates.filter((prefix) => prefix !== 'detail.' && PARTS[prefix] === undefined),
      [],
    );
    assert.deepEqual(
      [...composed, ...detailNames].filter((key) => en[key] === undefined),
      [],
    );
  });

  test('both languages name the same values in each sentence', () => {
    for (const key of Object.keys(en)) {
      const named = (dictionary: Dictionary): string[] => [...new Set(forms(dictionary[key]).flatMap(placeholders))].sort();
      assert.deepEqual(named(de), named(en), key);
    }
  });

  test('a count chooses singular or plural', () => {
    const words = createWords('en-US');
    assert.equal(words.t('send.warningCount', { count: 1 }), '1 warning');
    assert.equal(words.t('send.warningCount', { count: 2 }), '2 warnings');
    assert.equal(createWords('de-DE').t('recipients.members', { count: 1 }), '1 Mitglied');
  });

  test('numbers, sizes and dates are written as the locale writes them', () => {
    assert.equal(createWords('de-DE').size(1_572_864), '1,5 MB');
    assert.equal(createWords('en-US').size(1_572_864), '1.5 MB');
    assert.equal(createWords('en-US').size(812), '812 bytes');
    assert.equal(createWords('en-US').size(26_214_400), '25 MB');
    assert.match(createWords('de_DE').date('2027-03-01T12:00:00Z'), /^01\.03\.2027$/);
  });

  test('an unknown locale reads English', () => {
    assert.equal(createWords('fr-FR').t('send.send'), 'Send');
    assert.equal(createWords('not a locale').t('send.send'), 'Send');
  });
});
