/** What `router.navigate`, `router.open` and `router.getUrl` pass. */
export interface NavigateTo {
  readonly url?: string;
  readonly type?: 'same-tab' | 'new-tab';
  readonly target?: string;
  readonly contentId?: string;
  readonly spaceKey?: string;
  readonly contentType?: string;
  readonly accountId?: string;
  readonly moduleKey?: string;
}

/** Schemes that an app may lead somebody to. */
const SCHEMES = ['http:', 'https:', 'mailto:'];

function pathOf({ target, contentId, spaceKey, contentType, accountId, moduleKey }: NavigateTo): string {
  const encoded = (value: string | undefined): string => encodeURIComponent(value ?? '');
  switch (target) {
    case 'contentView':
      return `/wiki/pages/viewpage.action?pageId=${encoded(contentId)}`;
    case 'contentList':
      return `/wiki/spaces/${encoded(spaceKey)}/${contentType === 'blogpost' ? 'blog' : 'overview'}`;
    case 'spaceView':
      return `/wiki/spaces/${encoded(spaceKey)}/overview`;
    case 'userProfile':
      return `/wiki/people/${encoded(accountId)}`;
    case 'module':
      return `/wiki/modules/${encoded(moduleKey)}${spaceKey ? `?spaceKey=${encoded(spaceKey)}` : ''}`;
    default:
      throw new Error(`Navigation target ${target} is not offered by the local site`);
  }
}

/** The absolute address of a place. Throws for a scheme that leads out of the browser. */
export function addressOf(to: NavigateTo): string {
  const url = new URL(to.url ?? pathOf(to), location.origin);
  if (!SCHEMES.includes(url.protocol)) throw new Error(`An app may not lead to ${url.protocol}`);
  return url.href;
}

export function goTo(to: NavigateTo): void {
  const address = addressOf(to);
  if (to.type === 'new-tab') open(address, '_blank', 'noopener');
  else location.assign(address);
}
