import type { ShellModule } from '#local/model';
import { element, pageData } from './page';

/** Tokens of the `sandbox` attribute that Forge gives a Custom UI frame: no popups, no top navigation. */
const SANDBOX = 'allow-downloads allow-forms allow-modals allow-pointer-lock allow-same-origin allow-scripts';

/** One iframe of the app and what the host knows about it. */
export interface Frame {
  readonly id: string;
  readonly module: ShellModule;
  readonly iframe: HTMLIFrameElement;
  /** `extension.modal` when a module opened it. */
  readonly modalContext?: unknown;
  /** Called back when the frame's modal closes. */
  readonly onClose: Set<() => void>;
  /** Events it listens to, by subscription. */
  readonly listening: Map<number, string>;
  themed: boolean;
  /** Closes the modal around the frame; absent where it stands in a page. */
  close?(result?: unknown): void;
  /** Takes the height of the content in CSS pixels; absent where the size is fixed. */
  resize?(height: number): void;
}

const frames = new Set<Frame>();

export const allFrames = (): readonly Frame[] => [...frames];
export const frameOf = (source: MessageEventSource | null): Frame | undefined =>
  allFrames().find(({ iframe }) => iframe.contentWindow === source);

/** Makes a frame; it starts to load once it is in the document. */
export function createFrame(module: ShellModule, more: { title?: string; path?: string; modalContext?: unknown } = {}): Frame {
  const iframe = element('iframe', { sandbox: SANDBOX, title: more.title || module.title, class: 'app-frame', allow: 'clipboard-write' });
  const address = new URL(more.path ?? module.entryPath, pageData.frameOrigin);
  // The bridge inside posts to this origin alone.
  address.searchParams.set('shell', location.origin);
  iframe.src = address.href;
  const frame: Frame = {
    id: crypto.randomUUID(),
    module,
    iframe,
    modalContext: more.modalContext,
    onClose: new Set(),
    listening: new Map(),
    themed: false,
  };
  frames.add(frame);
  return frame;
}

export function forget(frame: Frame): void {
  frames.delete(frame);
  frame.iframe.remove();
}

export function post(frame: Frame, message: unknown): void {
  frame.iframe.contentWindow?.postMessage(message, pageData.frameOrigin);
}
