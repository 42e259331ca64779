import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, test } from 'node:test';
import SMTPConnection from 'nodemailer/lib/smtp-connection';
import { base64Lines, isBase64Lines } from '#mail/compose/base64';
import { MailSource } from '#relay/submit/mail-source';
import { startScriptedServer } from '#test/support/smtp-script';

/** What a server receives for these pieces, dots unstuffed. */
async function received(pieces: readonly Buffer[]): Promise<string> {
  const server = await startScriptedServer({});
  const connection = new SMTPConnection({ host: '127.0.0.1', port: server.port, ignoreTLS: true });
  connection.connect();
  await once(connection, 'connect');
  const socket = connection._socket;
  assert.ok(socket);
  const octets = (async function* () {
    yield* pieces;
  })();
  const source = new MailSource(octets, socket, async () => undefined);
  await new Promise<void>((resolve, reject) => {
    connection.send({ from: 'a@example.com', to: ['b@example.com'] }, source, (error) => (error ? reject(error) : resolve()));
  });
  assert.equal(source.progress.handedOver, true);
  connection.close();
  await server.close();
  assert.equal(server.mails.length, 1);
  return server.mails[0] ?? '';
}
const expected = (pieces: readonly Buffer[]): string =>
  Buffer.concat(pieces)
    .toString('latin1')
    .replace(/\r\n|\r|\n/g, '\r\n')
    .replace(/\r\n$/, '');

describe('the octets of a mail on their way to the server', () => {
  test('lines of base64 pass untouched, and everything around them keeps its dots and gets its line breaks', async () => {
    const text = (value: string): Buffer => Buffer.from(value, 'latin1');
    const lines = base64Lines(randomBytes(57 * 40));
    for (const pieces of [
      [text('.\r\n..\r\n...a\r\n'), lines, text('.b\r\n.\r\n'), lines, lines, text('..')],
      [lines, text('.'), lines, text('\r\n.\r\n')],
      [text('a'), lines, text('\n.\n..b\r.c\r'), lines],
      [text('x\r'), lines, text('\r'), text('\n.y\r\n')],
      [text('a\r\n'), base64Lines(Buffer.from('x')), text('.\r\n.\r\n.\r\n')],
      [text(`${'.\r\n'.repeat(50_000)}`), base64Lines(randomBytes(57 * 20_000)), text('.'.repeat(70_000))],
    ]) {
      assert.equal(await received(pieces), expected(pieces));
    }
  });

  test('whatever the pieces: a thousand of dots, line breaks and base64 arrive as they were', async () => {
    const kinds = ['.', '\r\n', '\n', '\r', 'a', '..\r\n', '\r\n.', 'long '.repeat(30)].map((value) => Buffer.from(value));
    const pieces = [...randomBytes(1000)].map((octet) =>
      octet < 200 ? (kinds[octet % kinds.length] ?? Buffer.alloc(0)) : base64Lines(randomBytes(octet)),
    );
    assert.equal(await received(pieces), expected(pieces), JSON.stringify(pieces.map(String)).slice(0, 2000));
  });

  test('only what the encoder made counts as lines of base64, and they are whole lines', () => {
    const lines = base64Lines(randomBytes(1000));
    assert.match(lines.toString('latin1'), /^([A-Za-z0-9+/]{1,76}={0,2}\r\n)+$/);
    assert.ok(isBase64Lines(lines));
    for (const other of [Buffer.from(lines), lines.subarray(0, 76), Buffer.from('.\r\n')]) assert.equal(isBase64Lines(other), false);
  });
});
