import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { describeKeyProblem, KEY_PROBLEM_CODES, KEY_PROBLEMS } from '#contract/keys/problems';

const placeholders = (text: string): string[] => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '').sort();

describe('what can be wrong with a key', () => {
  test('every code has a sentence and an advice in both languages, with the same placeholders', () => {
    for (const code of KEY_PROBLEM_CODES) {
      const { en, de, helpEn, helpDe } = KEY_PROBLEMS[code];
      for (const text of [en, de, helpEn, helpDe]) assert.match(text, /^\S.*\.$/u, code);
      assert.deepEqual(placeholders(de), placeholders(en), code);
      assert.deepEqual([helpEn, helpDe].flatMap(placeholders), [], code);
    }
  });

  test('placeholders are filled; what is missing is shown as such, or goes with its brackets', () => {
    const expired = { code: 'EXPIRED', params: { date: '2026-01-31' } };
    assert.equal(describeKeyProblem(expired, 'en').sentence, 'The key has expired on 2026-01-31.');
    assert.equal(describeKeyProblem(expired, 'de').sentence, 'Der Schlüssel ist am 2026-01-31 abgelaufen.');
    assert.equal(describeKeyProblem({ code: 'EXPIRED' }, 'en').sentence, 'The key has expired on ….');
    assert.equal(describeKeyProblem({ code: 'KEY_TOO_SHORT' }, 'en').sentence, 'The key is too short to be safe.');
  });

  test('a code of another version reads as a file without a key', () => {
    for (const code of ['OF_TOMORROW', 'constructor', '__proto__'])
      assert.equal(describeKeyProblem({ code }, 'en').sentence, KEY_PROBLEMS.FILE_UNREADABLE.en);
  });
});
