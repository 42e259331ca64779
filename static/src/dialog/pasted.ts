/** Lists of recipients as other programs copy them, made into a list as RFC 5322 writes it. */

/** What may stand in a quoted name without being escaped. */
const isPlainName = (text: string): boolean => text !== '' && !/["\\<>@]/.test(text);

/** Outlook writes `Last, First <address>`; elsewhere a comma parts two recipients, so the name is put in quotes. */
function quoteName(entry: string): string {
  const at = entry.indexOf('<');
  const name = entry.slice(0, Math.max(0, at)).trim();
  const isLast = entry.indexOf('<', at + 1) === -1 && entry.trimEnd().endsWith('>');
  return name.includes(',') && isLast && isPlainName(name) ? `"${name}" ${entry.slice(at)}` : entry;
}

/** A row of a table: one address and, in another cell, its name. Other rows are a list. */
function rowToEntry(line: string): string {
  if (!line.includes('\t')) return line;
  const cells = line.split('\t').map((cell) => cell.trim());
  const addresses = cells.filter((cell) => cell.includes('@'));
  const name = cells.find(isPlainName);
  const [address] = addresses;
  if (addresses.length !== 1 || address === undefined || address.includes('<') || name === undefined) return cells.join('\n');
  return `"${name}" <${address}>`;
}

const withoutBullet = (line: string): string => line.replace(/^\s*[•·‣▪*–-]\s+/u, '');

/** The text with what Outlook, tables and bulleted lists write differently put right; everything else stays as it is. */
export function asAddressList(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => rowToEntry(withoutBullet(line)));
  return lines
    .join('\n')
    .split(/([;\n])/)
    .map(quoteName)
    .join('');
}
