/** Loaded first in the process of each test file: ends it when it is still there after its time, so that a forgotten server cannot hang the whole run. */
import { isMainThread } from 'node:worker_threads';

/** Milliseconds a file may take; generous, because machines are noisy. The runner's own tests shorten it. */
const FILE_LIMIT_MS = Number(process.env['PAGEMAIL_TEST_FILE_MS'] ?? 360_000);

if (isMainThread) {
  // Does not keep the process: a file that has closed what it opened ends long before.
  setTimeout(() => {
    console.error(`still running after ${FILE_LIMIT_MS / 1000} s: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, FILE_LIMIT_MS).unref();
}
