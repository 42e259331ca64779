/** `npm run render`: a page from a file as the mail that the app would send, by the same code; written to a file, or shown beside the page. */
import { type Listening, listen } from '#local/listen';
import { readArguments, USAGE, UsageError, type Wishes } from '#local/render/arguments';
import { openInBrowser } from '#local/render/browser';
import { sizeLine, warningLines } from '#local/render/findings';
import { composeMail, type RenderedFile, renderFile, writeMail } from '#local/render/mail';
import { viewRoutes } from '#local/render/view';

/** Bytes of the mail; what its files would have been read for goes nowhere. */
async function sizeOf(rendered: RenderedFile, wishes: Wishes): Promise<number> {
  const { stream, sizeBytes } = await composeMail(rendered, wishes);
  stream.destroy();
  return sizeBytes;
}

/** Writes the mail and says what the app would warn of; a mail that the app would refuse makes the command fail. */
async function write(rendered: RenderedFile, wishes: Wishes, output: string): Promise<void> {
  const bytes = await writeMail(rendered, wishes, output);
  console.log(`${output}: ${bytes} bytes`);
  const tooLarge = sizeLine(bytes);
  for (const line of [tooLarge, ...warningLines(rendered.mail.warnings)]) if (line !== undefined) console.error(`${line}.`);
  if (tooLarge !== undefined) process.exitCode = 1;
}

async function show(wishes: Wishes): Promise<void> {
  const server = await listen(0, 'the port');
  const view = viewRoutes(
    () => renderFile(wishes),
    (rendered) => sizeOf(rendered, wishes),
  );
  server.serve((request) => view.fetch(request));
  endOnSignal(server);
  const url = `http://localhost:${server.port}`;
  console.log(`Page and mail: ${url}\nCtrl-C ends it.`);
  if (process.env['BROWSER'] !== 'none') openInBrowser(url);
}

function endOnSignal(server: Listening): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => void server.close().then(() => process.exit(0)));
}

async function run(wishes: Wishes): Promise<void> {
  const rendered = renderFile(wishes);
  if (wishes.output !== undefined) await write(rendered, wishes, wishes.output);
  if (wishes.open) await show(wishes);
}

try {
  const wishes = readArguments(process.argv.slice(2));
  if (wishes === 'help') console.log(USAGE);
  else await run(wishes);
} catch (error) {
  const isUsage = error instanceof UsageError || (error as NodeJS.ErrnoException).code?.startsWith('ERR_PARSE_ARGS');
  console.error(isUsage ? `${(error as Error).message}\n\n${USAGE}` : error instanceof Error ? error.message : error);
  process.exitCode = isUsage ? 2 : 1;
}
