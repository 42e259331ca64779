/** Attachments: lists, single ones and their bytes by way of the media host. */
import { errorV1, json, listFrom, notFoundV2, pageV2 } from '#local/confluence/answers';
import { findContent } from '#local/confluence/content';
import type { ApiCall, Endpoint } from '#local/confluence/endpoint';
import { attachmentV2 } from '#local/confluence/shapes';
import type { DemoAttachment, DemoContent } from '#local/model';

const ofContent =
  (type: DemoContent['type'], name: string) =>
  (call: ApiCall): Response => {
    const content = findContent(call, call.params['id'] ?? '', type);
    if (!content) return notFoundV2();
    const found = call.api.directory.attachmentsOf(content.id).filter(isWanted(call));
    return pageV2(call, `/wiki/api/v2/${name}/${content.id}/attachments`, found, (item) => attachmentV2(call.api, item), 50);
  };

function isWanted({ query }: ApiCall): (item: DemoAttachment) => boolean {
  const [filename, mediaType] = [query.get('filename'), query.get('mediaType')];
  const isStatus = listFrom(query, 'status')?.includes('current') ?? true;
  return (item) => isStatus && (filename === null || item.title === filename) && (mediaType === null || item.mediaType === mediaType);
}

function all(call: ApiCall): Response {
  const isVisible = (item: DemoAttachment): boolean => findContent(call, item.contentId) !== undefined;
  const found = call.api.directory.site.attachments.filter(isWanted(call)).filter(isVisible);
  return pageV2(call, '/wiki/api/v2/attachments', found, (item) => attachmentV2(call.api, item), 50);
}

/** An attachment that the caller may see, which is so when its page may be seen. */
function findAttachment(call: ApiCall, id: string): DemoAttachment | undefined {
  const attachment = call.api.directory.attachment(id);
  return attachment && findContent(call, attachment.contentId) ? attachment : undefined;
}

function single(call: ApiCall): Response {
  const attachment = findAttachment(call, call.params['id'] ?? '');
  return attachment ? json({ ...attachmentV2(call.api, attachment), _links: linksWithBase(call, attachment) }) : notFoundV2();
}

const linksWithBase = (call: ApiCall, attachment: DemoAttachment) => ({
  ...attachmentV2(call.api, attachment)._links,
  base: call.api.wikiUrl,
});

/** Answers 302 to a signed address of the media host, as Confluence does. */
function download(call: ApiCall): Response {
  const attachment = findAttachment(call, call.params['attachmentId'] ?? '');
  const version = call.query.get('version');
  const exists = attachment?.contentId === call.params['id'] && (version === null || Number(version) === attachment?.version);
  if (!attachment || !exists) return errorV1(404, `Attachment not found with id : ${call.params['attachmentId']}`);
  return redirectToMedia(call, attachment);
}

const redirectToMedia = (call: ApiCall, attachment: DemoAttachment): Response =>
  new Response(null, { status: 302, headers: { location: call.api.media.sign(attachment) } });

/** The address that page bodies point to: by page and file name. */
function downloadByName(call: ApiCall): Response {
  const content = findContent(call, call.params['id'] ?? '');
  const attachment = content && call.api.directory.attachmentsOf(content.id).find((item) => item.title === call.params['filename']);
  return attachment ? redirectToMedia(call, attachment) : errorV1(404, 'Attachment not found');
}

const ATTACHMENT = { granular: ['read:attachment:confluence'] };
const DOWNLOAD = { classic: ['readonly:content.attachment:confluence'], granular: ['read:attachment:confluence'] };

export const attachmentEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/wiki/api/v2/pages/{id}/attachments', scopes: ATTACHMENT, handle: ofContent('page', 'pages') },
  { method: 'GET', path: '/wiki/api/v2/blogposts/{id}/attachments', scopes: ATTACHMENT, handle: ofContent('blogpost', 'blogposts') },
  { method: 'GET', path: '/wiki/api/v2/attachments', scopes: ATTACHMENT, handle: all },
  { method: 'GET', path: '/wiki/api/v2/attachments/{id}', scopes: ATTACHMENT, handle: single },
  { method: 'GET', path: '/wiki/rest/api/content/{id}/child/attachment/{attachmentId}/download', scopes: DOWNLOAD, handle: download },
];

/** Served to browsers only: the app's scopes do not reach them. */
export const browserEndpoints: readonly Endpoint[] = [
  { method: 'GET', path: '/wiki/download/attachments/{id}/{filename}', scopes: {}, handle: downloadByName },
  { method: 'GET', path: '/wiki/download/thumbnails/{id}/{filename}', scopes: {}, handle: downloadByName },
];
