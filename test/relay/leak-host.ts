/** A relay that writes its heap to standard output when it is told so: for the test that looks for secrets in it. */
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { getHeapSnapshot, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startRelay } from '#relay/server';
import { parseConfig } from '#relay/shared/config';

const relay = await startRelay(parseConfig(process.env), { logTo: { write: (line) => void process.stderr.write(line) } });
process.stdout.write(`${JSON.stringify({ url: relay.url, msg: 'listening' })}\n`);

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
for await (const line of createInterface(process.stdin)) {
  if (line !== 'heap') continue;
  collect();
  await pipeline(getHeapSnapshot(), process.stdout, { end: false });
  process.stdout.write('\n---\n');
}
