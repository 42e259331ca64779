/** Runs the relay from environment variables: `node --permission --allow-fs-read=* --allow-addons src/relay/main.ts [--check | --help]`. */
import { readFileSync } from 'node:fs';
import { startRelay } from '#relay/server';
import { ConfigError, configTable, parseConfig } from '#relay/shared/config';

const HELP = `The relay of Pagemail: turns one HTTPS request into one SMTP transaction.

  --check   reads the configuration, names every problem, and ends
  --help    this text

Environment variables:

${configTable()}
`;

function configuration() {
  try {
    return parseConfig(process.env, (path) => readFileSync(path, 'utf8'));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.problems.join('\n'));
    process.exit(78);
  }
}

if (process.argv.includes('--help')) console.log(HELP);
else {
  const config = configuration();
  if (process.argv.includes('--check')) console.log('The configuration is sound.');
  else {
    if (process.permission?.has('fs.write') ?? true)
      console.error('This process may write files. Start it with node --permission --allow-fs-read=* --allow-addons.');
    const relay = await startRelay(config);
    let signals = 0;
    const end = (): void => {
      signals += 1;
      if (signals > 1) process.exit(1);
      void relay.close().then(() => process.exit(0));
    };
    process.on('SIGTERM', end).on('SIGINT', end);
  }
}
