import { HIDDEN_CLASSES, isHidden } from '#mail/render/appearance';
import { elementRules } from '#mail/render/elements/index';
import { anchorId } from '#mail/render/findings';
import { editorNodeRule } from '#mail/render/macros/editor-node';
import { macroRules } from '#mail/render/macros/index';
import { type ClassRules, type Rendering, SKIP, type Step, THROUGH } from '#mail/render/rendering';
import type { Element, Node } from '#mail/render/tree';

/** The rules of the macros that classes name, in their order, and whether one of them hides the element. */
function rulesFor(element: Element, attribute: string, out: Rendering): ClassRules {
  const known = out.rulesByClass.get(attribute);
  if (known) return known;
  const made = {
    isHidden: element.classes.some((name) => HIDDEN_CLASSES.has(name)),
    rules: element.classes.flatMap((name) => macroRules.get(name) ?? []),
  };
  if (out.rulesByClass.size < 1000) out.rulesByClass.set(attribute, made);
  return made;
}

/** The step for one element: the macro that one of its classes names, else its element's rule, else its content alone. */
function visit(element: Element, out: Rendering): Step {
  if (element.attributes.size > 0) {
    const classes = element.attributes.get('class');
    const named = classes === undefined ? undefined : rulesFor(element, classes, out);
    if (named?.isHidden || isHidden(element)) return SKIP;
    putAnchor(element, out);
    for (const rule of named?.rules ?? []) {
      const step = rule(element, out);
      if (step) return step;
    }
    const node = out.findings.hasNodes ? editorNodeRule(element)?.(element, out) : undefined;
    if (node) {
      if (out.place.last === element) out.place.last = node.content?.at(-1);
      return node;
    }
  }
  return elementRules.get(element.name)?.(element, out) ?? THROUGH;
}

/** The place that a link on the page leads to; by id and by name, for Outlook knows only the latter. */
function putAnchor(element: Element, out: Rendering): void {
  if (out.findings.anchors.size === 0) return;
  const id = anchorId(element);
  const anchor = id === undefined ? undefined : out.findings.anchors.get(id);
  if (anchor && !out.place.inLink && !out.anchored.has(anchor)) {
    out.anchored.add(anchor);
    out.inline(`<a id="${anchor}" name="${anchor}"></a>`);
  }
}

/** Nodes side by side, the next of them, and what to do behind the last. */
interface Level {
  nodes: readonly Node[];
  at: number;
  after: (() => void) | undefined;
}

function enter(levels: Level[], depth: number, nodes: readonly Node[], after: (() => void) | undefined): void {
  const level = levels[depth];
  if (!level) {
    levels.push({ nodes, at: 0, after });
    return;
  }
  level.nodes = nodes;
  level.at = 0;
  level.after = after;
}

/** Writes the tree below `root`, without recursion: as deep as a page may be nested. */
export function walk(root: Element, out: Rendering): void {
  // One for each depth, used again for the next element there.
  const levels: Level[] = [{ nodes: root.children, at: 0, after: undefined }];
  for (let depth = 0, level = levels[0]; level; level = levels[depth]) {
    const node = level.nodes[level.at];
    level.at += 1;
    if (node === undefined) {
      level.after?.();
      depth -= 1;
    } else if (typeof node === 'string') out.say(node);
    else {
      const { content = node.children, after } = visit(node, out);
      if (content.length === 0) after?.();
      else {
        depth += 1;
        enter(levels, depth, content, after);
      }
    }
  }
}
