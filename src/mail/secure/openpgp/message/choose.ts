import { AEAD_MODES, CIPHERS, type CipherName, COMPRESSIONS, type CompressionName } from '#mail/secure/openpgp/algorithms';
import { SUBPACKET } from '#mail/secure/openpgp/keys/signature';
import type { KeyState } from '#mail/secure/openpgp/keys/state';

/** How a message is encrypted, by what its readers' keys say (RFC 9580 §5.2.3.14, §5.2.3.15, §5.2.3.17, §5.2.3.32). */

export interface Choice {
  /** 1: with MDC, which every program reads; 2: authenticated in chunks (RFC 9580 §5.13.2). */
  readonly version: 1 | 2;
  readonly cipher: CipherName;
  readonly compression: CompressionName;
}
/** What the administrator or the command line asks for; absent: by the rows. */
export interface ChoiceSetting {
  readonly cipher?: CipherName | undefined;
  readonly compression?: CompressionName | undefined;
}

/** What one reader's key says; empty where it says nothing. */
interface Preferences {
  readonly ciphers: readonly number[] | undefined;
  readonly compressions: readonly number[] | undefined;
  readonly takesVersion2: boolean;
}

const FEATURE_VERSION_2 = 8;

function preferencesOf({ self }: KeyState): Preferences {
  const said = (type: number): readonly number[] | undefined => {
    const octets = self.map((each) => each.says(type)).find((each) => each !== undefined);
    return octets && [...octets];
  };
  const suites = said(SUBPACKET.aeadCiphers) ?? [];
  const takesOcb = suites.some((id, at) => at % 2 === 0 && id === CIPHERS.aes256.id && suites[at + 1] === AEAD_MODES.ocb.id);
  const features = said(SUBPACKET.features)?.[0] ?? 0;
  return {
    ciphers: said(SUBPACKET.ciphers),
    compressions: said(SUBPACKET.compressions),
    takesVersion2: (features & FEATURE_VERSION_2) !== 0 && takesOcb,
  };
}

interface Row<T> {
  readonly choice: T;
  readonly when: (readers: readonly Preferences[]) => boolean;
  readonly reason: string;
}
const everyCipher = (name: CipherName) => (readers: readonly Preferences[]) =>
  readers.every(({ ciphers }) => ciphers?.includes(CIPHERS[name].id) ?? false);
const everyCompression = (name: CompressionName, ifSilent: boolean) => (readers: readonly Preferences[]) =>
  readers.every(({ compressions }) => compressions?.includes(COMPRESSIONS[name]) ?? ifSilent);

/** The rows of each table are tried in their order; a setting goes before them all. */
export const VERSION_ROWS: readonly Row<1 | 2>[] = [
  {
    choice: 2,
    when: (readers) => readers.every(({ takesVersion2 }) => takesVersion2),
    reason: 'Every key says that its program reads it, with AES-256 in OCB mode: what is altered is noticed chunk by chunk.',
  },
  { choice: 1, when: () => true, reason: 'GnuPG 2.2, Sequoia 0.27 and RNP 0.16 and 0.18 (Thunderbird) read this one alone.' },
];
export const CIPHER_ROWS: readonly Row<CipherName>[] = [
  { choice: 'aes256', when: everyCipher('aes256'), reason: 'Every key names it.' },
  { choice: 'aes192', when: everyCipher('aes192'), reason: 'The strongest that every key names.' },
  { choice: 'aes128', when: () => true, reason: 'Every program must read it (RFC 9580 §9.3), also where its key does not name it.' },
];
export const COMPRESSION_ROWS: readonly Row<CompressionName>[] = [
  { choice: 'zlib', when: everyCompression('zlib', false), reason: 'Every key names it; a page as HTML becomes a tenth.' },
  {
    choice: 'zip',
    when: everyCompression('zip', true),
    reason: 'Every key names it or none, which stood for ZIP (RFC 4880 §5.2.3.9); all programs measured read it.',
  },
  { choice: 'none', when: () => true, reason: 'A key says that its program takes no compression.' },
];

const chosen = <T>(rows: readonly Row<T>[], last: T, readers: readonly Preferences[]): T =>
  rows.find(({ when }) => when(readers))?.choice ?? last;

/** How a message to readers with these keys is encrypted. */
export function chooseAlgorithms(readers: readonly KeyState[], setting: ChoiceSetting = {}): Choice {
  const preferences = readers.map(preferencesOf);
  const version = setting.cipher === undefined ? chosen(VERSION_ROWS, 1, preferences) : 1;
  return {
    version,
    cipher: setting.cipher ?? (version === 2 ? 'aes256' : chosen(CIPHER_ROWS, 'aes128', preferences)),
    compression: setting.compression ?? chosen(COMPRESSION_ROWS, 'none', preferences),
  };
}
