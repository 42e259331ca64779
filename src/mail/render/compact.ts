/** Styles that occur at least this often are worth a class. */
const MIN_USES = 6;
/** Characters of style sheet that compaction may add; Gmail reads no more than 8,192 in all. */
const MAX_SHEET_CHARS = 3_500;

/** A tag with a style: its name, what stands before the style, the style, what stands behind. Text has no `<` of its own, nor have values. */
const TAG = /<([a-z][a-z0-9]*)([^<>]*?) style="([^"]*)"([^<>]*)>/g;
const CLASS = / class="([^"]*)"/;

/**
 * Makes markup shorter by putting styles that repeat into classes: `html` with its tags rewritten, and the rules for its style sheet.
 * For mails that would otherwise be clipped; shorter ones keep every style inline, which more mail programs obey.
 */
export function compact(html: string): { readonly html: string; readonly rules: string } {
  const uses = new Map<string, number>();
  for (const [, , , style = ''] of html.matchAll(TAG)) uses.set(style, (uses.get(style) ?? 0) + 1);
  const names = new Map<string, string>();
  let rules = '';
  for (const [style, count] of [...uses].sort((a, b) => b[0].length * b[1] - a[0].length * a[1])) {
    const rule = `.z${names.size.toString(36)}{${style.replace(/&quot;/g, '"').replace(/&amp;/g, '&')}}`;
    if (count < MIN_USES || rules.length + rule.length > MAX_SHEET_CHARS) continue;
    names.set(style, `z${names.size.toString(36)}`);
    rules += rule;
  }
  const shorter = html.replace(TAG, (tag, element: string, before: string, style: string, after: string) => {
    const name = names.get(style);
    if (name === undefined) return tag;
    const given = before.includes(' class="') || after.includes(' class="');
    if (!given) return `<${element}${before} class="${name}"${after}>`;
    return `<${element}${(before + after).replace(CLASS, (_all, classes: string) => ` class="${classes} ${name}"`)}>`;
  });
  return { html: shorter, rules };
}
