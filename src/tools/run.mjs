// Runs one of the project's programs on the pinned Node: node src/tools/run.mjs <file> [arguments]
import { ensureDependencies, runNode } from './setup.mjs';

await ensureDependencies();
process.exitCode = await runNode(process.argv.slice(2));
