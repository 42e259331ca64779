/** SMTP replies and broken connections as codes of the one table (RFC 5321 §4.2, RFC 3463). */
import type { ErrorCode } from '#contract/errors';
import type { SmtpReply } from '#contract/relay/api';
import { RelayError } from '#relay/shared/errors';
import { meaningOf, type Phase } from '#relay/submit/reply-meaning';

/** Code, enhanced code and text of a reply line; addresses in the text are replaced. Undefined when it is no reply. */
export function parseReply(response: string | undefined): SmtpReply | undefined {
  const match = /^([2-5]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3}))?[ -]?([\s\S]*)/.exec(response ?? '');
  if (!match) return undefined;
  const text = (match[3] ?? '')
    .replace(/[\r\n]+\d{3}[ -](\d\.\d+\.\d+ )?/g, ' ')
    .replace(/("[^"]*"|[^\s<>,;:()]+)@[^\s<>,;:()]+/g, '…')
    .replace(/[\u0000-\u001f\u007f]/g, ' ')
    .trim()
    .slice(0, 500);
  // qmail and its kin write the enhanced code at the end.
  const enhanced = match[2] ?? /\(#([245]\.\d{1,3}\.\d{1,3})\)/.exec(text)?.[1];
  return { code: Number(match[1]), ...(enhanced && { enhanced }), ...(text && { reply: text }) };
}

/** What a refusal means: by its enhanced code and words where they say more, else by its basic code and the phase. */
export function codeOfReply(reply: SmtpReply, phase: Phase): ErrorCode {
  return (
    meaningOf(reply, phase) ??
    (phase === 'connect' || phase === 'tls' || phase === 'login' ? beforeMail(reply, phase) : ofMail(reply, phase))
  );
}

function beforeMail({ code }: SmtpReply, phase: 'connect' | 'tls' | 'login'): ErrorCode {
  if (code < 500) return 'SERVER_BUSY';
  if (phase === 'connect') return code === 554 || code === 521 ? 'CONNECTION_REFUSED' : 'PROTOCOL_ERROR';
  if (phase === 'tls') return 'TLS_NOT_OFFERED';
  if (code === 535 || code === 534 || code === 538) return 'LOGIN_FAILED';
  return code === 530 ? 'LOGIN_REQUIRED' : 'LOGIN_NOT_OFFERED';
}

function ofMail({ code }: SmtpReply, phase: Exclude<Phase, 'connect' | 'tls' | 'login'>): ErrorCode {
  if (code === 530) return 'LOGIN_REQUIRED';
  if (code < 500) return phase === 'recipient' ? 'RECIPIENT_DEFERRED' : 'SERVER_BUSY';
  if (code === 552) return phase === 'recipient' ? 'MAILBOX_FULL' : 'SERVER_TOO_LARGE';
  if (phase === 'recipient') return 'RECIPIENT_REJECTED';
  return phase === 'sender' ? 'SENDER_REJECTED' : 'MESSAGE_REJECTED';
}

const CERTIFICATE_CODES: Readonly<Record<string, ErrorCode>> = {
  CERT_HAS_EXPIRED: 'CERTIFICATE_EXPIRED',
  ERR_TLS_CERT_ALTNAME_INVALID: 'CERTIFICATE_NAME',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'CERTIFICATE_UNTRUSTED',
  SELF_SIGNED_CERT_IN_CHAIN: 'CERTIFICATE_UNTRUSTED',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'CERTIFICATE_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT: 'CERTIFICATE_UNTRUSTED',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'CERTIFICATE_UNTRUSTED',
  CERT_NOT_YET_VALID: 'CERTIFICATE_UNTRUSTED',
  CERT_UNTRUSTED: 'CERTIFICATE_UNTRUSTED',
};
const REFUSED = ['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'EACCES'];
const LOST = ['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ECONNECTION', 'EABORT'];

/** The fields of Node's and nodemailer's errors that say what happened. */
interface ConnectionFault {
  readonly code?: unknown;
  readonly originalCode?: unknown;
  readonly response?: unknown;
  readonly command?: unknown;
  readonly message?: unknown;
}

/** A failure of socket, TLS or conversation as a coded one. */
export function connectionError(error: unknown, phase: Phase): RelayError {
  if (error instanceof RelayError) return error;
  const fault = (typeof error === 'object' && error !== null ? error : {}) as ConnectionFault;
  const codes = [fault.originalCode, fault.code].filter((code) => typeof code === 'string');
  const smtp = parseReply(typeof fault.response === 'string' ? fault.response : undefined);
  if (smtp && smtp.code >= 400)
    return new RelayError(
      smtp.code === 421 && smtp.enhanced !== '4.7.66' ? 'SERVER_BUSY' : codeOfReply(smtp, phaseOf(fault.command, phase)),
      { smtp, cause: error },
    );
  if (smtp === undefined && typeof fault.response === 'string') return new RelayError('PROTOCOL_ERROR', { cause: error });
  return new RelayError(codeOfFault(codes, phaseOf(fault.command, phase), String(fault.message)), { cause: error });
}

function codeOfFault(codes: readonly string[], phase: Phase, message: string): ErrorCode {
  const certificate = codes.map((code) => CERTIFICATE_CODES[code]).find((code) => code !== undefined);
  if (certificate) return certificate;
  if (codes.some((code) => REFUSED.includes(code))) return 'CONNECTION_REFUSED';
  if (codes.includes('ETIMEDOUT')) return 'CONNECTION_TIMEOUT';
  if (
    codes.includes('ETLS') ||
    codes.some((code) => code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) ||
    (phase === 'tls' && codes.some((code) => LOST.includes(code)))
  )
    return 'TLS_FAILED';
  if (codes.includes('EPROTOCOL') || /Invalid greeting|Unexpected Response/.test(message)) return 'PROTOCOL_ERROR';
  if (codes.includes('EMESSAGE')) return 'SERVER_TOO_LARGE';
  return 'CONNECTION_LOST';
}

/** nodemailer names the command that failed; where it does, that is more exact than where we were. */
function phaseOf(command: unknown, phase: Phase): Phase {
  if (command === 'MAIL FROM') return 'sender';
  if (command === 'RCPT TO') return 'recipient';
  if (command === 'DATA') return 'data';
  if (command === 'STARTTLS') return 'tls';
  return typeof command === 'string' && command.startsWith('AUTH') ? 'login' : phase;
}
