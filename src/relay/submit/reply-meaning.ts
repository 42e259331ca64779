/**
 * What a refusal means, beyond its basic code: the enhanced status code first (RFC 3463 and its registry, RFC 5248), then what the large
 * providers and servers say in words. Rows are tried in order; the first that fits decides. What no row fits is judged by code and phase.
 */
import type { ErrorCode } from '#contract/errors';
import type { SmtpReply } from '#contract/relay/api';

/** Where in the conversation something went wrong. */
export type Phase = 'connect' | 'tls' | 'login' | 'sender' | 'recipient' | 'data';

/** One kind of refusal; every condition that is given must hold. */
interface Row {
  readonly code: ErrorCode;
  readonly phases: readonly Phase[];
  /** Of the enhanced code, without its class. */
  readonly detail?: RegExp;
  /** Of the server's words. */
  readonly says?: RegExp;
  /** Of the basic code. */
  readonly basic?: readonly number[];
  /** Whether a refusal for now (4yz) is meant as well, or only one for now; absent: for good (5yz) alone. */
  readonly temporary?: 'too' | 'only';
}

const MAIL: readonly Phase[] = ['sender', 'recipient', 'data'];
const LOGIN: readonly Phase[] = ['login'];
const ANY: readonly Phase[] = ['connect', 'login', ...MAIL];

/** Words of a limit on what an account sends, as against the size of a mail or of a mailbox. */
const SENDING =
  '(?:daily|hourly|monthly|24[- ]hours?|per[- ](?:day|hour|minute|month)|send(?:ing|er(?:.s)?)?|sent|submission|outgoing|outbound|out-?going|relay(?:ing)?|credits?|messages?|mails?|emails?|recipient rate|rate)';
const LIMIT = '(?:limits?|quotas?|credits?|allowance|threshold)';
const OVER = '(?:exceed\\w*|reach\\w*|hit|over|used up|full|depleted|no more)';

/**
 * Sources. Microsoft: learn.microsoft.com, “Email non-delivery reports and SMTP errors in Exchange Online”, and “Fix issues with … SMTP AUTH
 * client submission”. Google: support.google.com/a/answer/3726730 (“Gmail SMTP errors and codes”). Amazon: SES developer guide, “SMTP response
 * codes” and “Amazon SES email sending errors”. SendGrid: docs, “SMTP Errors and Troubleshooting”. Postfix: postconf(5), smtpd restrictions,
 * and the texts of smtpd(8). Exim: specification, chapter 43 (ACLs). Further rows name theirs.
 */
