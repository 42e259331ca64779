// Programs that tests use and npm does not have: a browser, mail servers and readers of encrypted mail, from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const FONTS = ['fonts-liberation', 'fonts-noto-color-emoji', 'fonts-noto-cjk'];

/** What each program is for, where it may be found, and the Debian packages that bring it; where there are several ways, the first that works. */
const PROGRAMS = [
  {
    paths: ['/usr/bin/chromium-headless-shell', '/usr/bin/chromium'],
    ways: [
      ['chromium-headless-shell', ...FONTS],
      ['chromium', ...FONTS],
    ],
    for: 'browser tests',
  },
  { paths: ['/usr/sbin/postfix'], ways: [['postfix']], for: 'mail tests with Postfix' },
  { paths: ['/usr/sbin/dovecot'], ways: [['dovecot-core', 'dovecot-imapd']], for: 'mail tests with Dovecot' },
  { paths: ['/usr/bin/openssl'], ways: [['openssl']], for: 'S/MIME tests' },
  { paths: ['/usr/bin/gpgsm'], ways: [['gpgsm', 'gpg-agent']], for: 'S/MIME tests with GnuPG' },
  { paths: ['/usr/bin/cmsutil'], ways: [['libnss3-tools']], for: 'S/MIME tests with NSS' },
  { paths: ['/usr/bin/gpg'], ways: [['gpg', 'gpg-agent', 'gpgconf']], for: 'OpenPGP tests with GnuPG' },
  { paths: ['/usr/bin/sq'], ways: [['sq']], for: 'OpenPGP tests with Sequoia' },
  { paths: ['/usr/bin/rnp'], ways: [['rnp']], for: 'OpenPGP tests with RNP' },
  { paths: ['/usr/bin/redis-server'], ways: [['redis-server']], for: 'tests of relays that share a Redis' },
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
const isThere = ({ paths }) => paths.some((path) => existsSync(path));
const isUnpacked = ({ name, program }) => existsSync(join(UNPACKED_FOLDER, name, program));

/** Runs apt-get; what it says is shown only where it fails. */
function apt(...args) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const { status, stdout, stderr } = spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env,
    maxBuffer: 1 << 26,
  });
  if (status !== 0) console.log(`apt-get ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return status === 0;
}

const install = (packages) => apt('install', '-y', '--no-install-recommends', ...packages);

/** Unpacks a package and gives the machine the accounts and libraries its program asks for. */
function unpack({ name, deb, users, libraries }) {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-deb-'));
  install(libraries);
  spawnSync('apt-get', ['-qq', 'download', deb], { cwd: folder, stdio: 'ignore' });
  const file = readdirSync(folder).find((entry) => entry.endsWith('.deb'));
  if (file) spawnSync('dpkg-deb', ['-x', join(folder, file), join(UNPACKED_FOLDER, name)], { stdio: 'ignore' });
  for (const user of users) spawnSync('useradd', ['-r', '-M', '-s', '/usr/sbin/nologin', user], { stdio: 'ignore' });
  rmSync(folder, { recursive: true });
}

/** Installs what is missing where apt-get may be used; otherwise says which tests will be skipped. */
export function ensureSystemPackages() {
  const missing = PROGRAMS.filter((program) => !isThere(program));
  const packed = UNPACKED.filter((each) => !isUnpacked(each));
  if (missing.length + packed.length === 0) return;
  if (canInstall()) {
    console.log(`Installing ${[...missing.flatMap(({ ways }) => ways[0]), ...packed.map(({ deb }) => deb)].join(' ')} …`);
    apt('update');
    for (const program of missing) program.ways.some((packages) => install(packages) && isThere(program));
    mkdirSync(UNPACKED_FOLDER, { recursive: true });
    for (const each of packed) unpack(each);
  }
  for (const program of missing.filter((each) => !isThere(each)))
    console.log(`Skipping ${program.for}: ${program.paths[0]} is missing. On Debian: apt-get install ${program.ways[0].join(' ')}`);
  for (const { name, deb } of packed.filter((each) => !isUnpacked(each)))
    console.log(`Skipping mail tests with ${name}: the Debian package ${deb} is not unpacked in ${UNPACKED_FOLDER}.`);
}
