/** `npm start`: runs the local site until it is told to end. */
import { readConfig } from '#local/config';
import { difficultRecipients } from '#local/demo/recipients';
import { type LocalSite, startLocalSite } from '#local/site';

/** The site ends within this time of a signal, whatever still hangs. */
const END_WITHIN_MS = 4500;

function introduce(site: LocalSite): void {
  console.log(`Pagemail is ready: ${site.url}`);
  console.log(`Inbox:             ${site.inboxUrl}`);
  console.log('People (any password for scripts):');
  for (const user of site.directory.site.users.filter(({ active }) => active)) {
    const spaces = site.directory.site.spaces.filter((space) => space.adminAccountIds.includes(user.accountId)).map(({ key }) => key);
    const role = user.siteAdmin ? 'site administrator' : spaces.length > 0 ? `administers ${spaces.join(', ')}` : 'member';
    console.log(`  ${user.username.padEnd(10)} ${user.name}, ${role}`);
  }
  const { refused, deferred } = difficultRecipients;
  console.log(`Recipients to try: ${refused} is refused, ${deferred} is put off once and then gets the mail`);
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
    ...readConfig(process.env),
    log: (line) => console.error(line),
  });
  endOnSignal(site);
  introduce(site);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
