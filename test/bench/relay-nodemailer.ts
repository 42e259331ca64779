/** nodemailer by itself, in one process: a pooled loop of small mails, or one large file. Prints its figure. */
import { readFileSync } from 'node:fs';
import nodemailer from 'nodemailer';

const [port = '', what = '', third = '', fourth = ''] = process.argv.slice(2);
const HTML = `<p>${'The quick brown fox jumps over the lazy dog. '.repeat(85)}</p>`;
const TEXT = 'The quick brown fox jumps over the lazy dog.\n'.repeat(70);
const mail = {
  from: { name: 'Ada Lindgren', address: 'pages@example.org' },
  to: 'bruno.keller@example.com',
  subject: 'Release plan',
  html: HTML,
  text: TEXT,
};
const transport = nodemailer.createTransport({
  host: '127.0.0.1',
  port: Number(port),
  ignoreTLS: true,
  pool: true,
  maxConnections: Number(fourth) || 1,
  maxMessages: Number.POSITIVE_INFINITY,
});

if (what === 'file') {
  const start = performance.now();
  await transport.sendMail({ ...mail, attachments: [{ filename: 'large.bin', path: third }] });
  const seconds = (performance.now() - start) / 1000;
  const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  console.log(JSON.stringify({ seconds, peak }));
} else {
  const loop = async (until: number): Promise<number> => {
    let done = 0;
    while (performance.now() < until) {
      await transport.sendMail(mail);
      done += 1;
    }
    return done;
  };
  const workers = (ms: number) => Promise.all(Array.from({ length: Number(fourth) }, () => loop(performance.now() + ms)));
  await workers(1000);
  const start = performance.now();
  const cpu = process.cpuUsage();
  const sent = (await workers(Number(third))).reduce((sum, count) => sum + count, 0);
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify({ perSecond: (sent * 1000) / (performance.now() - start), cpuMs: (user + system) / 1000 / sent }));
}
transport.close();
