// npm start: the whole product on one machine. What is wrong with the environment is said before anything is built.
import { ensureDependencies, runNodes } from './setup.mjs';

await ensureDependencies();
process.exitCode = await runNodes(['src/local/check-config.ts'], ['src/tools/build.ts'], ['src/local/main.ts', ...process.argv.slice(2)]);
