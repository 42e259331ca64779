import * as z from 'zod';
import type { Language } from '#contract/errors';

/**
 * Whether mail from a domain will be believed: SPF (RFC 7208), DKIM (RFC 6376) and DMARC (RFC 7489) as the DNS shows them.
 * Each finding has a code and the sentence that an administrator reads.
 */

export const CHECK_STATES = ['good', 'weak', 'missing', 'broken', 'unknown'] as const;
export type CheckState = (typeof CHECK_STATES)[number];

interface Finding {
  readonly state: CheckState;
  readonly en: string;
  readonly de: string;
}
const finding = (state: CheckState, en: string, de: string): Finding => ({ state, en, de });

export const DOMAIN_FINDINGS = {
  SPF_STRICT: finding(
    'good',
    'SPF names the servers that may send for {domain} and rejects all others. The mail server of your account has to be among them.',
    'SPF nennt die Server, die für {domain} senden dürfen, und weist alle anderen ab. Der Mailserver Ihres Kontos muss dabei sein.',
  ),
  SPF_SOFT: finding(
    'good',
    'SPF names the servers that may send for {domain}; mail from others is only marked as suspicious. The mail server of your account has to be among them.',
    'SPF nennt die Server, die für {domain} senden dürfen; Mail von anderen wird nur als verdächtig markiert. Der Mailserver Ihres Kontos muss dabei sein.',
  ),
  SPF_NEUTRAL: finding(
    'weak',
    'SPF for {domain} says nothing about servers it does not name, so it protects little.',
    'SPF für {domain} sagt nichts über nicht genannte Server und schützt daher kaum.',
  ),
  SPF_ALLOWS_ALL: finding(
    'broken',
    'SPF lets every server in the world send for {domain}; many mail programs distrust such mail.',
    'SPF lässt jeden Server der Welt für {domain} senden; viele Mailprogramme misstrauen solcher Mail.',
  ),
  SPF_MISSING: finding(
    'missing',
    '{domain} has no SPF record. Mail may be marked as spam; add a TXT record that names your mail server.',
    '{domain} hat keinen SPF-Eintrag. Mail wird eventuell als Spam markiert; legen Sie einen TXT-Eintrag an, der Ihren Mailserver nennt.',
  ),
  SPF_NOTHING_SENDS: finding(
    'broken',
    'SPF says that {domain} never sends mail. Mail from it will be refused.',
    'SPF sagt, dass {domain} nie Mail sendet. Mail von dort wird abgewiesen.',
  ),
  SPF_MULTIPLE: finding(
    'broken',
    '{domain} has several SPF records, which makes all of them invalid. Merge them into one.',
    '{domain} hat mehrere SPF-Einträge; dadurch sind alle ungültig. Führen Sie sie zu einem zusammen.',
  ),
  SPF_TOO_MANY_LOOKUPS: finding(
    'broken',
    'The SPF record of {domain} needs more than 10 look-ups, so receivers treat it as invalid. Remove includes that are not needed.',
    'Der SPF-Eintrag von {domain} braucht mehr als 10 Abfragen und gilt daher als ungültig. Entfernen Sie nicht benötigte Includes.',
  ),
  SPF_INVALID: finding(
    'broken',
    'The SPF record of {domain} contains an error at “{part}”.',
    'Der SPF-Eintrag von {domain} enthält einen Fehler bei „{part}“.',
  ),
  DKIM_FOUND: finding(
    'good',
    'A DKIM key is published for {domain} ({selectors}). Your mail server has to sign with it.',
    'Für {domain} ist ein DKIM-Schlüssel veröffentlicht ({selectors}). Ihr Mailserver muss damit signieren.',
  ),
  DKIM_WEAK: finding(
    'weak',
    'The DKIM key of {domain} ({selectors}) is shorter than 1024 bits and is not trusted any more.',
    'Der DKIM-Schlüssel von {domain} ({selectors}) ist kürzer als 1024 Bit und gilt nicht mehr als sicher.',
  ),
  DKIM_REVOKED: finding(
    'broken',
    'The DKIM key of {domain} ({selectors}) has been withdrawn.',
    'Der DKIM-Schlüssel von {domain} ({selectors}) wurde zurückgezogen.',
  ),
  DKIM_NOT_FOUND: finding(
    'unknown',
    'No DKIM key was found under the usual names for {domain}. If your mail server signs, enter its selector; if not, switch signing on there.',
    'Unter den üblichen Namen wurde für {domain} kein DKIM-Schlüssel gefunden. Wenn Ihr Mailserver signiert, geben Sie den Selektor an; sonst schalten Sie das Signieren dort ein.',
  ),
  DMARC_REJECT: finding(
    'good',
    'DMARC asks receivers to refuse mail of {domain} that is neither signed nor sent by a named server. SPF or DKIM has to fit, or nothing arrives.',
    'DMARC lässt Mail von {domain} abweisen, die weder signiert noch von einem genannten Server gesendet ist. SPF oder DKIM müssen passen, sonst kommt nichts an.',
  ),
  DMARC_QUARANTINE: finding(
    'good',
    'DMARC asks receivers to put mail of {domain} into the spam folder when it is neither signed nor sent by a named server. SPF or DKIM has to fit.',
    'DMARC lässt Mail von {domain} in den Spam-Ordner legen, wenn sie weder signiert noch von einem genannten Server gesendet ist. SPF oder DKIM müssen passen.',
  ),
  DMARC_NONE: finding(
    'weak',
    'DMARC for {domain} only watches: mail arrives, but others can misuse the domain.',
    'DMARC für {domain} beobachtet nur: Mail kommt an, aber andere können die Domain missbrauchen.',
  ),
  DMARC_MISSING: finding(
    'missing',
    '{domain} has no DMARC record. Large providers ask for one; begin with “v=DMARC1; p=none”.',
    '{domain} hat keinen DMARC-Eintrag. Große Anbieter verlangen einen; beginnen Sie mit „v=DMARC1; p=none“.',
  ),
  DMARC_MULTIPLE: finding(
    'broken',
    '{domain} has several DMARC records, so receivers ignore them. Keep one.',
    '{domain} hat mehrere DMARC-Einträge; sie werden daher ignoriert. Behalten Sie einen.',
  ),
  DMARC_INVALID: finding(
    'broken',
    'The DMARC record of {domain} contains an error at “{part}”.',
    'Der DMARC-Eintrag von {domain} enthält einen Fehler bei „{part}“.',
  ),
  DNS_FAILED: finding(
    'unknown',
    'The DNS of {domain} did not answer. Try again later.',
    'Das DNS von {domain} hat nicht geantwortet. Versuchen Sie es später noch einmal.',
  ),
} as const satisfies Record<string, Finding>;

