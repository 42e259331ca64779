import { type Rule, SKIP, THROUGH } from '#mail/render/rendering';
import { find, element as makeElement, textOf } from '#mail/render/tree';
import { lastSegment } from '#mail/render/url';

const skip: Rule = () => SKIP;

/** A file shown as a link with a preview: its name, since the preview is a picture of the file's type. */
const file: Rule = (element) => {
  if (element.name !== 'a') return undefined;
  const href = element.attributes.get('href') ?? '';
  const name = element.attributes.get('data-linked-resource-default-alias') ?? lastSegment(href);
  const img = find(element, ({ name: tag }) => tag === 'img', 20);
  if (name === '' || !img || textOf(element, 20) !== '') return undefined;
  return { content: [makeElement('a', [`📎 ${name}`], { href })] };
};

/** What the attachments macro has for browsers only: upload, previews, editing. */
export const attachmentsMacro = {
  plugin_attachments_upload_container: skip,
  'attachments-table-drop-zone': skip,
  'attachment-buttons': skip,
  'attachment-summary': skip,
  'attachment-image-preview': skip,
  'confluence-embedded-file': file,
  plugin_attachments_table_container: (() => THROUGH) as Rule,
};
