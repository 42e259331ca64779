import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openIdentity, type SmimeIdentity } from '#mail/secure/smime/smime';

/** Keys and certificates of people, made by OpenSSL when a test runs, in a folder that goes with it. */

export const hasProgram = (name: string, ...args: string[]): boolean => spawnSync(name, args, { stdio: 'ignore' }).error === undefined;
export const OPENSSL = hasProgram('openssl', 'version');

export interface Ran {
  readonly status: number;
  readonly stdout: Buffer;
  readonly stderr: string;
}
export function run(
  program: string,
  args: readonly string[],
  options: { input?: Uint8Array; env?: Record<string, string>; cwd?: string } = {},
): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    ...(options.input ? { input: options.input } : {}),
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: { ...process.env, ...options.env },
    maxBuffer: 1 << 29,
    timeout: 60_000,
  });
  if (error) throw error;
  return { status: status ?? -1, stdout, stderr: stderr.toString() };
}
export function openssl(args: readonly string[], input?: Uint8Array): Buffer {
  const { status, stdout, stderr } = run('openssl', args, input ? { input } : {});
  if (status !== 0) throw new Error(`openssl ${args.join(' ')}: ${stderr}`);
  return stdout;
}

export type KeyName = 'rsa' | 'rsa1024' | 'rsa-pss' | 'p256' | 'p384' | 'p521' | 'brainpool' | 'ed25519' | 'x25519' | 'p224';
const GENPKEY: Readonly<Record<KeyName, readonly string[]>> = {
  rsa: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:2048'],
  rsa1024: ['-algorithm', 'RSA', '-pkeyopt', 'rsa_keygen_bits:1024'],
  'rsa-pss': ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
  p224: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-224'],
  p256: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-256'],
  p384: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-384'],
  p521: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:P-521'],
  brainpool: ['-algorithm', 'EC', '-pkeyopt', 'ec_paramgen_curve:brainpoolP256r1'],
  ed25519: ['-algorithm', 'ED25519'],
  x25519: ['-algorithm', 'X25519'],
};

export interface Person {
  readonly name: string;
  readonly keyFile: string;
  readonly certificateFile: string;
  readonly pem: string;
  readonly identity: SmimeIdentity;
}
export interface PersonOptions {
  readonly key?: KeyName;
  readonly address?: string;
  /** Lines of OpenSSL's extension file; in place of the usual ones. */
  readonly extensions?: readonly string[];
  readonly subject?: string;
  readonly days?: number;
  readonly issuer?: Pick<Person, 'keyFile' | 'certificateFile'>;
  readonly digest?: string;
}

/** A folder with an authority in it and the people it vouches for. */
export class People implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'pagemail-smime-'));
  #serial = 100;
  readonly root: Person;
  constructor() {
    this.root = this.make('root', {
      key: 'rsa',
      subject: '/O=Example/CN=Example Root',
      extensions: ['basicConstraints=critical,CA:TRUE', 'keyUsage=critical,keyCertSign,cRLSign', 'subjectKeyIdentifier=hash'],
    });
  }
  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true });
  }
  file(name: string, content?: string | Uint8Array): string {
    const path = join(this.folder, name);
    if (content !== undefined) writeFileSync(path, content);
    return path;
  }
  /** A certificate; of the root where it has no other issuer, and of itself where its name is `root`. */
  make(name: string, options: PersonOptions = {}): Person {
    const { key = 'rsa', address = `${name}@example.org`, days = 300, digest = 'sha256' } = options;
    const keyFile = this.file(`${name}.key`);
    openssl(['genpkey', ...GENPKEY[key], '-out', keyFile]);
    const extensions = options.extensions ?? [
      'basicConstraints=critical,CA:FALSE',
      'extendedKeyUsage=emailProtection',
      `subjectAltName=email:${address}`,
      'subjectKeyIdentifier=hash',
      'authorityKeyIdentifier=keyid',
    ];
    const publicFile = this.file(`${name}.pub`, openssl(['pkey', '-in', keyFile, '-pubout']));
    const certificateFile = this.file(`${name}.pem`);
    const issuer = options.issuer ?? (name === 'root' ? undefined : this.root);
    const signing = issuer ? ['-CA', issuer.certificateFile, '-CAkey', issuer.keyFile, '-force_pubkey', publicFile] : ['-signkey', keyFile];
    this.#serial += 1;
    openssl([
      ...['x509', '-new', '-subj', options.subject ?? `/O=Example/CN=${name}`, '-days', String(days), `-${digest}`],
      ...[
        '-set_serial',
        String(this.#serial),
        ...signing,
        '-extfile',
        this.file(`${name}.ext`, extensions.join('\n')),
        '-out',
        certificateFile,
      ],
    ]);
    const pem = readFileSync(certificateFile, 'utf8');
    return { name, keyFile, certificateFile, pem, identity: openIdentity(readFileSync(keyFile, 'utf8') + pem, '') };
  }
}

/** One-chunk stream, or one of chunks of `size`. */
export async function* streamOf(content: Uint8Array | string, size = Number.POSITIVE_INFINITY): AsyncGenerator<Uint8Array> {
  const octets = Buffer.from(content);
  if (size === Number.POSITIVE_INFINITY) yield octets;
  else for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
}
export async function bufferOf(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(chunk);
  return Buffer.concat(chunks);
}
