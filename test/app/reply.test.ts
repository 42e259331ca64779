import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { toFailure } from '#app/failure';
import { replyText } from '#app/reply';
import { describeError, ERROR_CODES, isOfTheAccount } from '#contract/errors';
import { MAX_REPLY_CHARS } from '#contract/limits';
import { failureSchema } from '#contract/result';

describe('what the mail server said', () => {
  test('is code, enhanced code and words in one line', () => {
    assert.equal(replyText({ code: 550, enhanced: '5.7.1', reply: 'not today' }), '550 5.7.1 not today');
    assert.equal(replyText({ code: 450 }), '450');
    assert.equal(replyText(undefined), undefined);
  });
  test('names no address, whatever a relay lets through, and fits its limit', () => {
    assert.equal(replyText({ code: 550, reply: '<a.b@example.com>: no; "q r"@example.com too' }), '550 <…>: no; … too');
    const long = replyText({ code: 550, reply: 'x'.repeat(500) });
    assert.equal(long?.length, MAX_REPLY_CHARS);
    assert.ok(failureSchema.safeParse({ code: 'MESSAGE_REJECTED', reply: long }).success);
  });
  test('goes with a coded failure and never with any other', () => {
    assert.deepEqual(toFailure(new Error('550 secret')), { code: 'INTERNAL' });
  });
});

describe('who reads about a failure', () => {
  test('a sender is told nothing about servers, ports, consents and passwords to set right', () => {
    for (const code of ERROR_CODES.filter(isOfTheAccount)) {
      for (const language of ['en', 'de'] as const) {
        const { help } = describeError(code, language, {}, 'sender');
        assert.doesNotMatch(help, /port|host|server|passw|client|consent|zustimmung|SPF|relay/i, code);
      }
    }
  });
  test('an administrator is told what to do', () => {
    assert.match(describeError('CONNECTION_REFUSED', 'en').help, /465/);
    assert.match(describeError('OAUTH_FAILED', 'en', { reason: 'invalid_client' }).sentence, /\(invalid_client\)/);
    assert.doesNotMatch(describeError('OAUTH_FAILED', 'en').sentence, /[({…]/);
  });
});
