#!/usr/bin/env bash
# postal-mime 4.0.0 gives an attachment that came as 7bit or 8bit with other octets than were sent: every CRLF becomes LF, and the CRLF
# before the closing boundary, which belongs to the boundary (RFC 2046 §5.1.1), stays as one more line feed. Attached mails
# (message/rfc822) most often come so; their digests and signatures no longer fit. Base64 attachments are not touched. mailparser
# 3.14.2 gives the octets that were sent.
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
printf '%s' '{"name":"finding","version":"1.0.0","type":"module"}' > package.json
npm install --silent --ignore-scripts --no-audit --no-fund postal-mime@4.0.0 mailparser@3.14.2
cat > look.js <<'JS'
import { simpleParser } from 'mailparser';
import PostalMime from 'postal-mime';

const sent = 'From: a@example.org\r\nSubject: inner\r\n\r\nfirst line\r\nsecond line\r\n';
const outer = (encoding, body) =>
  `From: b@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="x"\r\n\r\n--x\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--x\r\nContent-Type: application/octet-stream; name="inner.eml"\r\nContent-Disposition: attachment; filename="inner.eml"\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}\r\n--x--\r\n`;
const textOf = (content) => Buffer.from(content).toString('latin1');

let changed = false;
for (const [encoding, body] of [['7bit', sent], ['8bit', sent], ['base64', Buffer.from(sent).toString('base64')]]) {
  const one = textOf((await PostalMime.parse(outer(encoding, body))).attachments[0].content);
  const other = textOf((await simpleParser(outer(encoding, body))).attachments[0].content);
  const expected = encoding === 'base64' ? sent : `${sent.replaceAll('\r\n', '\n')}\n`;
  console.log(`${encoding}: postal-mime ${JSON.stringify(one)}`);
  console.log(`${encoding}: mailparser  ${JSON.stringify(other)}`);
  changed ||= one !== expected || other !== sent;
}
if (changed) console.log('changed: the octets are others than described');
process.exitCode = changed ? 1 : 0;
JS
node look.js
