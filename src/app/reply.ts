import { MAX_REPLY_CHARS } from '#contract/limits';
import type { SmtpReply } from '#contract/relay/api';

/** An address as servers write them into replies. The relay has masked them; a relay of another version might not have. */
const ADDRESS = /("[^"]*"|[^\s<>,;:()]+)@[^\s<>,;:()]+/g;

/** A mail server's reply as one line for people: code, enhanced code and words, without addresses. */
export function replyText(smtp: SmtpReply | undefined): string | undefined {
  if (!smtp) return undefined;
  const words = (smtp.reply ?? '').replace(ADDRESS, '…');
  return [String(smtp.code), smtp.enhanced, words].filter(Boolean).join(' ').slice(0, MAX_REPLY_CHARS);
}
