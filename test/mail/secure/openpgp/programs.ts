import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasProgram, type Ran, run } from '#test/mail/secure/smime/openssl';

/** GnuPG, Sequoia and RNP, each with its keys in a folder that goes with the test. */

export const GPG = hasProgram('gpg', '--version');
export const SQ = hasProgram('sq', '--version');
export const RNP = hasProgram('rnp', '--version');

/** Kinds of keys that GnuPG makes, each with one for signing and one for encryption. */
export const KINDS = {
  'RSA 3072': ['rsa3072', 'rsa3072'],
  Curve25519: ['ed25519', 'cv25519'],
  'NIST P-256': ['nistp256', 'nistp256'],
  'NIST P-384': ['nistp384', 'nistp384'],
  'NIST P-521': ['nistp521', 'nistp521'],
  Brainpool: ['brainpoolP256r1', 'brainpoolP256r1'],
} as const;
export type Kind = keyof typeof KINDS;
export const ALL_KINDS = Object.keys(KINDS) as Kind[];

/** A keyring of GnuPG. */
export class Keyring implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'pagemail-pgp-'));

  constructor() {
    // Passphrases are stretched as little as possible: what is tested is not how long they take.
    this.file('gpg-agent.conf', 's2k-count 65536\n');
  }
  gpg(args: readonly string[], input?: Uint8Array): Ran {
    const common = ['--homedir', this.folder, '--batch', '--yes', '--no-tty', '--pinentry-mode', 'loopback'];
    const withPassphrase = args.includes('--passphrase') ? args : ['--passphrase', '', ...args];
    return run('gpg', [...common, ...withPassphrase], input ? { input } : {});
  }
  must(args: readonly string[], input?: Uint8Array): Buffer {
    const { status, stdout, stderr } = this.gpg(args, input);
    if (status !== 0) throw new Error(`gpg ${args.join(' ')}: ${stderr}`);
    return stdout;
  }
  fingerprint(address: string): string {
    return /^fpr:+([0-9A-F]+):/m.exec(this.must(['--list-keys', '--with-colons', address]).toString())?.[1] ?? '';
  }
  /** Makes a key for signing with a subkey for encryption; ends as GnuPG writes it (`1y`, `seconds=10`). */
  make(userId: string, kind: Kind = 'Curve25519', options: { expires?: string; passphrase?: string } = {}): string {
    const [sign, encrypt] = KINDS[kind];
    const { expires = '1y', passphrase = '' } = options;
    const address = /<(.*)>/.exec(userId)?.[1] ?? userId;
    this.must(['--passphrase', passphrase, '--quick-gen-key', userId, sign, 'sign', expires]);
    const fingerprint = this.fingerprint(address);
    this.must(['--passphrase', passphrase, '--quick-add-key', fingerprint, encrypt, 'encr', expires]);
    return fingerprint;
  }
  publicKey(which: string): Buffer {
    return this.must(['--export', '--armor', which]);
  }
  secretKey(which: string, passphrase = ''): Buffer {
    return this.must(['--passphrase', passphrase, '--export-secret-keys', '--armor', which]);
  }
  file(name: string, content: Uint8Array | string): string {
    const path = join(this.folder, name);
    writeFileSync(path, content);
    return path;
  }
  [Symbol.dispose](): void {
    run('gpgconf', ['--homedir', this.folder, '--kill', 'all']);
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** What a program said of a message: the content, or that it refuses. */
export interface Read {
  readonly content: Buffer | undefined;
  readonly isSigned: boolean;
}

/** One program that opens messages with this secret key and verifies with that public one. */
export interface Program {
  readonly name: string;
  readonly isThere: boolean;
  /** Kinds of keys that it cannot use, whoever encrypts. */
  readonly without: readonly string[];
  open(message: Uint8Array, secretKey: Uint8Array, signerKey: Uint8Array): Read;
  /** Whether it takes the signature. */
  verify(content: Uint8Array, signature: string, signerKey: Uint8Array): boolean;
}

const inFolder = <T>(use: (write: (name: string, content: Uint8Array | string) => string, folder: string) => T): T => {
  const folder = mkdtempSync(join(tmpdir(), 'pagemail-pgp-'));
  try {
    return use((name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    }, folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const gpg: Program = {
  name: 'GnuPG',
  isThere: GPG,
  without: [],
  open(message, secretKey, signerKey) {
    using ring = new Keyring();
    ring.gpg(['--import'], secretKey);
    ring.gpg(['--import'], signerKey);
    const { status, stdout, stderr } = ring.gpg(['--status-fd', '2', '--decrypt'], message);
    return { content: status === 0 ? stdout : undefined, isSigned: stderr.includes('GOODSIG') };
  },
  verify(content, signature, signerKey) {
    using ring = new Keyring();
    ring.gpg(['--import'], signerKey);
    return ring.gpg(['--verify', ring.file('content.asc', signature), ring.file('content', content)]).status === 0;
  },
};

/** Its options were named otherwise until 0.30. */
const isOldSq = SQ && run('sq', ['decrypt', '--help']).stdout.includes('--recipient-key');
const RECIPIENT = isOldSq ? '--recipient-key' : '--recipient-file';
const SIGNER = isOldSq ? '--signer-cert' : '--signer-file';

const sq: Program = {
  name: 'Sequoia',
  isThere: SQ,
  // Debian builds it with Nettle, which has no Brainpool.
  without: ['Brainpool'],
  open: (message, secretKey, signerKey) =>
    inFolder((write) => {
      const [key, signer, file] = [write('key', secretKey), write('signer', signerKey), write('message', message)];
      const signed = run('sq', ['decrypt', RECIPIENT, key, SIGNER, signer, file]);
      if (signed.status === 0) return { content: signed.stdout, isSigned: true };
      const { status, stdout } = run('sq', ['decrypt', RECIPIENT, key, file]);
      return { content: status === 0 ? stdout : undefined, isSigned: false };
    }),
  verify: (content, signature, signerKey) =>
    inFolder((write) => {
      const files = [
        SIGNER,
        write('signer', signerKey),
        isOldSq ? '--detached' : '--signature-file',
        write('signature', signature),
        write('content', content),
      ];
      return run('sq', ['verify', ...files]).status === 0;
    }),
};

const rnp: Program = {
  name: 'RNP',
  isThere: RNP,
  without: [],
  open: (message, secretKey, signerKey) =>
    inFolder((write, folder) => {
      const home = ['--homedir', folder, '--password', ''];
      run('rnpkeys', [...home, '--import', write('key', secretKey)]);
      run('rnpkeys', [...home, '--import', write('signer', signerKey)]);
      const { status, stdout, stderr } = run('rnp', [...home, '--decrypt', write('message', message), '--output', '-']);
      return { content: status === 0 ? stdout : undefined, isSigned: /Good signature/.test(stderr) };
    }),
  verify: (content, signature, signerKey) =>
    inFolder((write, folder) => {
      run('rnpkeys', ['--homedir', folder, '--import', write('signer', signerKey)]);
      write('content', content);
      return run('rnp', ['--homedir', folder, '--verify', write('content.sig', signature)]).status === 0;
    }),
};

export const PROGRAMS: readonly Program[] = [gpg, sq, rnp];
