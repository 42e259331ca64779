import { contentTypeOf, fieldNamed, type ReadEntity, type ReadField } from '#mail/secure/mime/read';

/** Header protection as it is read (RFC 9788 §4). */

export interface ReadHeaders {
  /** The fields to show: those within what is signed or encrypted where they are there, else those outside. */
  readonly fields: readonly ReadField[];
  /** `cipher`: they were encrypted, or copied from what was seen outside; `clear`: signed only. Absent: those outside, which anybody may have changed. */
  readonly protection?: 'clear' | 'cipher' | undefined;
  /** Names, in lower case, of fields that were not to be seen, or not so, from outside. */
  readonly hidden: readonly string[];
}

const isStructural = ({ name }: ReadField): boolean => /^(?:mime-version$|content-)/i.test(name);
const isOuterCopy = ({ name }: ReadField): boolean => name.toLowerCase() === 'hp-outer';

/** What counts of a message's header fields; `isEncrypted` and `isSigned` tell of what is around `payload`. */
export function protectedFields(outer: ReadEntity, payload: ReadEntity, isEncrypted: boolean, isSecured: boolean): ReadHeaders {
  const hp = payload.parameters.get('hp');
  const own = payload.fields.filter((field) => !isStructural(field));
  const isClear = hp === 'clear' || (hp === undefined && payload.parameters.get('protected-headers') === 'v1');
  // Within nothing that protects them, they protect nothing.
  if (!isSecured || !(hp === 'cipher' || isClear)) return { fields: outer.fields.filter((field) => !isStructural(field)), hidden: [] };
  const fields = own.filter((field) => !isOuterCopy(field));
  if (hp !== 'cipher' || !isEncrypted) return { fields, protection: 'clear', hidden: [] };
  const copies = new Set(own.filter(isOuterCopy).map(({ value }) => normal(value)));
  const hidden = fields.filter(({ name, value }) => !copies.has(normal(`${name}: ${value}`))).map(({ name }) => name.toLowerCase());
  return { fields, protection: 'cipher', hidden: [...new Set(hidden)] };
}

const normal = (field: string): string => {
  const colon = field.indexOf(':');
  return `${field.slice(0, colon).trim().toLowerCase()}:${field
    .slice(colon + 1)
    .replace(/\s+/g, ' ')
    .trim()}`;
};

/** Whether a text begins with the hidden fields once more, for programs that do not know of them. */
export const hasLegacyDisplay = (contentType: string): boolean => contentTypeOf(contentType).parameters.get('hp-legacy-display') === '1';

export const subjectOf = ({ fields }: ReadHeaders): string | undefined => fieldNamed(fields, 'subject');
