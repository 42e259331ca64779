/**
 * How fast and in how much memory mails are signed and encrypted, against `openssl cms` as child processes, in the same run:
 * node test/bench/secure/smime.ts
 * Both begin with a file and end with one: a mail in base64 whose content is signed. Ours runs in a process of its own for each measurement,
 * warm as the relay is, the two in turn; medians of the time on the clock, and the most memory above what the process had before.
 */
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream, readFileSync, rmSync, statSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { base64Stream } from '#mail/compose/base64';
import { chooseAlgorithms, detachedSigner, encrypted, openIdentity, parseCertificates } from '#mail/secure/smime/smime';
import { openssl, People, run } from '#test/mail/secure/smime/openssl';

const MEGABYTE = 1024 * 1024;
const ROUNDS = 5;
const READERS = 50;
const PAGE_BYTES = 20_000;

async function* signedMail(file: string, identity: ReturnType<typeof openIdentity>): AsyncGenerator<Buffer> {
  const signer = detachedSigner(identity, { signingTime: new Date() });
  yield Buffer.from('Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary="b"\r\n\r\n--b\r\n');
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    signer.update(chunk);
    yield chunk;
  }
  yield Buffer.from('\r\n--b\r\nContent-Type: application/pkcs7-signature\r\nContent-Transfer-Encoding: base64\r\n\r\n');
  yield Buffer.from(`${signer.signature().toString('base64').replace(/.{76}/g, '$&\r\n')}\r\n--b--\r\n`);
}

async function ours(people: string, file: string, out: string, sign: boolean): Promise<void> {
  const { certificates } = parseCertificates(readFileSync(people));
  const content = sign ? signedMail(file, openIdentity(readFileSync(`${people}.identity`), '')) : createReadStream(file);
  const choice = chooseAlgorithms(certificates.map((certificate) => ({ certificate })));
  const cms = encrypted(content, certificates, { ...choice, random: randomBytes });
  // As much waits to be written as waits for a mail server.
  await pipeline(base64Stream(cms as AsyncIterable<Buffer>), createWriteStream(out, { highWaterMark: MEGABYTE }));
}

interface Measured {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** In the child: what one mail takes after some small ones. */
async function child(people: string, file: string, out: string, sign: boolean, warm: string): Promise<void> {
  for (let round = 0; round < 20; round += 1) await ours(people, warm, out, sign);
  const before = process.memoryUsage.rss();
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss());
  }, 5);
  const start = performance.now();
  await ours(people, file, out, sign);
  const milliseconds = performance.now() - start;
  clearInterval(timer);
  process.stdout.write(JSON.stringify({ milliseconds, megabytes: (peak - before) / MEGABYTE } satisfies Measured));
}

const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

function inChild(...args: string[]): Measured {
  const { stdout, stderr, status } = spawnSync(process.execPath, [import.meta.filename, 'child', ...args], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}
function timed(work: () => void): number {
  const start = performance.now();
  work();
  return performance.now() - start;
}

function compare(name: string, size: number, our: () => Measured, their: () => void): void {
  const [mine, theirs]: [Measured[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    mine.push(our());
    theirs.push(timed(their));
  }
  const [our_, their_] = [median(mine.map(({ milliseconds }) => milliseconds)), median(theirs)];
  const rate = (milliseconds: number): string =>
    size >= MEGABYTE ? `${(size / MEGABYTE / (milliseconds / 1000)).toFixed(0)} MB/s` : `${milliseconds.toFixed(1)} ms`;
  const memory = `+${Math.max(...mine.map(({ megabytes }) => megabytes)).toFixed(0)} MB`;
  console.log(`${name}: ours ${rate(our_)}, ${memory}; openssl cms ${rate(their_)}; ${(their_ / our_).toFixed(2)} times as fast`);
}

function main(): void {
  using people = new People();
  const mira = people.make('mira');
  const readers = people.file('readers', mira.pem);
  people.file('readers.identity', readFileSync(mira.keyFile, 'utf8') + mira.pem);
  const out = people.file('out');
  const warm = people.file('warm', randomBytes(64 * 1024));
  const signed = people.file('signed');
  for (const size of [10, 100]) {
    const file = people.file(
      'content',
      Buffer.from(
        randomBytes((size * MEGABYTE * 3) / 4)
          .toString('base64')
          .replace(/.{76}/g, '$&\r\n'),
      ),
    );
    compare(
      `sign and encrypt ${size} MB`,
      statSync(file).size,
      () => inChild(readers, file, out, 'sign', warm),
      () => {
        openssl(['cms', '-sign', '-binary', '-in', file, '-signer', mira.certificateFile, '-inkey', mira.keyFile, '-out', signed]);
        openssl(['cms', '-encrypt', '-binary', '-aes-256-cbc', '-in', signed, '-out', out, mira.certificateFile]);
      },
    );
    rmSync(file);
  }
  const many = Array.from({ length: READERS }, (_, at) => people.make(`reader-${at}`));
  const all = people.file('all', many.map(({ pem }) => pem).join(''));
  const page = people.file('page', randomBytes(PAGE_BYTES));
  compare(
    `encrypt a page of 20 KB for ${READERS}`,
    PAGE_BYTES,
    () => inChild(all, page, out, '', page),
    () =>
      void run('openssl', [
        'cms',
        '-encrypt',
        '-binary',
        '-aes-256-cbc',
        '-in',
        page,
        '-out',
        out,
        ...many.map(({ certificateFile }) => certificateFile),
      ]),
  );
}

const [mode, people = '', file = '', out = '', sign = '', warm = ''] = process.argv.slice(2);
if (mode === 'child') await child(people, file, out, sign !== '', warm);
else main();
