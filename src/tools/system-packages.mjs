// Programs that tests use and npm does not have: a browser and mail servers, from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What each program is for, where it is found, and the Debian packages that bring it. */
const PROGRAMS = [
  {
    path: '/usr/bin/chromium',
    packages: ['chromium', 'fonts-liberation', 'fonts-noto-color-emoji', 'fonts-noto-cjk'],
    for: 'browser tests',
  },
  { path: '/usr/sbin/postfix', packages: ['postfix'], for: 'mail tests with Postfix' },
  { path: '/usr/sbin/dovecot', packages: ['dovecot-core', 'dovecot-imapd'], for: 'mail tests with Dovecot' },
  { path: '/usr/bin/redis-server', packages: ['redis-server'], for: 'tests of relays that share a Redis' },
];

/** Mail servers whose packages exclude Postfix: unpacked beside the system, with the accounts that are built into them. */
const UNPACKED_FOLDER = '/usr/local/lib/pagemail-tests';
const UNPACKED = [
  {
    name: 'exim4',
    deb: 'exim4-daemon-light',
    program: 'usr/sbin/exim4',
    users: ['Debian-exim'],
    libraries: ['libidn12', 'libgnutls-dane0', 'libnsl2'],
  },
  { name: 'opensmtpd', deb: 'opensmtpd', program: 'usr/sbin/smtpd', users: ['opensmtpd', 'opensmtpq'], libraries: ['libevent-2.1-7'] },
];

const canInstall = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Unpacks a package and gives the machine the accounts and libraries its program asks for. */
function unpack({ name, deb, users, libraries }, apt) {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-deb-'));
  apt('install', '-y', '--no-install-recommends', ...libraries);
  spawnSync('apt-get', ['-qq', 'download', deb], { cwd: folder, stdio: 'ignore' });
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file) spawnSync('dpkg-deb', ['-x', join(folder, file), join(UNPACKED_FOLDER, name)], { stdio: 'ignore' });
  for (const user of users) spawnSync('useradd', ['-r', '-M', '-s', '/usr/sbin/nologin', user], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
}

/** Installs what is missing where apt-get may be used; otherwise says which tests will be skipped. */
export function ensureSystemPackages() {
  const missing = PROGRAMS.filter((program) => !existsSync(program.path));
  const packed = UNPACKED.filter(({ name, program }) => !existsSync(join(UNPACKED_FOLDER, name, program)));
  if (missing.length + packed.length === 0) return;
  if (canInstall()) {
    console.log(`Installing ${[...missing.flatMap((program) => program.packages), ...packed.map(({ deb }) => deb)].join(' ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args) =>
      spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
    apt('update');
    if (missing.length > 0) apt('install', '-y', '--no-install-recommends', ...missing.flatMap((program) => program.packages));
    mkdirSync(UNPACKED_FOLDER, { recursive: true });
    for (const each of packed) unpack(each, apt);
  }
  for (const program of missing) {
    if (!existsSync(program.path)) {
      console.log(`Skipping ${program.for}: ${program.path} is missing. On Debian: apt-get install ${program.packages.join(' ')}`);
    }
  }
}
