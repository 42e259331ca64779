import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as z from 'zod';
import { AppFailure, canSucceedLater, toFailure } from '#app/failure';
import { errorChain, misfits } from '#app/log';

test('a log names errors by code and kind, never by message', () => {
  const error = new AppFailure(
    'LOGIN_FAILED',
    { host: 'mail.example.org' },
    { cause: new TypeError('user robot, password sesame', { cause: 'sesame' }) },
  );
  assert.equal(errorChain(error), 'LOGIN_FAILED < TypeError');
  assert.equal(errorChain('sesame'), 'string');
  assert.equal(errorChain(undefined), 'undefined');
});

test('a log names the fields that did not fit, never what stood in them', () => {
  const schema = z.object({ to: z.array(z.object({ kind: z.enum(['user']) })), secrets: z.record(z.string(), z.number()) });
  const { error } = schema.safeParse({ to: [{ kind: 'sesame' }], secrets: { 'ada@x.example': 'sesame' } });
  assert.ok(error);
  assert.equal(misfits(error), 'to.0.kind, secrets.?');
  assert.equal(misfits(z.number().safeParse('sesame').error as z.ZodError), '(all)');
});

test('a chain of causes that goes in a circle ends', () => {
  const error: Error = new Error('a');
  error.cause = error;
  assert.equal(errorChain(error).split(' < ').length, 5);
});

test('only a coded failure crosses the wire as itself', () => {
  assert.deepEqual(toFailure(new AppFailure('SERVER_BUSY')), { code: 'SERVER_BUSY' });
  assert.deepEqual(toFailure(new AppFailure('HOST_NOT_FOUND', { host: 'h' })), { code: 'HOST_NOT_FOUND', params: { host: 'h' } });
  for (const error of [new Error('x'), { code: 'SERVER_BUSY' }, null]) assert.deepEqual(toFailure(error), { code: 'INTERNAL' });
});

test('a failure is tried again by itself when nothing has to change for it', () => {
  assert.deepEqual(
    (['SERVER_BUSY', 'LOGIN_FAILED', 'OUTCOME_UNKNOWN'] as const).map((code) => canSucceedLater({ code })),
    [true, false, false],
  );
});
