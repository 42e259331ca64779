/**
 * Debian's Exim as a submission server with STARTTLS and login, and its OpenSMTPD without (its key process needs an installed
 * system), on free loopback ports.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#test/relay/redis';
import { makeCertificate } from '#test/support/smtp-certificates';

/** Their packages exclude each other and Postfix, so they are unpacked beside the system. */
const EXIM = '/usr/local/lib/pagemail-tests/exim4/usr/sbin/exim4';
const OPENSMTPD = '/usr/local/lib/pagemail-tests/opensmtpd/usr';

const missing = (path: string): string | false =>
  !existsSync(path) ? `${path} is missing` : process.getuid?.() !== 0 ? 'it can only be started by root' : false;
/** Reasons to skip, or false. */
export const noExim = missing(EXIM);
export const noOpenSmtpd = missing(`${OPENSMTPD}/sbin/smtpd`);

export const LOGIN = { user: 'ada', password: 'correct horse' };

export interface RealServer {
  readonly port: number;
  /** PEM to trust. */
  readonly certificate: string;
  /** The mails in the mailbox of `bruno`; waits until there are `count`. */
  mails(count: number): Promise<Buffer[]>;
  stop(): Promise<void>;
}

const answers = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect(port, '127.0.0.1');
    socket
      .once('data', () => resolve(true))
      .once('error', () => resolve(false))
      .once('close', () => resolve(false));
    socket.once('data', () => socket.destroy());
  });

async function until<T>(what: string, child: ChildProcess, output: () => string, probe: () => Promise<T | undefined>): Promise<T> {
  for (const end = Date.now() + 30_000; Date.now() < end && child.exitCode === null; ) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${what} did not come about: ${output()}`);
}

/** Folder with `cert.pem` and `key.pem`, and the certificate. */
async function prepare(name: string): Promise<{ folder: string; certificate: string; port: number }> {
  const folder = await mkdtemp(join(tmpdir(), `pagemail-${name}-`));
  await chmod(folder, 0o755);
  const { cert, key } = await makeCertificate();
  await writeFile(join(folder, 'cert.pem'), cert);
  await writeFile(join(folder, 'key.pem'), key, { mode: 0o600 });
  return { folder, certificate: cert, port: await freePort() };
}

async function run(program: string, args: readonly string[], folder: string, certificate: string, port: number): Promise<RealServer> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  await until(
    program,
    child,
    () => output,
    async () => ((await answers(port)) ? true : undefined),
  );
  const inbox = join(folder, 'mail', 'new');
  return {
    port,
    certificate,
    mails: (count) =>
      until(
        `mail ${count}`,
        child,
        () => output,
        async () => {
          const names = existsSync(inbox) ? (await readdir(inbox)).sort() : [];
          return names.length >= count ? Promise.all(names.map((name) => readFile(join(inbox, name)))) : undefined;
        },
      ),
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

/** Exim: `bruno@exim.example` gets mail, `nobody@…` is refused. */
export async function startExim(): Promise<RealServer> {
  const { folder, certificate, port } = await prepare('exim');
  await mkdir(join(folder, 'mail'));
  await chmod(join(folder, 'mail'), 0o777);
  await writeFile(
    join(folder, 'exim.conf'),
    `primary_hostname = mail.exim.example
exim_path = ${EXIM}
exim_user = root
exim_group = root
never_users =
spool_directory = ${folder}/spool
log_file_path = ${folder}/%slog
pid_file_path = ${folder}/exim.pid
daemon_smtp_ports = ${port}
local_interfaces = 127.0.0.1
tls_certificate = ${folder}/cert.pem
tls_privatekey = ${folder}/key.pem
tls_advertise_hosts = *
auth_advertise_hosts = \${if eq{$tls_in_cipher}{}{}{*}}
message_size_limit = 50M
smtputf8_advertise_hosts = *
acl_smtp_rcpt = acl_rcpt
acl_smtp_data = accept
keep_environment =
begin acl
acl_rcpt:
  deny local_parts = nobody
       message = unknown person
  accept authenticated = *
  deny message = log in first
begin routers
all:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = ${folder}/mail
  maildir_format
  user = nobody
  group = nogroup
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_set_id = $auth2
  server_condition = \${if and{{eq{$auth2}{${LOGIN.user}}}{eq{$auth3}{${LOGIN.password}}}}}
`,
  );
  return run(EXIM, ['-C', join(folder, 'exim.conf'), '-bdf', '-odf'], folder, certificate, port);
}

/** OpenSMTPD: `bruno@smtpd.example` gets mail, others are refused. It keeps its queue in /var/spool/smtpd, so only one can run. */
export async function startOpenSmtpd(): Promise<RealServer> {
  const { folder, certificate, port } = await prepare('smtpd');
  await mkdir(join(folder, 'mail'));
  await chmod(join(folder, 'mail'), 0o777);
  await mkdir('/var/lib/opensmtpd/empty', { recursive: true });
  await mkdir('/var/spool/smtpd', { recursive: true });
  await chmod('/var/spool/smtpd', 0o711);
  if (!existsSync('/usr/libexec/opensmtpd')) await symlink(`${OPENSMTPD}/libexec/opensmtpd`, '/usr/libexec/opensmtpd');
  await writeFile(
    join(folder, 'smtpd.conf'),
    `listen on 127.0.0.1 port ${port}
action "store" maildir "${folder}/mail" virtual { "bruno" = "nobody" }
match from any for domain "smtpd.example" action "store"
`,
  );
  return run(`${OPENSMTPD}/sbin/smtpd`, ['-d', '-f', join(folder, 'smtpd.conf')], folder, certificate, port);
}
