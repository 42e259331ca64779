import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { hasProgram, openssl, type People, type Person, run } from '#test/mail/secure/smime/openssl';

/** Programs that read S/MIME, each with the keys of the same people, in a folder of its own. */
export interface SmimeReader {
  readonly name: string;
  readonly isThere: boolean;
  /** The Debian packages that bring it. */
  readonly packages: readonly string[];
  /** Its version as it says it. */
  version(): string;
  /** Opens the program's stores with these people's keys. */
  open(people: People, persons: readonly Person[]): OpenReader;
}
export interface OpenReader {
  /** The content of an encrypted message; undefined where the program refuses it. */
  decrypt(message: Uint8Array, person: Person): Buffer | undefined;
  /** Whether the program takes the detached signature for good. */
  verify(signature: Uint8Array, content: Uint8Array): boolean;
  /** The content of a signed message that holds it; undefined where the signature is not good. */
  verifyOpaque(message: Uint8Array): Buffer | undefined;
  close(): void;
}

const firstLine = (program: string, ...args: string[]): string => {
  const { stdout, stderr } = run(program, args);
  return (stdout.toString() || stderr).split('\n')[0] ?? '';
};
const outputOf = (file: string): Buffer | undefined => {
  try {
    return readFileSync(file);
  } catch {
    return undefined;
  }
};

const OPENSSL: SmimeReader = {
  name: 'OpenSSL',
  isThere: hasProgram('openssl', 'version'),
  packages: ['openssl'],
  version: () => firstLine('openssl', 'version').split(' ').slice(0, 2).join(' '),
  open: (people) => {
    const verify = (message: Uint8Array, ...more: string[]) =>
      run('openssl', [
        'cms',
        '-verify',
        '-binary',
        '-inform',
        'DER',
        '-in',
        people.file('o.der', message),
        '-CAfile',
        people.root.certificateFile,
        ...more,
      ]);
    return {
      decrypt: (message, { keyFile, certificateFile }) => {
        const args = [
          'cms',
          '-decrypt',
          '-binary',
          '-inform',
          'DER',
          '-in',
          people.file('o.der', message),
          '-inkey',
          keyFile,
          '-recip',
          certificateFile,
        ];
        const { status, stdout } = run('openssl', args);
        return status === 0 ? stdout : undefined;
      },
      verify: (signature, content) => verify(signature, '-content', people.file('o.txt', content)).status === 0,
      verifyOpaque: (message) => {
        const { status, stdout } = verify(message);
        return status === 0 ? stdout : undefined;
      },
      close: () => {},
    };
  },
};

/** PKCS #12 in the one form that all of these programs import. */
const legacyPfx = (people: People, { name, keyFile, certificateFile }: Person): string =>
  people.file(
    `${name}.p12`,
    openssl(['pkcs12', '-export', '-legacy', '-inkey', keyFile, '-in', certificateFile, '-name', name, '-passout', 'pass:x']),
  );

const NSS: SmimeReader = {
  name: 'NSS',
  isThere: hasProgram('cmsutil', '-H') && hasProgram('certutil', '-H') && hasProgram('pk12util', '-H'),
  packages: ['libnss3-tools'],
  version: () => `NSS ${/Version: (?:\d+:)?([\d.]+)/.exec(run('dpkg-query', ['-s', 'libnss3']).stdout.toString())?.[1] ?? ''}`,
  open: (people, persons) => {
    const folder = people.file('nss');
    mkdirSync(folder);
    const store = ['-d', `sql:${folder}`];
    run('certutil', ['-N', ...store, '--empty-password']);
    run('certutil', ['-A', ...store, '-n', 'root', '-t', 'C,C,C', '-i', people.root.certificateFile]);
    for (const person of persons) run('pk12util', ['-i', legacyPfx(people, person), ...store, '-W', 'x', '-K', '']);
    const decode = (message: Uint8Array, ...more: string[]): Buffer | undefined => {
      const out = people.file('n.out');
      rmSync(out, { force: true });
      const { status } = run('cmsutil', ['-D', ...store, '-i', people.file('n.der', message), '-o', out, ...more]);
      return status === 0 ? outputOf(out) : undefined;
    };
    return {
      decrypt: (message) => decode(message),
      verify: (signature, content) => decode(signature, '-c', people.file('n.txt', content)) !== undefined,
      verifyOpaque: (message) => decode(message),
      close: () => {},
    };
  },
};

const GPGSM: SmimeReader = {
  name: 'GnuPG',
  isThere: hasProgram('gpgsm', '--version'),
  packages: ['gpgsm', 'gpg-agent'],
  version: () => firstLine('gpgsm', '--version').replace(/^gpgsm \(GnuPG\)/, 'GnuPG'),
  open: (people, persons) => {
    const home = people.file('gnupg');
    mkdirSync(home, { mode: 0o700 });
    writeFileSync(join(home, 'gpgsm.conf'), 'disable-crl-checks\nbatch\npinentry-mode loopback\nno-secmem-warning\n');
    writeFileSync(join(home, 'gpg-agent.conf'), 'allow-loopback-pinentry\n');
    const fingerprint = openssl(['x509', '-in', people.root.certificateFile, '-noout', '-fingerprint', '-sha1'])
      .toString()
      .split('=')[1]
      ?.trim();
    writeFileSync(join(home, 'trustlist.txt'), `${fingerprint} S relax\n`);
    const gpgsm = (...args: string[]) => run('gpgsm', ['--homedir', home, '--passphrase-fd', '0', ...args], { input: Buffer.from('x\n') });
    gpgsm('--import', people.root.certificateFile);
    for (const person of persons) {
      gpgsm('--import', legacyPfx(people, person));
      gpgsm('--import', person.certificateFile);
    }
    const output = (...args: string[]): Buffer | undefined => {
      const out = people.file('g.out');
      rmSync(out, { force: true });
      const { status } = gpgsm('-o', out, ...args);
      return status === 0 ? outputOf(out) : undefined;
    };
    return {
      decrypt: (message) => output('--decrypt', people.file('g.der', message)),
      verify: (signature, content) => gpgsm('--verify', people.file('g.der', signature), people.file('g.txt', content)).status === 0,
      verifyOpaque: (message) => output('--verify', people.file('g.der', message)),
      close: () => void run('gpgconf', ['--homedir', home, '--kill', 'all']),
    };
  },
};

export const SMIME_READERS: readonly SmimeReader[] = [OPENSSL, NSS, GPGSM];
