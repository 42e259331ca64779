import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { build } from 'esbuild';
import { PERMISSIONS, type RelayProcess, relayBundle, startRelayProcess, temporaryFolder } from '#test/relay/relay-process';
import { APP_ID, sendRequest, startRig } from '#test/relay/rig';
import { makeCertificate } from '#test/support/smtp-certificates';
import { startScriptedServer } from '#test/support/smtp-script';

/** Nothing of a mail may be left after this time. */
const FORGOTTEN_AFTER_MS = 60_000;
const ROUNDS = 30;

/** Words that occur nowhere but in what must not leak; parts of them would do as well. */
const word = (what: string): string => `${what}${randomBytes(6).toString('hex')}`;
const secrets = {
  password: word('password'),
  user: word('user'),
  recipient: word('recipient'),
  sender: word('sender'),
  subject: word('subject'),
  html: word('html'),
  text: word('text'),
  attachment: word('attachment'),
  filename: word('filename'),
  systemToken: word('system'),
  userToken: word('usertoken'),
  host: 'localhost',
};

async function heapOf(relay: RelayProcess): Promise<string> {
  const chunks: string[] = [];
  const take = (chunk: Buffer): void => void chunks.push(chunk.toString('latin1'));
  relay.child.stdout?.on('data', take);
  relay.child.stdin?.write('heap\n');
  while (!chunks.slice(-2).join('').endsWith('\n---\n')) await new Promise((resolve) => setTimeout(resolve, 20));
  relay.child.stdout?.off('data', take);
  return chunks.join('');
}