export type DomainFinding = keyof typeof DOMAIN_FINDINGS;
const DOMAIN_FINDING_CODES = Object.keys(DOMAIN_FINDINGS) as [DomainFinding, ...DomainFinding[]];

/** The sentence of a finding; an unknown placeholder becomes “…”. */
export function describeFinding(code: DomainFinding, language: Language, params: Readonly<Record<string, string>> = {}): string {
  const text: Finding = DOMAIN_FINDINGS[code];
  return text[language].replace(/\{(\w+)\}/g, (_, name: string) => (Object.hasOwn(params, name) ? (params[name] ?? '…') : '…'));
}

export const domainFindingSchema = z.object({
  state: z.enum(CHECK_STATES),
  code: z.enum(DOMAIN_FINDING_CODES),
  params: z.record(z.string(), z.string()).default({}),
  /** What the DNS holds, each at most 500 characters; with its name where that is not the domain itself. */
  records: z.array(z.object({ name: z.string(), value: z.string() })).max(20),
});
export type DomainFindingResult = z.infer<typeof domainFindingSchema>;

export const domainCheckValueSchema = z.object({
  domain: z.string(),
  spf: domainFindingSchema,
  dkim: domainFindingSchema,
  dmarc: domainFindingSchema,
});
export type DomainCheckValue = z.infer<typeof domainCheckValueSchema>;

/** DKIM selectors are domain labels (RFC 6376 §3.1). */
export const dkimSelectorSchema = z
  .string()
  .max(100)
  .regex(/^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/);