const ROWS: readonly Row[] = [
  // --- login ---------------------------------------------------------------------------------------------------------
  // RFC 3207 §4, RFC 4954 §6: what is asked for is encryption, in whatever code. Microsoft: 421 4.7.66 “TLS 1.0 and 1.1 are not supported”.
  { code: 'TLS_NOT_OFFERED', phases: ['login', ...MAIL], detail: /^7\.11$/ },
  { code: 'TLS_NOT_OFFERED', phases: ['login', ...MAIL], basic: [538] },
  {
    code: 'TLS_NOT_OFFERED',
    phases: ['login', ...MAIL],
    says: /(?:issue|use|send|need|requires?) (?:an? )?start ?tls|start ?tls (?:is )?(?:required|needed|first|must)|encryption (?:is )?required/i,
  },
  {
    code: 'TLS_FAILED',
    phases: ['connect', 'login', 'sender'],
    says: /TLS ?v?1\.\d.{0,30}not supported|(?:upgrade|update).{0,40}TLS ?v?1\.\d/i,
    temporary: 'too',
  },
  // Google: 534 5.7.14, 535 5.7.1; the account is to be opened in a browser first.
  {
    code: 'LOGIN_WEB',
    phases: LOGIN,
    says: /web[- ]?(?:browser|login|mail|interface|site)|\bbrowser\b|log(?:ging)? ?in (?:via|at|on|through) (?:the |your )?(?:web|https?:)/i,
  },
  { code: 'LOGIN_WEB', phases: LOGIN, detail: /^7\.14$/ },
  // Google: 534 5.7.9. Others (Yahoo, iCloud, Zoho, Fastmail) ask for one in such words.
  {
    code: 'LOGIN_APP_PASSWORD',
    phases: LOGIN,
    says: /\bapp(?:lication)?s?(?:[- ]specific)?[- ]?(?:generated )?pass(?:word|code)|\b2[- ]?(?:fa|sv|step|factor)\b|two[- ](?:step|factor)|second factor|multi[- ]?factor|\bMFA\b|\bTOTP\b|one[- ]time (?:pass|code)|device password|authori[sz]ation code/i,
  },
  // Microsoft: 535 5.7.139 “SmtpClientAuthentication is disabled for the Tenant / the Mailbox”.
  {
    code: 'LOGIN_SMTP_OFF',
    phases: LOGIN,
    says: /SmtpClientAuth\w* is disabled|smtp[- ]?(?:client )?(?:auth\w*|access|log-?in|service|sending|submission)? ?(?:is|has been|are)? ?(?:currently )?(?:disabled|not (?:enabled|activated|allowed)|switched off|turned off|deactivated)|enable (?:pop|imap|smtp)|not (?:authori[sz]ed|allowed|permitted|entitled) (?:to use|for) smtp|(?:pop3?|imap|smtp)(?:[/ ,]|and|or)+(?:pop3?|imap|smtp).{0,30}(?:disabled|not (?:enabled|activated|allowed))/i,
  },
  // Microsoft: 535 5.7.139 “basic authentication is disabled”, “security defaults”, “did not meet the criteria”; 550 5.7.30.
  {
    code: 'LOGIN_PASSWORD_OFF',
    phases: ANY,
    says: /basic auth\w* (?:is |has been )?(?:disabled|not supported|blocked|turned off|no longer)|legacy auth|security defaults|did not meet the criteria|password(?:[- ]based)? (?:log-?ins?|auth\w*|sign-?ins?).{0,30}(?:disabled|off\b|not (?:allowed|supported|permitted)|no longer|unavailable|blocked)|less secure app|(?:use|requires?|only|must be|switch to) (?:an? )?(?:x?oauth|modern auth)|oauth ?2?(?:\.0)? (?:is )?(?:required|only|must)/i,
  },
  { code: 'LOGIN_PASSWORD_OFF', phases: ['login', 'sender'], detail: /^7\.30$/ },
  { code: 'ACCOUNT_BLOCKED', phases: LOGIN, detail: /^7\.13$/ },
  {
    code: 'LOGIN_TOO_MANY',
    phases: LOGIN,
    says: /too many (?!.{0,20}(?:connections|sessions))|too often|rate[- ]?limit|attempts? (?:limit|exceeded)|(?:temporar\w+|account (?:is|has been|was)) (?:been )?(?:locked|blocked)|locked[- ]?out|(?:is|been) locked\b|try again (?:later|in)|brute/i,
  },
  {
    code: 'LOGIN_TOO_MANY',
    phases: LOGIN,
    says: /too many (?:\w+ )?(?:log-?ins?|auth\w*|attempts|failed|bad|failures)/i,
    temporary: 'only',
  },
  {
    code: 'CLIENT_REJECTED',
    phases: LOGIN,
    says: /\bIP\b.{0,40}(?:not (?:allowed|authori[sz]ed|permitted)|denied|rejected|restricted)|not (?:allowed|permitted) from (?:this|your) (?:IP|address|location|network)/i,
  },
  { code: 'LOGIN_FAILED', phases: LOGIN, says: /password (?:has |is )?expired|expired password/i },
  {
    code: 'ACCOUNT_BLOCKED',
    phases: LOGIN,
    says: /(?:account|user|mailbox|domain|subscription|licen[cs]e)\b.{0,30}(?:suspended|disabled|deactivated|blocked|inactive|closed|expired)/i,
  },

  // RFC 3463 X.1.1 to X.1.6 and X.2.1 are the recipient, whatever words follow.
  { code: 'RECIPIENT_REJECTED', phases: ['recipient', 'data'], detail: /^(?:1\.(?:[1-6]|10)|2\.1)$/ },
  // Microsoft: 5.7.12 and 5.7.124 to .136, a mailbox or group that takes mail from some senders alone. They speak of the sender, and no login helps.
  { code: 'RECIPIENT_REJECTED', phases: ['recipient', 'data'], detail: /^7\.(?:12|12[4-9]|13[0-6])$/ },
  {
    code: 'RECIPIENT_REJECTED',
    phases: ['recipient', 'data'],
    says: /^(?!.*\bsender (?:verif|address|rejected)).*(?:RESOLVER\.RST\.(?:NotAuthorized|SenderNotAuthenticated|RestrictedTo|AuthRequired)|(?:mailbox|recipient|group)\b.{0,30}only (?:accepts?|receives?)|(?:mailbox|user|recipient|account) (?:is |was )?(?:not found|unknown|unavailable)|no such (?:user|recipient|mailbox))/i,
  },

  // --- limits of what an account sends ---------------------------------------------------------------------------------
  // Microsoft: 550 5.1.90, 550 5.7.232 and .233, 550 5.7.705, 554 5.2.0 SubmissionQuotaExceeded. Google: 550 5.4.5.
  { code: 'SENDING_LIMIT', phases: ANY, detail: /^(?:1\.90|7\.23[23]|7\.70[45])$/, temporary: 'too' },
  { code: 'SENDING_LIMIT', phases: ANY, detail: /^4\.5$/ },
  { code: 'SENDING_LIMIT', phases: ANY, says: /submission ?quota|recipient rate limit/i, temporary: 'too' },
  // What is full or too large belongs to the recipient or the mail, whatever words follow.
  { code: 'MAILBOX_SIZE_LIMIT', phases: MAIL, detail: /^2\.3$/, temporary: 'too' },
  { code: 'MAILBOX_FULL', phases: MAIL, detail: /^2\.2$/ },
  { code: 'SERVER_TOO_LARGE', phases: MAIL, detail: /^3\.4$/, temporary: 'too' },
  {
    code: 'SERVER_TOO_LARGE',
    phases: ['sender', 'data'],
    says: /(?:message|mail|e-?mail|size)\b.{0,40}(?:too (?:large|big)|exceeds?.{0,30}(?:size|maximum|fixed))|size limit|maximum (?:message )?size/i,
  },
  {
    code: 'MAILBOX_FULL',
    phases: ['recipient', 'data'],
    says: /mail ?box.{0,20}(?:full|quota|over)|over ?quota|(?:user|recipient|inbox|account).{0,25}(?:is )?(?:full|over (?:the )?quota)|disk quota|storage|(?:his|her|their|its) (?:disk |mailbox )?quota/i,
  },
  // Amazon: 454 “Throttling failure: Daily message quota exceeded”. SendGrid: 451 “Maximum credits exceeded”.
  {
    code: 'SENDING_LIMIT',
    phases: ANY,
    says: /(?:daily|hourly|monthly|24[- ]hours?|per[- ](?:day|hour|month)).{0,60}(?:limit|quota|credit|exceed|maximum)|(?:limit|quota|exceed\w*|maximum|too many).{0,60}(?:daily|hourly|today|24[- ]hours?|(?:per|this|an?|each|every)[- ](?:day|hour|month))|(?:sending|outgoing|outbound|sender(?:.s)?|send|submission|message|mail|e-?mail)s? (?:limit|quota|credits?)|maximum credits/i,
    temporary: 'too',
  },
  {
    code: 'SENDING_LIMIT',
    phases: ANY,
    says: new RegExp(
      `${SENDING}\\b.{0,30}${LIMIT}.{0,30}${OVER}|${OVER}.{0,40}${SENDING}.{0,20}${LIMIT}|too many (?:messages|mails|e-?mails) `,
      'i',
    ),
  },
  { code: 'SENDING_LIMIT', phases: ['login', 'sender'], says: /quota|too much mail from/i, temporary: 'too' },
  // Microsoft: 5.7.501 to .503, the account sends spam; see the sender for the latter two.
  { code: 'ACCOUNT_BLOCKED', phases: MAIL, detail: /^7\.501$/ },
  // Amazon: “Sending suspended for this account”. Microsoft: 554 5.2.0 OutboundSpamException. Zoho: 550 5.4.6 “Unusual sending activity detected”.
  {
    code: 'ACCOUNT_BLOCKED',
    phases: MAIL,
    says: /sending (?:is |has been |was )?(?:suspended|paused|disabled|blocked)|(?:account|sender|user)\b.{0,40}(?:suspended|deactivated|been (?:disabled|blocked|locked)|(?:is|was) (?:disabled|locked))|unusual (?:sending )?activity|OutboundSpam|blocked from sending/i,
  },

  // --- the sender's domain does not vouch for the mail -----------------------------------------------------------------
  // RFC 7372 §3 and Google: 5.7.26, .27 (SPF) and .30 (DKIM). Microsoft: 5.7.23, 5.7.509, 5.7.515.
  { code: 'SENDER_UNAUTHENTICATED', phases: MAIL, detail: /^7\.(?:2[0-4]|26|509|515)$/ },
  { code: 'SENDER_UNAUTHENTICATED', phases: MAIL, says: /\b(?:DMARC|SPF|DKIM)\b|unauthenticated|sender authentication/i },

  // --- a login is missing ------------------------------------------------------------------------------------------------
  // Microsoft: 5.7.57. Postfix: “Sender address rejected: not logged in”.
  { code: 'LOGIN_REQUIRED', phases: MAIL, detail: /^7\.57$/ },
  {
    code: 'LOGIN_REQUIRED',
    phases: MAIL,
    says: /not logged in|auth\w* (?:is )?(?:required|needed)|must (?:be )?(?:authenticated?|log ?in)|(?:requires?|need|use|enable|without|after|no) (?:smtp[- ])?auth(?:entication)?\b|log ?in (?:first|required)|send auth(?: command)? first/i,
  },

  // --- the sender ----------------------------------------------------------------------------------------------------------
  // Microsoft: 554 5.2.252 and 554 5.2.0 SendAsDenied, 550 5.7.60; 5.7.502 and .503. RFC 3463: X.1.7, X.1.8. RFC 7505 §4.2: X.7.27.
  { code: 'SENDER_UNKNOWN', phases: MAIL, detail: /^1\.[78]$/, temporary: 'only' },
  { code: 'SENDER_REJECTED', phases: MAIL, detail: /^(?:1\.[78]|2\.252|7\.60|7\.27|7\.50[23])$/ },
  {
    code: 'SENDER_UNKNOWN',
    phases: MAIL,
    says: /sender (?:address )?(?:rejected|verif\w+).{0,40}(?:domain not found|try again|temporar|lookup|host not found|defer|could not)|(?:sender|from)\b.{0,20}domain\b.{0,40}(?:not found|does not (?:exist|resolve)|lookup|unresolvable)/i,
    temporary: 'only',
  },
  {
    code: 'SENDER_REJECTED',
    phases: MAIL,
    says: /not owned by|Send-?As(?:Denied)?\b|send(?:ing)?[- ](?:as|on behalf)\b|sender (?:address|e-?mail|domain|identity|name)?[ :]*(?:is |was |has been |: ?)?(?:rejected|not allowed|denied|invalid|unknown|refused|not permitted|not authori[sz]ed|verif\w+ failed|does ?n.t|not found|mismatch|blocked|is not|must)|(?:invalid|bad|unknown|unauthori[sz]ed|wrong|forbidden|unverified) (?:outbound )?(?:sender|from\b|return[- ]path|envelope[- ]from)/i,
  },
  // Amazon: 554 “Email address is not verified”, “not authorized to perform ses:SendRawEmail”. SendGrid: 550 “verified Sender Identity”.
  {
    code: 'SENDER_REJECTED',
    phases: MAIL,
    says: /(?:address|e-?mail|sender|domain|identit\w+)\b.{0,60}(?:is|are|been) ?n.t verified|(?:address|e-?mail|sender|domain|identit\w+) (?:is |are )?not verified|verified sender|not authori[sz]ed to perform ses/i,
  },
  {
    code: 'SENDER_REJECTED',
    phases: MAIL,
    says: /not (?:allowed|authori[sz]ed|permitted|entitled|able) to (?:send|use|submit)\b.{0,60}(?:as|from|address|sender|behalf|identity|domain|using)|(?:can.?not|can't|may not|do not have permission to) send\b.{0,40}(?:as|from|behalf)\b/i,
  },
  {
    code: 'SENDER_REJECTED',
    phases: MAIL,
    says: /\b(?:from|mail from|envelope[- ]from|header[- ]from|return[- ]path)\b(?: ?: ?| )(?:address|header|field|domain|e-?mail)?.{0,40}(?:not (?:match|one of|own|allowed|authori|permitted|belong|valid|verified|registered)|does ?n.t (?:match|belong)|must (?:match|be|equal)|mismatch|denied|rejected|invalid)|anti-?spoof|spoof(?:ed|ing)/i,
  },
  // Zoho: 553 “Relaying disallowed as …” when From is not the account's own; 553 “Sender is not allowed to relay emails”.
  { code: 'SENDER_REJECTED', phases: MAIL, says: /relaying disallowed as|sender\b.{0,20}not allowed to relay/i },

  // --- the relay, by its address or name ---------------------------------------------------------------------------------
  // RFC 7372: 5.7.25. Microsoft: 5.7.64, 5.7.511, 5.7.606 to .649, 5.7.708. Postfix: Relay access denied, Client host rejected, Helo command rejected.
  // What the message holds or links to is on a list: not the relay.
  { code: 'MESSAGE_REJECTED', phases: ['data'], says: /\b(?:S|U)[UR]?RBL\b|\bDBL\b|\b(?:URLs?|links?) (?:in|found)\b|message body/i },
  { code: 'CLIENT_REJECTED', phases: MAIL, detail: /^7\.(?:25|28|64|511|6(?:0[6-9]|[1-4]\d)|708)$/ },
  {
    code: 'CLIENT_REJECTED',
    phases: MAIL,
    says: /relay(?:ing|ed)?\b.{0,20}(?:denied|not (?:permitted|allowed|authori[sz]ed|enabled)|disallowed|prohibited|refused|forbidden|blocked|rejected|unavailable)|(?:unable|not (?:permitted|allowed|authori[sz]ed|able)|can.?not|do(?:es)? not|don.t|won.t|will not|refus\w+|no) (?:to )?(?:open )?relay|rcpthosts|forwarding denied/i,
  },
  {
    code: 'CLIENT_REJECTED',
    phases: ['connect', ...MAIL],
    says: /client host|\b(?:helo|ehlo)\b|client (?:address|ip)|reverse[- ](?:dns|hostname|lookup)|\brDNS\b|\bPTR\b/i,
  },
  {
    code: 'CLIENT_REJECTED',
    phases: ['connect', ...MAIL],
    says: /spamhaus|spamcop|barracuda|sorbs|ipcheck\.proofpoint|\b[rd]n?s?bl\b|(?:block|black|deny)[- ]?list|banned sending ip|\bIP\b.{0,60}(?:block|ban|not allowed|reject|denied|listed|reputation|not authori)|(?:block|bann?|reject|denied|unauthori[sz]ed|poor reputation|not accept)\w*.{0,40}\bIP\b|unsolicited mail originating from your IP/i,
  },

  { code: 'SERVER_BUSY', phases: ['connect', 'login'], says: /too many (?:\w+ ){0,3}(?:connections|sessions)/i },

  // --- the mail ---------------------------------------------------------------------------------------------------------------
  // Google: 552 5.7.0 “content presents a potential security issue”.
  {
    code: 'ATTACHMENT_REFUSED',
    phases: ['data'],
    says: /security issue|attach(?:ment|ed)|file ?(?:type|extension|name|format)|\bextensions?\b|executable|banned (?:file|content|type)|virus|malware|infected|\.(?:exe|zip|js|bat|scr|iso|docm|xlsm)\b/i,
  },
  { code: 'ATTACHMENT_REFUSED', phases: ['data'], basic: [552], detail: /^7\.0$/ },
  // RFC 3463 X.6.7 and RFC 6531 §4.3.
  { code: 'ADDRESS_NOT_SUPPORTED', phases: MAIL, detail: /^6\.[79]$/ },

  // --- a recipient -----------------------------------------------------------------------------------------------------------
  // RFC 5321 §4.5.3.1.10: too many recipients is for now, also with a 5yz code.
  { code: 'RECIPIENT_DEFERRED', phases: ['recipient'], detail: /^5\.3$/ },
];

/** The code of the first row that fits; undefined where code and phase have to do. */
export function meaningOf({ code, enhanced = '', reply = '' }: SmtpReply, phase: Phase): ErrorCode | undefined {
  const temporary = code < 500;
  const detail = enhanced.slice(2);
  return ROWS.find(
    (row) =>
      row.phases.includes(phase) &&
      (temporary ? row.temporary !== undefined : row.temporary !== 'only') &&
      (row.basic?.includes(code) ?? true) &&
      (row.detail?.test(detail) ?? true) &&
      (row.says?.test(reply) ?? true),
  )?.code;
}

/** Words by which a server says that a recipient does not exist, whatever its code. */
const NO_SUCH_RECIPIENT =
  /(?:user|recipient|mailbox|address|account)\b.{0,20}(?:unknown|not (?:found|exist|known)|does ?n.t exist|does not exist|unavailable|invalid)|(?:unknown|no such|invalid) (?:user|recipient|mailbox|address|account)/i;

/**
 * Whether refusals of all recipients mean the sender: one and the same 5.7.1 for everybody is no typing error. Postfix checks client, HELO and
 * sender at RCPT TO by default (postconf(5), `smtpd_delay_reject`).
 */
export function refusesSender(replies: readonly (SmtpReply | undefined)[]): boolean {
  const kinds = new Set(replies.map((each) => each && JSON.stringify([each.code, each.enhanced, each.reply])));
  const [first] = replies;
  return (
    kinds.size === 1 &&
    first?.code !== undefined &&
    first.code >= 500 &&
    first.enhanced === '5.7.1' &&
    !NO_SUCH_RECIPIENT.test(first.reply ?? '')
  );
}

/** Codes that speak of passwords, which an account that logs in with a token has none of. */
const OF_PASSWORDS: readonly ErrorCode[] = ['LOGIN_FAILED', 'LOGIN_REQUIRED', 'LOGIN_PASSWORD_OFF', 'LOGIN_APP_PASSWORD'];

/** The same refusal for an account that logs in with an access token. */
export const forToken = (code: ErrorCode): ErrorCode => (OF_PASSWORDS.includes(code) ? 'LOGIN_TOKEN_REFUSED' : code);
