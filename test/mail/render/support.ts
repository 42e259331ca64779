import { contentIdSchema } from '#contract/draft';
import { presentationSchema } from '#contract/settings/parts';
import { type ImageRef, type PageImage, type RenderedMail, type RenderInput, renderPage } from '#mail/render/index';

export const PAGE_URL = 'https://harbour.example/wiki/spaces/INST/pages/120002/Tide+clock';

/** Every attachment that has an id can be had. */
export const anyImage = (ref: ImageRef): PageImage | undefined =>
  ref.attachmentId === undefined
    ? undefined
    : {
        attachmentId: contentIdSchema.parse(ref.attachmentId),
        contentId: contentIdSchema.parse(ref.contentId ?? '120002'),
        version: 2,
        filename: ref.filename ?? 'picture.png',
        mediaType: 'image/png',
        sizeBytes: 40_000,
      };

export function inputFor(html: string, changes: Partial<RenderInput> = {}): RenderInput {
  return {
    html,
    page: { title: 'Tide clock', url: PAGE_URL, spaceName: 'Instruments', spaceUrl: 'https://harbour.example/wiki/spaces/INST' },
    sender: { name: 'Mira Okonkwo' },
    note: '',
    language: 'en',
    presentation: presentationSchema.parse({}),
    findImage: anyImage,
    ...changes,
  };
}

export interface Rendered extends RenderedMail {
  /** The page alone, without the mail around it. */
  readonly body: string;
  readonly bodyText: string;
}

/** A page's body as a mail, and what became of the page itself. */
export function render(html: string, changes: Partial<RenderInput> = {}): Rendered {
  const mail = renderPage(inputFor(html, changes));
  const body = /<td class="f"[^>]*style="padding:4px 24px 20px">([\s\S]*)<\/td><\/tr><tr><td class="f m l"/.exec(mail.html)?.[1] ?? '';
  const bodyText =
    /\n\n(?:https?:\S+)\n\n([\s\S]*?)\n*(?:\n\n(?:Links|Links)\n-+\n[\s\S]*)?\n--\n[^\n]*\n?[\s\S]*$/.exec(mail.text)?.[1] ?? '';
  return { ...mail, body, bodyText: bodyText.replace(/\n+$/, '') };
}

/** Text without its tags, blanks collapsed. */
export const wordsOf = (html: string): string =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
