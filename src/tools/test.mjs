// npm test: sets up everything the tests need, builds, and runs them. `npm test -- test/mail` runs a part, `npm test -- --changed`
// what the changes of this checkout touch.
import { ensureDependencies, runNode } from './setup.mjs';
import { ensureSystemPackages } from './system-packages.mjs';

await ensureDependencies();
ensureSystemPackages();
const built = await runNode(['src/tools/build.ts']);
process.exitCode = built === 0 ? await runNode(['src/tools/run-tests.ts', ...process.argv.slice(2)], { isGroup: true }) : built;
