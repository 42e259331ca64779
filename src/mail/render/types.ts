import type { ContentId } from '#contract/draft';
import type { InlineData, InlineImage } from '#contract/relay/api';
import type { Warning } from '#contract/screens/resolvers';
import type { Presentation } from '#contract/settings/parts';
import type { Layout } from '#mail/render/layouts';

/** A picture that the relay can read from Confluence. */
export interface PageImage {
  readonly attachmentId: ContentId;
  /** The page or blog post it is attached to. */
  readonly contentId: ContentId;
  readonly version: number;
  readonly filename: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
}

/** What an `<img>` on the page points to. */
export interface ImageRef {
  readonly attachmentId?: string;
  /** The page or blog post it is attached to, where the markup names it. */
  readonly contentId?: string;
  readonly filename?: string;
  /** Its address as written on the page; may be relative. */
  readonly src: string;
}

export interface RenderInput {
  /** Confluence's rendered body (`export_view` or `view`), untrusted. */
  readonly html: string;
  /** Sections of more than three columns, which the body has with three; from the page's document. */
  readonly layouts?: readonly Layout[];
  /** Addresses are absolute; relative links on the page resolve against `url`. */
  readonly page: {
    readonly title: string;
    readonly url: string;
    readonly spaceName: string;
    readonly spaceUrl: string;
    readonly restricted?: boolean;
  };
  readonly sender: { readonly name: string };
  /** Plain text above the page. */
  readonly note: string;
  /** Language of the words around the page. */
  readonly language: 'en' | 'de';
  /** `headerText`: the administrator's words above the title. */
  readonly presentation: Presentation & { readonly headerText?: string };
  /** A picture above the title, which the caller adds to the mail under this `cid`. */
  readonly logo?: { readonly cid: string; readonly widthPx: number; readonly heightPx: number } | undefined;
  /** Each recipient gets a mail of their own: the footer says so, since nobody sees who else got it. */
  readonly individual?: boolean;
  /** The picture behind a reference; undefined when it cannot be had. */
  findImage(ref: ImageRef): PageImage | undefined;
}

export interface RenderedMail {
  /** A whole HTML document; pictures are `cid:` references. */
  readonly html: string;
  readonly text: string;
  /** Each picture once, however often it is shown. */
  readonly images: InlineImage[];
  /** Pictures that the page holds within itself, by the `cid:` they are shown with. */
  readonly dataImages: InlineData[];
  readonly warnings: Warning[];
}
