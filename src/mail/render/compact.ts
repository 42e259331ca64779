/** Styles that occur at least this often are worth a class. */
const MIN_USES = 6;
/** Characters of style sheet that compaction may add; Gmail reads no more than 8,192 in all. */
const MAX_SHEET_CHARS = 3_500;

const TAG = /<[a-z][a-z0-9]*(?: [a-z-]+="[^"]*")+>/g;
const STYLE = / style="([^"]*)"/;
const CLASS = / class="([^"]*)"/;

/**
 * Makes markup shorter by putting styles that repeat into classes: `html` with its tags rewritten, and the rules for its style sheet.
 * For mails that would otherwise be clipped; shorter ones keep every style inline, which more mail programs obey.
 */
export function compact(html: string): { readonly html: string; readonly rules: string } {
  const uses = new Map<string, number>();
  for (const [tag] of html.matchAll(TAG)) {
    const style = STYLE.exec(tag)?.[1];
    if (style) uses.set(style, (uses.get(style) ?? 0) + 1);
  }
  const names = new Map<string, string>();
  let rules = '';
  for (const [style, count] of [...uses].sort((a, b) => b[0].length * b[1] - a[0].length * a[1])) {
    const rule = `.z${names.size.toString(36)}{${style.replace(/&quot;/g, '"').replace(/&amp;/g, '&')}}`;
    if (count < MIN_USES || rules.length + rule.length > MAX_SHEET_CHARS) continue;
    names.set(style, `z${names.size.toString(36)}`);
    rules += rule;
  }
  const shorter = html.replace(TAG, (tag) => {
    const name = names.get(STYLE.exec(tag)?.[1] ?? '');
    if (name === undefined) return tag;
    const bare = tag.replace(STYLE, '');
    return CLASS.test(bare)
      ? bare.replace(CLASS, (_all, given: string) => ` class="${given} ${name}"`)
      : bare.replace(/>$/, ` class="${name}">`);
  });
  return { html: shorter, rules };
}
