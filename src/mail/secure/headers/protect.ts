import type { RelayMessage } from '#contract/relay/api';
import { type HeaderField, headerFields, headerText } from '#mail/compose/header-fields';

/** Header protection (RFC 9788): the header fields once more within what is signed or encrypted. */

/** What stands outside in place of a subject that is encrypted (RFC 9788 §3.2.1, the policy that it recommends). */
export const HIDDEN_SUBJECT = '[...]';

export interface ProtectedHeaders {
  /** The message as it is seen from outside. */
  readonly outer: RelayMessage;
  /** For the beginning of the content's own header fields, each with CRLF. */
  readonly fields: string;
  /** Parameter of the content's `Content-Type`, with its leading `;`. */
  readonly parameter: string;
}

/** RFC 9788 §1.9: `MIME-Version` and what begins with `Content-` is about structure, and stands where it belongs alone. */
const isStructural = ([name]: HeaderField): boolean => /^(?:MIME-Version$|Content-)/i.test(name);

/** `cipher`: the content is encrypted, and the subject stays within it; `clear`: it is signed only, and nothing is hidden (RFC 9788 §5.2). */
export function protectedHeaders(message: RelayMessage, kind: 'clear' | 'cipher'): ProtectedHeaders {
  const outer = kind === 'cipher' ? { ...message, subject: HIDDEN_SUBJECT } : message;
  const fieldsOf = (each: RelayMessage): HeaderField[] => headerFields(each).filter((field) => !isStructural(field));
  const outside = kind === 'cipher' ? fieldsOf(outer).map(([name, value]) => ['HP-Outer', `${name}: ${value}`] as const) : [];
  return { outer, fields: headerText([...fieldsOf(message), ...outside]), parameter: `; hp="${kind}"` };
}
