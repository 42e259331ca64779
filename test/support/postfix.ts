/**
 * A real submission server for tests: Debian's Postfix with STARTTLS and login by Dovecot's SASL, delivering into Maildir.
 * Everything lives in a temporary folder and on free loopback ports; the machine's own Postfix is not touched.
 */
import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from 'selfsigned';

export const DOMAIN = 'mailbox.example';
export const ACCOUNT = { user: 'pages@mailbox.example', password: 'correct horse battery staple' };

/** Why Postfix cannot run here, or undefined where it can: fits node:test's `skip`. */
export function postfixMissing(): string | undefined {
  for (const program of ['/usr/sbin/postfix', '/usr/sbin/dovecot']) if (!existsSync(program)) return `${program} is not installed`;
  if (process.getuid?.() !== 0) return 'Postfix can only be started by root';
  return undefined;
}

export interface PostfixServer {
  readonly host: '127.0.0.1';
  /** Submission port: STARTTLS and login required. */
  readonly port: number;
  /** PEM of the certificate (self-signed for `localhost` and 127.0.0.1), to be trusted by the client under test. */
  readonly certificate: string;
  /** Raw bytes of the mails delivered to `<name>@mailbox.example`, oldest first; waits until there are `count`. */
  mailbox(name: string, count: number): Promise<Buffer[]>;
  /** Postfix's log so far. */
  log(): string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port'))));
    });
  });

async function until<T>(what: string, probe: () => Promise<T | undefined> | T | undefined, timeoutMs = 30_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  while (Date.now() < end) {
    const value = await probe();
    if (value !== undefined) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`timed out waiting for ${what}`);
}

const answers = (port: number): Promise<true | undefined> =>
  new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    }).on('error', () => resolve(undefined));
  });

const id = (flag: '-u' | '-g', user: string): number => Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));

function mainCf(folder: string, tlsFolder: string, saslPort: number, mailOwner: number, mailGroup: number): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = ${folder}/log/postfix.log
maillog_file_prefixes = ${folder}
myhostname = mail.${DOMAIN}
mydestination =
inet_interfaces = loopback-only
inet_protocols = ipv4
message_size_limit = 41943040
mailbox_size_limit = 0
virtual_mailbox_limit = 0
virtual_mailbox_domains = ${DOMAIN}
virtual_mailbox_base = ${folder}/mail
virtual_mailbox_maps = texthash:${folder}/mailboxes
virtual_uid_maps = static:${mailOwner}
virtual_gid_maps = static:${mailGroup}
virtual_minimum_uid = 1
local_recipient_maps =
alias_maps =
default_transport = error:no mail leaves this server
smtpd_tls_cert_file = ${tlsFolder}/cert.pem
smtpd_tls_key_file = ${tlsFolder}/key.pem
smtpd_tls_security_level = encrypt
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:${saslPort}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = permit_sasl_authenticated, reject
smtpd_peername_lookup = no
`;
}

const MASTER_CF = (port: number): string => `127.0.0.1:${port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
error unix - - n - - error
retry unix - - n - - error
tlsmgr unix - - n 1000? 1 tlsmgr
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
`;

const dovecotConf = (folder: string, saslPort: number): string => `base_dir = ${folder}/dovecot
state_dir = ${folder}/dovecot
log_path = ${folder}/log/dovecot.log
protocols =
ssl = no
disable_plaintext_auth = no
auth_mechanisms = plain login
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u ${folder}/users
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=${folder}
}
service auth {
  inet_listener {
    address = 127.0.0.1
    port = ${saslPort}
  }
}
`;

/** Starts Postfix and Dovecot with a mailbox for each name; any other recipient is refused. Throws with their logs where they do not come up. */
export async function startPostfix(mailboxes: readonly string[]): Promise<PostfixServer> {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-postfix-'));
  chmodSync(folder, 0o755);
  const [port, saslPort] = [await freePort(), await freePort()];
  const owner = { uid: id('-u', 'nobody'), gid: id('-g', 'nobody') };
  for (const name of ['queue', 'data', 'mail', 'log', 'tls', 'etc', 'dovecot']) mkdirSync(join(folder, name));
  chownSync(join(folder, 'mail'), owner.uid, owner.gid);
  chownSync(join(folder, 'data'), id('-u', 'postfix'), 0);

  const pair = await generate([{ name: 'commonName', value: 'localhost' }], {
    keySize: 2048,
    algorithm: 'sha256',
    extensions: [
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          { type: 7, ip: '127.0.0.1' },
        ],
      },
    ],
  });
  writeFileSync(join(folder, 'tls/cert.pem'), pair.cert);
  writeFileSync(join(folder, 'tls/key.pem'), pair.private, { mode: 0o600 });
  writeFileSync(join(folder, 'mailboxes'), mailboxes.map((name) => `${name}@${DOMAIN} ${name}/\n`).join(''));
  writeFileSync(join(folder, 'users'), `${ACCOUNT.user}:{PLAIN}${ACCOUNT.password}\n`);
  writeFileSync(join(folder, 'etc/main.cf'), mainCf(folder, join(folder, 'tls'), saslPort, owner.uid, owner.gid));
  writeFileSync(join(folder, 'etc/master.cf'), MASTER_CF(port));
  writeFileSync(join(folder, 'dovecot.conf'), dovecotConf(folder, saslPort));

  const dovecot = spawn('/usr/sbin/dovecot', ['-F', '-c', join(folder, 'dovecot.conf')], { stdio: 'ignore' });
  const postfix = (command: string): void => {
    execFileSync('/usr/sbin/postfix', ['-c', join(folder, 'etc'), command], { stdio: 'ignore', timeout: 30_000 });
  };
  const log = (): string =>
    ['postfix.log', 'dovecot.log']
      .map((name) => join(folder, 'log', name))
      .filter(existsSync)
      .map((path) => readFileSync(path, 'utf8'))
      .join('');
  const stop = async (): Promise<void> => {
    try {
      postfix('abort');
    } catch {
      // not running any more
    }
    const ended = dovecot.exitCode !== null || new Promise((resolve) => dovecot.once('exit', resolve));
    dovecot.kill('SIGTERM');
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await until('Dovecot', () => answers(saslPort));
    postfix('start');
    await until('Postfix', () => answers(port));
  } catch (cause) {
    const text = log();
    await stop();
    throw new Error(`the mail server did not start:\n${text}`, { cause });
  }

  const delivered = (name: string): string[] => {
    const inbox = join(folder, 'mail', name, 'new');
    return existsSync(inbox)
      ? readdirSync(inbox)
          .sort()
          .map((file) => join(inbox, file))
      : [];
  };
  return {
    host: '127.0.0.1',
    port,
    certificate: pair.cert,
    mailbox: (name, count) =>
      until(`${count} mails for ${name}`, () =>
        delivered(name).length >= count ? delivered(name).map((path) => readFileSync(path)) : undefined,
      ),
    log,
    stop,
  };
}
