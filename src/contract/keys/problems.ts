/**
 * The one table of what can be wrong with a certificate, a key, a file that should hold one, or a signed or encrypted mail. Each code has the
 * sentence a person reads and what they can do about it. `{name}` is filled from the problem's params; dates come as ISO 8601 (UTC).
 */

export interface ProblemText {
  /** What is wrong, one sentence. */
  readonly en: string;
  readonly de: string;
  /** What the reader can do, one sentence. */
  readonly helpEn: string;
  readonly helpDe: string;
}

const problem = (en: string, helpEn: string, de: string, helpDe: string): ProblemText => ({ en, helpEn, de, helpDe });

export const KEY_PROBLEMS = {
  // --- no key at all ------------------------------------------------------------------------------------------------
  NO_KEY: problem(
    'There is no key for this address.',
    'Add a certificate or an OpenPGP key, or ask the recipient for theirs.',
    'Zu dieser Adresse gibt es keinen Schlüssel.',
    'Fügen Sie ein Zertifikat oder einen OpenPGP-Schlüssel hinzu, oder bitten Sie den Empfänger darum.',
  ),
  NO_SIGNING_KEY: problem(
    'There is no key to sign with.',
    'An administrator can add a signing identity to the mail account.',
    'Zum Signieren fehlt ein Schlüssel.',
    'Die Administration kann dem Mailkonto eine Signaturidentität hinzufügen.',
  ),

  // --- files -----------------------------------------------------------------------------------------------------------
  FILE_UNREADABLE: problem(
    'The file holds neither a certificate nor a key.',
    'Choose a certificate (.cer, .crt, .pem, .p7b), a key (.asc, .gpg), or a file with a private key (.p12, .pfx, .pem).',
    'Die Datei enthält weder ein Zertifikat noch einen Schlüssel.',
    'Wählen Sie ein Zertifikat (.cer, .crt, .pem, .p7b), einen Schlüssel (.asc, .gpg) oder eine Datei mit privatem Schlüssel (.p12, .pfx, .pem).',
  ),
  FILE_TOO_LARGE: problem(
    'The file is too large for a key: {limit} at most.',
    'Export one key or certificate alone.',
    'Die Datei ist zu groß für einen Schlüssel: höchstens {limit}.',
    'Exportieren Sie einen Schlüssel oder ein Zertifikat für sich allein.',
  ),
  TOO_MANY_KEYS: problem(
    'The file holds more than {limit} keys; the others were left out.',
    'Split the file.',
    'Die Datei enthält mehr als {limit} Schlüssel; die übrigen wurden weggelassen.',
    'Teilen Sie die Datei auf.',
  ),
  CERTIFICATE_BROKEN: problem(
    'A certificate in the file is damaged or incomplete.',
    'Export it once more.',
    'Ein Zertifikat in der Datei ist beschädigt oder unvollständig.',
    'Exportieren Sie es noch einmal.',
  ),
  KEY_BROKEN: problem(
    'A key in the file is damaged or incomplete.',
    'Export it once more.',
    'Ein Schlüssel in der Datei ist beschädigt oder unvollständig.',
    'Exportieren Sie ihn noch einmal.',
  ),
  KEY_TOO_LARGE: problem(
    'A key in the file has more parts than are read: {signatures} signatures of its own and {userIds} user ids at most.',
    'Export it with fewer user ids.',
    'Ein Schlüssel in der Datei hat mehr Teile, als gelesen werden: höchstens {signatures} eigene Signaturen und {userIds} Benutzer-IDs.',
    'Exportieren Sie ihn mit weniger Benutzer-IDs.',
  ),
  NO_CERTIFICATE: problem(
    'The file holds a private key, but no certificate that belongs to it.',
    'Export the key together with its certificate.',
    'Die Datei enthält einen privaten Schlüssel, aber kein Zertifikat dazu.',
    'Exportieren Sie den Schlüssel zusammen mit seinem Zertifikat.',
  ),
  NO_PRIVATE_KEY: problem(
    'The file holds no private key.',
    'Export it with the private key, usually as .p12 or .pfx.',
    'Die Datei enthält keinen privaten Schlüssel.',
    'Exportieren Sie ihn mit dem privaten Schlüssel, meist als .p12 oder .pfx.',
  ),
  PASSWORD_NEEDED: problem(
    'The file is protected by a password.',
    'Type the password that was chosen when it was exported.',
    'Die Datei ist durch ein Passwort geschützt.',
    'Geben Sie das Passwort ein, das beim Export gewählt wurde.',
  ),
  WRONG_PASSWORD: problem(
    'The password does not open this file.',
    'Type the password that was chosen when it was exported; capital letters count.',
    'Das Passwort öffnet diese Datei nicht.',
    'Geben Sie das Passwort ein, das beim Export gewählt wurde; Groß- und Kleinschreibung zählt.',
  ),
  PRIVATE_KEY_BROKEN: problem(
    'The private key in the file is damaged or of a kind that cannot be used.',
    'Export it once more; RSA, elliptic curves (P-256, P-384, P-521, Brainpool), Ed25519 and X25519 can be used.',
    'Der private Schlüssel in der Datei ist beschädigt oder von einer Art, die nicht brauchbar ist.',
    'Exportieren Sie ihn noch einmal; brauchbar sind RSA, elliptische Kurven (P-256, P-384, P-521, Brainpool), Ed25519 und X25519.',
  ),
  FILE_PROTECTION_UNKNOWN: problem(
    'The file is protected in a way that is not known here ({algorithm}).',
    'Export it once more with AES-256, the default of current programs.',
    'Die Datei ist auf eine Art geschützt, die hier nicht bekannt ist ({algorithm}).',
    'Exportieren Sie sie noch einmal mit AES-256, der Voreinstellung heutiger Programme.',
  ),
  FILE_PROTECTION_COSTLY: problem(
    'Opening the file would take too long: its password is stretched more often than is allowed here.',
    'Export it once more with a smaller number of iterations, at most a million.',
    'Das Öffnen der Datei würde zu lange dauern: ihr Passwort wird öfter gestreckt, als hier erlaubt ist.',
    'Exportieren Sie sie noch einmal mit weniger Iterationen, höchstens einer Million.',
  ),

  // --- a key and its address, time and use -----------------------------------------------------------------------------
  OTHER_ADDRESS: problem(
    'The key is for {addresses}, not for {address}.',
    'Ask the recipient for a key that names this address.',
    'Der Schlüssel gilt für {addresses}, nicht für {address}.',
    'Bitten Sie den Empfänger um einen Schlüssel, der diese Adresse nennt.',
  ),
  NO_ADDRESS: problem(
    'The key names no mail address.',
    'Ask for a key that names the address; an administrator can allow addresses in the subject of certificates.',
    'Der Schlüssel nennt keine Mailadresse.',
    'Bitten Sie um einen Schlüssel, der die Adresse nennt; die Administration kann Adressen im Inhabernamen von Zertifikaten zulassen.',
  ),
  NOT_YET_VALID: problem(
    'The key is valid from {date} only.',
    'Wait until then, or use another one.',
    'Der Schlüssel gilt erst ab {date}.',
    'Warten Sie bis dahin oder verwenden Sie einen anderen.',
  ),
  EXPIRED: problem(
    'The key has expired on {date}.',
    'Renew it, or ask the recipient for the new one.',
    'Der Schlüssel ist am {date} abgelaufen.',
    'Erneuern Sie ihn oder bitten Sie den Empfänger um den neuen.',
  ),
  NOT_FOR_SIGNING: problem(
    'The key may not be used for signing.',
    'Use one that is issued for signatures.',
    'Der Schlüssel darf nicht zum Signieren verwendet werden.',
    'Verwenden Sie einen, der für Signaturen ausgestellt ist.',
  ),
  NOT_FOR_ENCRYPTING: problem(
    'The key may not be used for encryption.',
    'Ask the recipient for one that is issued for encryption.',
    'Der Schlüssel darf nicht zum Verschlüsseln verwendet werden.',
    'Bitten Sie den Empfänger um einen, der zum Verschlüsseln ausgestellt ist.',
  ),
  NOT_FOR_MAIL: problem(
    'The certificate is issued for other purposes than mail.',
    'Ask for one whose extended key usage names e-mail protection.',
    'Das Zertifikat ist für andere Zwecke als Mail ausgestellt.',
    'Bitten Sie um eines, dessen erweiterte Schlüsselverwendung den Schutz von E-Mail nennt.',
  ),
  KEY_TOO_SHORT: problem(
    'The key is too short to be safe ({algorithm}).',
    'Use RSA with at least 2048 bits, or an elliptic curve.',
    'Der Schlüssel ist zu kurz, um sicher zu sein ({algorithm}).',
    'Verwenden Sie RSA mit mindestens 2048 Bit oder eine elliptische Kurve.',
  ),
  KEY_UNSAFE: problem(
    'The key is made in a way that protects nothing.',
    'Have a new one made.',
    'Der Schlüssel ist so gebaut, dass er nichts schützt.',
    'Lassen Sie einen neuen erstellen.',
  ),
  ALGORITHM_UNKNOWN: problem(
    'The kind of key is not known here ({algorithm}).',
    'Use RSA, an elliptic curve (P-256, P-384, P-521, Brainpool), Ed25519 or X25519.',
    'Die Art des Schlüssels ist hier nicht bekannt ({algorithm}).',
    'Verwenden Sie RSA, eine elliptische Kurve (P-256, P-384, P-521, Brainpool), Ed25519 oder X25519.',
  ),
  ALGORITHM_OBSOLETE: problem(
    'This kind of key is no longer considered safe ({algorithm}).',
    'Ask for a new key; current programs make one that is.',
    'Diese Art von Schlüssel gilt nicht mehr als sicher ({algorithm}).',
    'Bitten Sie um einen neuen; heutige Programme erstellen einen, der es ist.',
  ),
  KEY_INCOMPLETE: problem(
    'The key holds nothing by which its owner confirms it.',
    'Export it once more, from the program that made it.',
    'Dem Schlüssel fehlt, womit sein Inhaber ihn bestätigt.',
    'Exportieren Sie ihn noch einmal aus dem Programm, das ihn erstellt hat.',
  ),
  SIGNATURE_WEAK: problem(
    'The certificate is signed in a way that can be forged ({algorithm}).',
    'Ask the authority for one that is signed with SHA-256 or better.',
    'Das Zertifikat ist auf eine Art signiert, die sich fälschen lässt ({algorithm}).',
    'Bitten Sie die Zertifizierungsstelle um eines, das mit SHA-256 oder besser signiert ist.',
  ),
  EXTENSION_UNKNOWN: problem(
    'The certificate has a condition that must be understood and is not known here ({oid}).',
    'Ask the authority for a certificate for mail.',
    'Das Zertifikat stellt eine Bedingung, die verstanden werden muss und hier nicht bekannt ist ({oid}).',
    'Bitten Sie die Zertifizierungsstelle um ein Zertifikat für Mail.',
  ),

  // --- who issued a certificate ----------------------------------------------------------------------------------------
  ISSUER_NOT_TRUSTED: problem(
    'The certificate is issued by “{issuer}”, which leads to no authority that this site trusts.',
    'An administrator can add the authority to the trusted ones.',
    'Das Zertifikat ist von „{issuer}“ ausgestellt; von dort führt kein Weg zu einer Zertifizierungsstelle, der diese Site vertraut.',
    'Die Administration kann die Zertifizierungsstelle zu den vertrauten hinzufügen.',
  ),
  ISSUER_EXPIRED: problem(
    'The certificate of the authority “{issuer}” is not valid at this time.',
    'Ask the authority for a certificate of its present chain.',
    'Das Zertifikat der Zertifizierungsstelle „{issuer}“ ist zur Zeit nicht gültig.',
    'Bitten Sie die Zertifizierungsstelle um ein Zertifikat ihrer heutigen Kette.',
  ),
  ISSUER_NOT_ALLOWED: problem(
    '“{issuer}” was not allowed to issue this certificate.',
    'Do not use it, and tell whoever gave it to you.',
    '„{issuer}“ durfte dieses Zertifikat nicht ausstellen.',
    'Verwenden Sie es nicht und sagen Sie es dem, von dem Sie es haben.',
  ),
  CERTIFICATE_FORGED: problem(
    'The signature of “{issuer}” under the certificate is not genuine.',
    'Do not use it, and tell whoever gave it to you.',
    'Die Unterschrift von „{issuer}“ unter dem Zertifikat ist nicht echt.',
    'Verwenden Sie es nicht und sagen Sie es dem, von dem Sie es haben.',
  ),
  REVOKED: problem(
    'The key was revoked on {date}.',
    'Do not use it; ask for the new one.',
    'Der Schlüssel wurde am {date} widerrufen.',
    'Verwenden Sie ihn nicht; bitten Sie um den neuen.',
  ),
  REVOCATION_UNKNOWN: problem(
    'Whether the certificate was revoked could not be found out.',
    'Try again later; an administrator can allow such certificates.',
    'Ob das Zertifikat widerrufen wurde, ließ sich nicht feststellen.',
    'Versuchen Sie es später noch einmal; die Administration kann solche Zertifikate zulassen.',
  ),

  // --- signed and encrypted mails that are opened ----------------------------------------------------------------------
  MESSAGE_BROKEN: problem(
    'The signed or encrypted part of the mail is damaged or incomplete.',
    'Ask the sender to send it again.',
    'Der signierte oder verschlüsselte Teil der Mail ist beschädigt oder unvollständig.',
    'Bitten Sie den Absender, sie noch einmal zu senden.',
  ),
  MESSAGE_TOO_LARGE: problem(
    'The signed or encrypted part of the mail is too large: {limit} at most.',
    'Open it in a mail program.',
    'Der signierte oder verschlüsselte Teil der Mail ist zu groß: höchstens {limit}.',
    'Öffnen Sie sie in einem Mailprogramm.',
  ),
  MESSAGE_ALTERED: problem(
    'The mail was altered on its way.',
    'Do not trust it; ask the sender to send it again.',
    'Die Mail wurde unterwegs verändert.',
    'Vertrauen Sie ihr nicht; bitten Sie den Absender, sie noch einmal zu senden.',
  ),
  NOT_ENCRYPTED_FOR_ANY: problem(
    'The mail is encrypted, but not for any of the keys here.',
    'Ask the sender to encrypt it for your key.',
    'Die Mail ist verschlüsselt, aber für keinen der Schlüssel hier.',
    'Bitten Sie den Absender, sie für Ihren Schlüssel zu verschlüsseln.',
  ),
  CIPHER_UNKNOWN: problem(
    'The mail is signed or encrypted in a way that is not known here ({algorithm}).',
    'Ask the sender to use AES and SHA-256.',
    'Die Mail ist auf eine Art signiert oder verschlüsselt, die hier nicht bekannt ist ({algorithm}).',
    'Bitten Sie den Absender, AES und SHA-256 zu verwenden.',
  ),
  SIGNATURE_INVALID: problem(
    'The signature does not belong to this content.',
    'Do not trust it; ask the sender to send it again.',
    'Die Signatur gehört nicht zu diesem Inhalt.',
    'Vertrauen Sie ihm nicht; bitten Sie den Absender, ihn noch einmal zu senden.',
  ),
  MESSAGE_SIGNATURE_WEAK: problem(
    'The mail is signed in a way that can be forged ({algorithm}).',
    'Ask the sender to sign with SHA-256 or better.',
    'Die Mail ist auf eine Art signiert, die sich fälschen lässt ({algorithm}).',
    'Bitten Sie den Absender, mit SHA-256 oder besser zu signieren.',
  ),
  SIGNER_UNKNOWN: problem(
    'The signature cannot be checked, because the signer’s key is not at hand.',
    'Ask the signer for their certificate or key.',
    'Die Signatur lässt sich nicht prüfen, weil der Schlüssel des Unterzeichners fehlt.',
    'Bitten Sie den Unterzeichner um sein Zertifikat oder seinen Schlüssel.',
  ),
} as const satisfies Record<string, ProblemText>;

