/** `npm start`: runs the local site until it is told to end. */
import { statSync } from 'node:fs';
import { PortTaken } from '#local/listen';
import { type LocalSite, startLocalSite } from '#local/site';

/** The site ends within this time of a signal, whatever still hangs. */
const END_WITHIN_MS = 4500;

/** A port from the environment. @throws with the variable's name when it is none */
function portFrom(variable: string, fallback: number): number {
  const text = process.env[variable];
  const port = text === undefined || text === '' ? fallback : Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`${variable} must be a port, a number from 0 to 65535`);
  return port;
}

/** A folder from the environment. @throws with the variable's name when it is none, or not there though it must be */
function folderFrom(variable: string, mustExist: boolean): string | undefined {
  const folder = process.env[variable] || undefined;
  const found = folder === undefined ? undefined : statSync(folder, { throwIfNoEntry: false });
  if (mustExist && folder !== undefined && !found) throw new Error(`${variable}: there is no folder ${folder}`);
  if (found && !found.isDirectory()) throw new Error(`${variable}: ${folder} is no folder`);
  return folder;
}

function introduce(site: LocalSite): void {
  console.log(`Pagemail is ready: ${site.url}`);
  console.log(`Inbox:             ${site.inboxUrl}`);
  console.log('People (any password for scripts):');
  for (const user of site.directory.site.users.filter(({ active }) => active)) {
    const spaces = site.directory.site.spaces.filter((space) => space.adminAccountIds.includes(user.accountId)).map(({ key }) => key);
    const role = user.siteAdmin ? 'site administrator' : spaces.length > 0 ? `administers ${spaces.join(', ')}` : 'member';
    console.log(`  ${user.username.padEnd(10)} ${user.name}, ${role}`);
  }
  console.log('Ctrl-C ends it.');
}

/** A terminal and npm may both pass on the same Ctrl-C: only the first one counts. */
function endOnSignal(site: LocalSite): void {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    setTimeout(() => process.exit(0), END_WITHIN_MS).unref();
    void site.close().then(() => process.exit(0));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, end);
}

try {
  const site = await startLocalSite({
    port: portFrom('PAGEMAIL_PORT', 8080),
    inboxPort: portFrom('PAGEMAIL_INBOX_PORT', 8025),
    pagesFolder: folderFrom('PAGEMAIL_PAGES', true),
    dataFolder: folderFrom('PAGEMAIL_DATA', false),
    log: (line) => console.error(line),
  });
  endOnSignal(site);
  introduce(site);
} catch (error) {
  console.error(error instanceof PortTaken || error instanceof Error ? error.message : error);
  process.exit(1);
}
