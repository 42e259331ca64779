import type { BridgeInvoked } from '#local/model';
import { closeFlag, type FlagOptions, showFlag } from './flags';
import { allFrames, type Frame, post } from './frames';
import { askConsent, openModal } from './modal';
import { addressOf, goTo, type NavigateTo } from './navigation';
import { askHost, type BridgeContext, colorMode, pageData } from './page';

/** A function that the iframe handed over. */
interface Callback {
  readonly __callback: number;
}
type Command = (frame: Frame, payload: never) => unknown;

const callBack = (frame: Frame, callback: Callback | undefined, payload?: unknown): void => {
  if (callback) post(frame, { pagemail: 'event', subscription: callback.__callback, payload });
};

const where = (frame: Frame) => ({ moduleKey: frame.module.key, place: pageData.place });

async function getContext(frame: Frame): Promise<unknown> {
  const context = await askHost<BridgeContext>('context', where(frame));
  const theme = { light: 'light', dark: 'dark', spacing: 'spacing', typography: 'typography', shape: 'shape', colorMode: colorMode() };
  const extension = frame.modalContext === undefined ? context.extension : { ...context.extension, modal: frame.modalContext };
  return { ...context, extension, theme: frame.themed ? theme : null, surfaceColor: null };
}

interface Invoke {
  readonly functionKey?: string;
  readonly payload?: unknown;
  readonly metadata?: unknown;
  readonly invokeType?: string;
}
async function invoke(frame: Frame, { functionKey, payload, metadata, invokeType }: Invoke): Promise<unknown> {
  if (invokeType !== undefined || functionKey === undefined)
    throw new Error(`invoke with invokeType ${invokeType} is not offered by the local site`);
  const extra = frame.modalContext === undefined ? {} : { extra: { modal: frame.modalContext } };
  const { result } = await askHost<BridgeInvoked>('invoke', { ...where(frame), functionKey, payload, ...extra });
  return metadata === undefined ? result : { body: result, metadata: {} };
}

interface OpenModal {
  readonly resource?: string | null;
  readonly onClose?: Callback;
  readonly size?: string | { readonly width: string; readonly height?: string };
  readonly context?: unknown;
  readonly closeOnEscape?: boolean;
  readonly closeOnOverlayClick?: boolean;
  readonly title?: string;
}
function openModalFrom(frame: Frame, options: OpenModal): boolean {
  const { resource } = options;
  openModal(frame.module, {
    title: options.title || frame.module.title,
    size: options.size ?? 'medium',
    // A resource is named as in the manifest: its key, and its entry where it has several.
    ...(resource ? { path: `/_forge/resource/${resource}${resource.includes('/') ? '' : '/index'}.html` } : {}),
    context: options.context ?? {},
    ...(options.closeOnEscape === undefined ? {} : { closeOnEscape: options.closeOnEscape }),
    ...(options.closeOnOverlayClick === undefined ? {} : { closeOnOverlayClick: options.closeOnOverlayClick }),
    onClose: (result) => callBack(frame, options.onClose, result),
  });
  return true;
}

function close(frame: Frame, payload?: unknown): boolean {
  if (!frame.close) return false;
  frame.close(payload);
  return true;
}

interface Flag extends Omit<FlagOptions, 'actions'> {
  readonly actions?: readonly { readonly text: string; readonly onClick?: Callback }[];
}
const flag = (frame: Frame, { actions = [], ...options }: Flag): boolean =>
  showFlag({ ...options, actions: actions.map(({ text, onClick }) => ({ text, onClick: () => callBack(frame, onClick) })) });

interface Event {
  readonly event: string;
  readonly payload?: unknown;
}
function emit(_frame: Frame, { event, payload }: Event): void {
  dispatchEvent(new CustomEvent(`forge.bridge.${event}`, { detail: payload }));
  for (const listener of allFrames()) {
    for (const [subscription, name] of listener.listening) if (name === event) post(listener, { pagemail: 'event', subscription, payload });
  }
}

const listen = (frame: Frame, { event, callback }: { event: string; callback: Callback }): void => {
  frame.listening.set(callback.__callback, event);
};

interface Remotes {
  readonly remotes: readonly { readonly key: string; readonly configured: { readonly endpoint: string } }[];
}
async function setRemotes(_frame: Frame, payload: Remotes): Promise<unknown> {
  if (!pageData.isSiteAdmin) throw new Error('Only administrators may change where an app sends data');
  const { allowTitle, allowText } = pageData.words;
  const addresses = payload.remotes.map(({ configured }) => configured.endpoint).join(', ');
  if (!(await askConsent(allowTitle.replace('{app}', pageData.app), allowText, addresses)))
    throw new Error('The administrator did not agree');
  await askHost('remote/set', payload);
  return undefined;
}

/** Every command of @forge/bridge that the local site offers, by name. What is not here is refused by name. */
export const COMMANDS: Readonly<Record<string, Command>> = {
  getContext,
  invoke,
  fetchProduct: (frame, payload: object) => askHost('product', { moduleKey: frame.module.key, ...payload }),
  openModal: openModalFrom,
  close,
  submit: (frame, payload: unknown) => close(frame, payload),
  onClose: (frame, callback: Callback) => {
    if (!frame.close) return false;
    frame.onClose.add(() => callBack(frame, callback));
    return true;
  },
  refresh: () => location.reload(),
  reload: () => location.reload(),
  showFlag: flag,
  closeFlag: (_frame, { id }: { id: string }) => closeFlag(id),
  navigate: (_frame, to: NavigateTo) => goTo(to),
  getUrl: (_frame, to: NavigateTo) => addressOf(to),
  enableTheming: (frame) => {
    frame.themed = true;
    return { colorMode: colorMode() };
  },
  emitReadyEvent: () => true,
  changeWindowTitle: (_frame, title: string) => {
    document.title = String(title);
  },
  getFrameId: (frame) => frame.id,
  emit,
  emitPublic: emit,
  on: listen,
  onPublic: listen,
  off: (frame, { subscription }: { subscription: number }) => frame.listening.delete(subscription),
  isRovoEnabled: () => false,
  getCookieConsentPreferences: () => null,
  emitFrontendCustomMetric: () => undefined,
  __permission__remoteGet: (_frame, payload: object) => askHost('remote/get', payload ?? {}),
  __permission__remoteSet: setRemotes,
  __escape: (frame) => void frame.iframe.closest('dialog')?.dispatchEvent(new window.Event('cancel', { cancelable: true })),
  __resize: (frame, { height }: { height: number }) => frame.resize?.(height),
};
