import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Answer, type ForgeCall, installForge } from '#test/app/forge';
import { codeOf } from '#test/app/rig';

installForge(() => undefined);
const { pushDelivery, pushMaintenance } = await import('#app/jobs/queue');

const busy = () => new Response('', { status: 429 });
const taken = () => Response.json({}, { status: 201 });
const answering = (...answers: (() => Response)[]): ForgeCall[] => {
  const left = [...answers];
  const answer: Answer = () => (left.shift() ?? taken)();
  return installForge(answer);
};

test('an event that the queue turns away for a moment is pushed again', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const calls = answering(busy, busy);
  const pushed = pushDelivery({ jobId: 'job1', attempt: 2 }, 30);
  for (let turn = 0; turn < 20; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    t.mock.timers.tick(2000);
  }
  await pushed;
  assert.equal(calls.length, 3);
  assert.partialDeepStrictEqual(calls[2]?.body, { payload: [{ body: { v: 1, jobId: 'job1', attempt: 2 }, delayInSeconds: 30 }] });
});

test('a push that fails otherwise is told with a code', async () => {
  answering(() => Response.json({ message: 'no' }, { status: 500 }));
  await assert.rejects(pushDelivery({ jobId: 'job1', attempt: 1 }, 0), codeOf('QUEUE_BUSY'));
  answering(() => Response.json({ failedEvents: [{ errorMessage: 'x' }] }, { status: 202 }));
  await assert.rejects(pushDelivery({ jobId: 'job1', attempt: 1 }, 0), codeOf('QUEUE_BUSY'));
  answering(() => new Response('', { status: 405 }));
  await assert.rejects(pushMaintenance('delete-all'), codeOf('STORAGE_BUSY'));
});
