// npm start: the whole product on one machine.
import { ensureDependencies, runNode } from './setup.mjs';

ensureDependencies();
const built = await runNode(['src/tools/build.ts']);
process.exitCode = built === 0 ? await runNode(['src/local/main.ts', ...process.argv.slice(2)]) : built;
