/** Characters that have no place in a mail's text: C0 and C1 controls but tab, line feed and carriage return, and non-characters. */
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/g;

/** Text as HTML text content. The no-break space is written as an entity so that it survives re-encoding. */
export function escapeText(text: string): string {
  if (!/[&<>\u00a0\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/.test(text)) return text;
  return text
    .replace(FORBIDDEN, '')
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/\u00a0/g, '&nbsp;');
}

/** Text as a double-quoted attribute's value. */
export function escapeAttribute(text: string): string {
  if (!/[&<>"\u00a0\u0000-\u001f\u007f-\u009f\ufffe\uffff]/.test(text)) return text;
  return escapeText(text)
    .replace(/"/g, '&quot;')
    .replace(/[\r\n\t]+/g, ' ');
}

/** Text without what no mail can hold. */
export const cleanText = (text: string): string =>
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\ufffe\uffff]/.test(text) ? text.replace(FORBIDDEN, '') : text;
