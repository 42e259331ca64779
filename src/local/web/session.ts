/** Who is asking over HTTP, and by which of the site's two names. */
import type { Directory } from '#local/confluence/directory';
import type { DemoUser } from '#local/model';

const COOKIE = 'pagemail.user';
const LOOPBACK_NAMES = ['localhost', '127.0.0.1'] as const;

export interface Sessions {
  /** By the session cookie; undefined without one. */
  cookieUser(request: Request): DemoUser | undefined;
  /** By the session cookie, or the person who is signed in at first. */
  currentUser(request: Request): DemoUser;
  /** By HTTP basic auth (RFC 7617): the demo user's name and any password. `denied` when a header is there and names nobody active. */
  basicUser(request: Request): DemoUser | 'denied' | undefined;
  /** `Set-Cookie` that signs a person in; undefined for people who may not. */
  signIn(username: string): string | undefined;
}

const cookieValue = (request: Request): string | undefined =>
  (request.headers.get('cookie') ?? '')
    .split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(`${COOKIE}=`))
    ?.slice(COOKIE.length + 1);

export function createSessions(directory: Directory): Sessions {
  const active = (username: string | undefined): DemoUser | undefined => {
    const user = username === undefined ? undefined : directory.userByName(username);
    return user?.active ? user : undefined;
  };
  const cookieUser = (request: Request): DemoUser | undefined => active(cookieValue(request));
  const first = directory.site.users.find((user) => user.active);
  if (!first) throw new Error('The site has no active user');
  return {
    cookieUser,
    currentUser: (request) => cookieUser(request) ?? first,
    basicUser: (request) => {
      const encoded = /^basic\s+(.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1];
      if (encoded === undefined) return undefined;
      return active(Buffer.from(encoded, 'base64').toString().split(':')[0]) ?? 'denied';
    },
    signIn: (username) => {
      const user = active(username);
      return user && `${COOKIE}=${user.username}; Path=/; HttpOnly; SameSite=Lax`;
    },
  };
}

/** Only the names of this machine are served, so that no other site can be pointed here (DNS rebinding). */
export const isLoopbackHost = (request: Request): boolean =>
  ['localhost', '127.0.0.1', '[::1]'].includes(new URL(`http://${request.headers.get('host') ?? ''}`).hostname);

/** `http://localhost:8080` as the request names it. */
export const shellOrigin = (request: Request): string => `http://${request.headers.get('host') ?? ''}`;

/** The same server by its other name, another origin and another site for the browser: the iframe's for the shell, the shell's for the iframe. */
export function frameOrigin(request: Request): string {
  const url = new URL(shellOrigin(request));
  url.hostname = url.hostname === LOOPBACK_NAMES[1] ? LOOPBACK_NAMES[0] : LOOPBACK_NAMES[1];
  return url.origin;
}

/** Whether a page of another origin made the browser send this (Fetch Metadata; the Origin header where that is missing). */
export function isCrossOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site');
  if (site !== null) return site !== 'same-origin' && site !== 'none';
  const origin = request.headers.get('origin');
  return origin !== null && origin !== shellOrigin(request);
}