describe('nothing stays behind', () => {
  test('under the permission model the relay can neither write a file nor start a program', async () => {
    for (const attempt of [
      "require('node:fs').writeFileSync('x', '')",
      "require('node:child_process').execSync('true')",
      "new (require('node:worker_threads').Worker)('/x.mjs')",
      "require('node:fs').mkdtempSync('/tmp/x')",
    ]) {
      const { stderr } = spawnSync(process.execPath, [...PERMISSIONS, '-e', attempt], { encoding: 'utf8' });
      assert.match(stderr, /ERR_ACCESS_DENIED/, attempt);
    }
    assert.ok(await relayBundle());
  });

  test('after a load, no word of a message, address or password is in a file, a log line, an answer’s error or the heap', async (context) => {
    const certificate = await makeCertificate();
    const server = await startScriptedServer({
      certificate,
      implicitTls: true,
      EHLO: '250-x\r\n250-PIPELINING\r\n250 AUTH PLAIN\r\n',
      AUTH: (_line, count) => (count % 5 === 4 ? `535 5.7.8 no ${secrets.user} here\r\n` : '235 ok\r\n'),
      RCPT: (line, count) => (count % 7 === 6 ? `550 5.1.1 ${line.slice(8)} is unknown\r\n` : '250 ok\r\n'),
      dot: (_line, count) => (count % 6 === 5 ? '554 5.7.1 spam\r\n' : '250 ok\r\n'),
    });
    context.after(() => server.close());
    const file = Buffer.from(`${secrets.attachment} `.repeat(5000));
    await using rig = await startRig({
      confluence: (request, response) => {
        if (request.url !== '/graphql') return false;
        response.end(JSON.stringify({ data: { offlineUserAuthToken: { success: true, authToken: { token: secrets.userToken } } } }));
        return true;
      },
    });
    rig.files.set('att1', { body: file });
    const folder = await temporaryFolder();
    const script = join(process.cwd(), 'dist/relay', `leak-${process.pid}.mjs`);
    const banner = "import { createRequire as relayRequire } from 'node:module'; const require = relayRequire(import.meta.url);";
    await build({
      entryPoints: ['test/relay/leak-host.ts'],
      outfile: script,
      bundle: true,
      platform: 'node',
      format: 'esm',
      external: ['sharp'],
      banner: { js: banner },
      logLevel: 'error',
    });
    const env = {
      RELAY_APP_IDS: APP_ID,
      RELAY_JWKS_URL: `${rig.origin}/jwks`,
      RELAY_GRAPHQL_URL: `${rig.origin}/graphql`,
      RELAY_CONFLUENCE_HOSTS: rig.origin,
      RELAY_ALLOW_NETWORKS: '127.0.0.0/8',
      RELAY_ALLOW_PORTS: String(server.port),
      RELAY_EXTRA_CA: certificate.cert,
      RELAY_POOL_IDLE_SECONDS: '1',
      TMPDIR: folder,
      HOME: folder,
    };
    const relay = await startRelayProcess(env, { script, cwd: folder });
    context.after(() => relay.child.kill('SIGKILL'));

    const answers: string[] = [];
    const send = async (round: number): Promise<void> => {
      const account = {
        host: 'localhost',
        security: 'tls',
        auth: { kind: 'password', user: secrets.user, password: secrets.password },
      } as const;
      const request = sendRequest(server.port, {
        account,
        to: [`${secrets.recipient}.${round}@example.com`, `other.${secrets.recipient}@example.com`],
        message: {
          from: { address: `${secrets.sender}@example.org`, name: secrets.sender },
          subject: `${secrets.subject} ü`,
          html: `<p>${`${secrets.html} `.repeat(300)}</p>`,
          text: `${secrets.text}\n`.repeat(300),
          attachments: [
            {
              contentId: '1',
              attachmentId: round % 4 === 3 ? 'att9' : 'att1',
              version: 1,
              sizeBytes: file.length,
              filename: `${secrets.filename}.txt`,
              mediaType: 'text/plain',
            },
          ],
        },
      });
      const headers = {
        authorization: `Bearer ${await rig.token()}`,
        'content-type': 'application/json',
        'x-forge-oauth-system': secrets.systemToken,
        'idempotency-key': `${round}`,
      };
      const answer = await fetch(`${relay.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(request) });
      const text = await answer.text();
      if (answer.status !== 200) answers.push(text);
      await fetch(`${relay.url}/v1/verify`, {
        method: 'POST',
        headers: { ...headers, authorization: `Bearer ${await rig.token()}` },
        body: JSON.stringify({ account: request.account }),
      }).then((verified) => verified.text());
    };
    for (let round = 0; round < ROUNDS; round += 3) await Promise.all([send(round), send(round + 1), send(round + 2)]);
    assert.ok(server.mails.length > 3 && answers.length > 3, `${server.mails.length} mails, ${answers.length} failures`);

    // The ordinary life of a relay goes on: health checks come by.
    const deadline = Date.now() + FORGOTTEN_AFTER_MS;
    let found: string[];
    do {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      await fetch(`${relay.url}/readyz`).then((answer) => answer.text());
      const heap = await heapOf(relay);
      assert.ok(heap.length > 1_000_000, 'the heap is there');
      found = Object.entries(secrets).flatMap(([what, secret]) =>
        what !== 'host' && heap.includes(secret)
          ? [`${what}: …${heap.slice(Math.max(0, heap.indexOf(secret) - 60), heap.indexOf(secret) + 60)}…`]
          : [],
      );
    } while (found.length > 0 && Date.now() < deadline);
    assert.deepEqual(found, [], 'in the heap');

    const log = relay.output.filter((line) => line.startsWith('{"level"')).join('\n');
    const metrics = await fetch(`${relay.url}/metrics`).then((answer) => answer.text());
    assert.match(log, /"outcome":"SENT"/);
    assert.match(log, /"outcome":"LOGIN_FAILED"/);
    for (const [where, text] of [
      ['log', log.replaceAll(/"url":"[^"]*"/g, '')],
      ['errors', answers.join('\n')],
      ['metrics', metrics],
    ] as const) {
      for (const [what, secret] of Object.entries(secrets))
        if (what !== 'host' || where === 'log') assert.ok(!text.includes(secret), `${what} in ${where}`);
    }
    assert.deepEqual(await readdir(folder), [], 'no file was written where the relay ran');
    const open = await Promise.all(
      (await readdir(`/proc/${relay.child.pid}/fd`)).map((fd) => readlink(`/proc/${relay.child.pid}/fd/${fd}`).catch(() => '')),
    );
    assert.deepEqual(
      open.filter((path) => path.startsWith('/') && !path.startsWith('/dev/') && !path.startsWith('/proc/')),
      [],
      'no file is open',
    );
    const written = /write_bytes: (\d+)/.exec(await readFile(`/proc/${relay.child.pid}/io`, 'utf8'))?.[1];
    assert.equal(written, '0', 'the process has written nothing to a disk');
    await rm(folder, { recursive: true });
    await rm(script);
  });
});
