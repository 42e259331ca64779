import { blockRules } from '#mail/render/elements/block';
import { codeRules } from '#mail/render/elements/code';
import { embeddedRules } from '#mail/render/elements/embedded';
import { formRules } from '#mail/render/elements/form';
import { formulaRules } from '#mail/render/elements/formula';
import { imageRules } from '#mail/render/elements/image';
import { inlineRules } from '#mail/render/elements/inline';
import { linkRules } from '#mail/render/elements/link';
import { listRules } from '#mail/render/elements/list';
import { storageRules } from '#mail/render/elements/storage';
import { tableRules } from '#mail/render/elements/table';
import { timeRules } from '#mail/render/elements/time';
import { detailsRules } from '#mail/render/macros/expand';
import { columnRules } from '#mail/render/macros/layout';
import { panelRules } from '#mail/render/macros/panel';
import type { Rule } from '#mail/render/rendering';

/**
 * The allow-list of elements: how each is written. An element that is not here loses its tag and keeps its content.
 * A new kind is one file beside these with its rules, and one line here.
 */
export const elementRules: ReadonlyMap<string, Rule> = new Map(
  [
    blockRules,
    codeRules,
    columnRules,
    detailsRules,
    embeddedRules,
    formRules,
    formulaRules,
    imageRules,
    inlineRules,
    linkRules,
    listRules,
    panelRules,
    storageRules,
    tableRules,
    timeRules,
  ].flatMap((rules) => Object.entries(rules)),
);