export type KeyProblemCode = keyof typeof KEY_PROBLEMS;
export const KEY_PROBLEM_CODES = Object.keys(KEY_PROBLEMS) as [KeyProblemCode, ...KeyProblemCode[]];

/** Why a key, a file or a mail cannot be used. */
export interface KeyProblem {
  readonly code: KeyProblemCode;
  readonly params?: Readonly<Record<string, string>> | undefined;
}

const isCode = (code: string): code is KeyProblemCode => Object.hasOwn(KEY_PROBLEMS, code);

/** The sentence and the advice for a problem, placeholders filled: what is missing becomes “…”, in brackets of its own it goes with them. A code of another version reads as an unreadable file. */
export function describeKeyProblem(
  { code, params = {} }: { readonly code: string; readonly params?: Readonly<Record<string, string>> | undefined },
  language: 'en' | 'de',
): { sentence: string; help: string } {
  const text: ProblemText = KEY_PROBLEMS[isCode(code) ? code : 'FILE_UNREADABLE'];
  const has = (name: string): boolean => Object.hasOwn(params, name);
  const fill = (template: string): string =>
    template
      .replace(/ \(\{(\w+)\}\)/g, (bracketed, name: string) => (has(name) ? bracketed : ''))
      .replace(/\{(\w+)\}/g, (_, name: string) => (has(name) ? (params[name] ?? '…') : '…'));
  return language === 'de' ? { sentence: fill(text.de), help: fill(text.helpDe) } : { sentence: fill(text.en), help: fill(text.helpEn) };
}
