/** Styles that occur at least this often are worth a class. */
const MIN_USES = 6;
/** Characters of style sheet that compaction may add; Gmail reads no more than 8,192 in all. */
const MAX_SHEET_CHARS = 3_500;

const STYLE = ' style="';
const CLASS = ' class="';

/** A tag with a style: where it begins and ends, and where its style attribute does. */
interface StyledTag {
  readonly open: number;
  readonly close: number;
  readonly from: number;
  readonly to: number;
  readonly style: string;
}

/** In their order. Text and values have no `<` or `>` of their own, but text may hold what looks like an attribute. */
function styledTags(html: string): StyledTag[] {
  const tags: StyledTag[] = [];
  let from = html.indexOf(STYLE);
  for (let open = html.indexOf('<'), close = 0; open >= 0 && from >= 0; open = html.indexOf('<', close)) {
    close = html.indexOf('>', open);
    if (from < open) from = html.indexOf(STYLE, open);
    if (from < 0 || from > close) continue;
    const end = html.indexOf('"', from + STYLE.length);
    tags.push({ open, close, from, to: end + 1, style: html.slice(from + STYLE.length, end) });
  }
  return tags;
}

/** The styles worth a class, those that save most first, and their rules. */
function nameStyles(tags: readonly StyledTag[]): { readonly names: ReadonlyMap<string, string>; readonly rules: string } {
  const uses = new Map<string, number>();
  for (const { style } of tags) uses.set(style, (uses.get(style) ?? 0) + 1);
  const names = new Map<string, string>();
  let rules = '';
  for (const [style, count] of [...uses].sort((a, b) => b[0].length * b[1] - a[0].length * a[1])) {
    const name = `z${names.size.toString(36)}`;
    const rule = `.${name}{${style.replace(/&quot;/g, '"').replace(/&amp;/g, '&')}}`;
    if (count < MIN_USES || rules.length + rule.length > MAX_SHEET_CHARS) continue;
    names.set(style, name);
    rules += rule;
  }
  return { names, rules };
}

/**
 * Makes markup shorter by putting styles that repeat into classes: `html` with its tags rewritten, and the rules for its style sheet.
 * For mails that would otherwise be clipped; shorter ones keep every style inline, which more mail programs obey. What is left out and
 * put in is ASCII.
 */
export function compact(html: string): { readonly html: string; readonly rules: string } {
  const tags = styledTags(html);
  const { names, rules } = nameStyles(tags);
  const pieces: string[] = [];
  let done = 0;
  let given = html.indexOf(CLASS);
  for (const { open, close, from, to, style } of tags) {
    const name = names.get(style);
    if (name === undefined) continue;
    if (given >= 0 && given < open) given = html.indexOf(CLASS, open);
    const hasClass = given >= 0 && given < close;
    const end = hasClass ? html.indexOf('"', given + CLASS.length) : -1;
    if (hasClass && given < from) {
      pieces.push(html.slice(done, end), ` ${name}`, html.slice(end, from));
      done = to;
    } else if (hasClass) {
      pieces.push(html.slice(done, from), html.slice(to, end), ` ${name}`);
      done = end;
    } else {
      pieces.push(html.slice(done, from), `${CLASS}${name}"`);
      done = to;
    }
  }
  pieces.push(html.slice(done));
  return { html: pieces.join(''), rules };
}
