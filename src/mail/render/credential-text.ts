import { credentialEdits } from '#mail/render/credentials';
import type { Element, Node } from '#mail/render/tree';

/** Elements that a word may run through. */
const INLINE: ReadonlySet<string> = new Set(
  'a,abbr,acronym,b,bdi,bdo,big,cite,data,del,dfn,em,font,i,ins,label,mark,q,s,small,span,strike,strong,sub,sup,time,u,wbr,ac:inline-comment-marker'.split(
    ',',
  ),
);
/** Elements whose text is to the byte. */
const CODE: ReadonlySet<string> = new Set(['pre', 'code', 'kbd', 'samp', 'tt', 'ac:plain-text-body']);

/** What a part of such an address has in it. */
export const SUSPECT = /[=@]|:\/\/|eyJ|\(S\(/i;
/** Characters of the longest of these. */
export const SUSPECT_CHARS = 3;

interface Piece {
  readonly parent: Element;
  readonly at: number;
  readonly text: string;
}

/** Changes each piece by its part of the edits; an edit's text goes where it begins. */
function clean(pieces: readonly Piece[], isCode: boolean): void {
  const edits = credentialEdits(pieces.map(({ text }) => text).join(''), isCode);
  let next = 0;
  let start = 0;
  for (const { parent, at, text } of pieces) {
    const stop = start + text.length;
    let kept = '';
    let from = start;
    for (let edit = edits[next]; edit && edit.from < stop; edit = edits[next]) {
      kept += text.slice(from - start, Math.max(edit.from - start, 0)) + (edit.from >= start ? edit.text : '');
      from = Math.min(edit.to, stop);
      if (edit.to > stop) break;
      next += 1;
    }
    if (from > start) parent.setText(at, kept + text.slice(from - start));
    start = stop;
  }
}

/** Takes credentials out of the addresses in the page's text, also of those that elements part (`<wbr>`, bold letters, coloured code). Linear. */
export function hideCredentials(root: Element): void {
  if (!root.isSuspect) return;
  let pieces: Piece[] = [];
  let isSuspect = false;
  const end = (isCode: boolean): void => {
    if (isSuspect) clean(pieces, isCode);
    pieces = [];
    isSuspect = false;
  };
  const stack: { readonly element: Element; readonly children: readonly Node[]; at: number; readonly isCode: boolean }[] = [];
  stack.push({ element: root, children: root.children, at: 0, isCode: false });
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    const at = top.at;
    const child = top.children[at];
    top.at += 1;
    if (typeof child === 'string') {
      isSuspect ||= SUSPECT.test(child);
      pieces.push({ parent: top.element, at, text: child });
      continue;
    }
    const isParting = child === undefined ? !INLINE.has(top.element.name) : !INLINE.has(child.name);
    if (isParting && !(top.isCode && child && !CODE.has(child.name))) end(top.isCode);
    if (child === undefined) stack.pop();
    // What stands apart and was not marked when it was read has nothing to be hidden.
    else if (isParting && !child.isSuspect && !top.isCode) continue;
    else stack.push({ element: child, children: child.children, at: 0, isCode: top.isCode || CODE.has(child.name) });
  }
}
