import type { RelayMessage } from '#contract/relay/api';
import { asciiDomain, headerLine, mailboxes, unstructured } from '#mail/compose/encode';

/** A header field (RFC 5322 §2.2), its value encoded and not folded. */
export type HeaderField = readonly [name: string, value: string];

/** The header fields of a message that are not about its content's structure, in their order. */
export function headerFields(message: RelayMessage): HeaderField[] {
  const fields: [string, string | undefined][] = [
    ['From', mailboxes([message.from])],
    ['To', message.to.length > 0 ? mailboxes(message.to) : message.cc.length > 0 ? undefined : 'undisclosed-recipients:;'],
    ['Cc', message.cc.length > 0 ? mailboxes(message.cc) : undefined],
    ['Reply-To', message.replyTo ? mailboxes([message.replyTo]) : undefined],
    ['Subject', unstructured(message.subject)],
    ['Message-ID', `<${asciiDomain(message.messageId)}>`],
    ['Date', new Date(message.date).toUTCString().replace(/GMT/, '+0000')],
    ['Auto-Submitted', message.autoSubmitted],
    ['Content-Language', message.language],
  ];
  return fields.flatMap(([name, value]) => (value === undefined ? [] : [[name, value] as const]));
}

/** The fields as they stand in a message, each with CRLF. */
export const headerText = (fields: readonly HeaderField[]): string => fields.map(([name, value]) => headerLine(name, value)).join('');
