// Programs that tests use and npm does not have: a browser and mail servers, from Debian's packages.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

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

const canInstall = () => process.platform === 'linux' && existsSync('/usr/bin/apt-get') && process.getuid?.() === 0;

/** Installs what is missing where apt-get may be used; otherwise says which tests will be skipped. */
export function ensureSystemPackages() {
  const missing = PROGRAMS.filter((program) => !existsSync(program.path));
  if (missing.length === 0) return;
  if (canInstall()) {
    console.log(`Installing ${missing.flatMap((program) => program.packages).join(' ')} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const apt = (...args) =>
      spawnSync('apt-get', ['-qq', '-o', 'Dpkg::Use-Pty=0', ...args], { stdio: ['ignore', 'ignore', 'inherit'], env });
    apt('update');
    apt('install', '-y', '--no-install-recommends', ...missing.flatMap((program) => program.packages));
  }
  for (const program of missing) {
    if (!existsSync(program.path)) {
      console.log(`Skipping ${program.for}: ${program.path} is missing. On Debian: apt-get install ${program.packages.join(' ')}`);
    }
  }
}
