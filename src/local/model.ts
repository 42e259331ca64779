/**
 * What the parts of the local site agree on: the demo content, what the shell (the plain Confluence in the browser)
 * may ask of the host behind it, and what the inbox's web page may ask of the inbox.
 */
import type { Hono } from 'hono';

// --- content of a site -----------------------------------------------------------------------------------------------

export type Locale = 'en-US' | 'de-DE';

export interface DemoUser {
  /** Opaque, as on Confluence: `[A-Za-z0-9:_-]{1,128}`. */
  readonly accountId: string;
  /** Login name for basic auth and the shell's switch, lower case, e.g. `ada`. */
  readonly username: string;
  readonly name: string;
  readonly email: string;
  /** Whether the profile shows the address to other people (profile visibility). */
  readonly emailVisible: boolean;
  /** False: a deactivated account; it cannot sign in, but is still named as author. */
  readonly active: boolean;
  readonly siteAdmin: boolean;
  readonly locale: Locale;
  /** IANA name, e.g. `Europe/Berlin`. */
  readonly timezone: string;
}

export interface DemoGroup {
  /** UUID. */
  readonly id: string;
  readonly name: string;
  /** Account ids. */
  readonly members: readonly string[];
}

export interface DemoSpace {
  /** Digits. */
  readonly id: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  /** Content id of the page that opens the space. */
  readonly homepageId: string;
  readonly adminAccountIds: readonly string[];
  /** Who may view the space; absent means every active user of the site. */
  readonly viewers?: { readonly users: readonly string[]; readonly groups: readonly string[] };
}

export interface DemoContent {
  /** Digits, unique among pages and blog posts. */
  readonly id: string;
  readonly type: 'page' | 'blogpost';
  readonly spaceId: string;
  /** Parent page; absent for the homepage, pages at the top and blog posts. */
  readonly parentId?: string;
  readonly title: string;
  /**
   * The rendered body as Confluence's `export_view` gives it. Addresses in it are those of the site: `{site}` stands for
   * its base address with `/wiki` (`http://localhost:8080/wiki`) and is filled in when the body is served, e.g.
   * `<img src="{site}/download/attachments/1001/plan.png?version=1&amp;api=v2" data-linked-resource-id="5001" …>`.
   */
  readonly body: string;
  /** Storage format; absent, the rendered body stands for it. */
  readonly storage?: string;
  readonly authorId: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly version: number;
  /** Viewing restriction: only these people (account ids) and groups (ids), site administrators excepted from nothing. */
  readonly restrictedTo?: { readonly users: readonly string[]; readonly groups: readonly string[] };
  readonly labels: readonly string[];
}

export interface DemoAttachment {
  /** `att` and digits, as in REST v2; v1 uses it likewise. */
  readonly id: string;
  readonly contentId: string;
  readonly title: string;
  readonly mediaType: string;
  readonly version: number;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly authorId: string;
  readonly sizeBytes: number;
  /** The bytes from the start, in chunks; deterministic, each call starts anew. */
  read(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** A whole site. The demo exports one as `demoSite` from `#local/demo/index`. */
export interface DemoSite {
  /** Names of the groups whose members may send at first; absent: everybody. */
  readonly senderGroups?: readonly string[];
  readonly users: readonly DemoUser[];
  readonly groups: readonly DemoGroup[];
  readonly spaces: readonly DemoSpace[];
  readonly contents: readonly DemoContent[];
  readonly attachments: readonly DemoAttachment[];
}

// --- what the shell asks of the host -----------------------------------------------------------------------------------

/** Kinds of modules in manifest.yml that the shell shows. */
export type ModuleKind = 'confluence:contentAction' | 'confluence:spaceSettings' | 'confluence:globalSettings';

/** A module of the app as one person sees it at one place. */
export interface ShellModule {
  readonly key: string;
  readonly kind: ModuleKind;
  /** Resolved for the person's locale. */
  readonly title: string;
  readonly description?: string;
  /** `route` of space settings. */
  readonly route?: string;
  /** As in the manifest: small, medium, large, xlarge, max, fullscreen, resizable, or an explicit size. */
  readonly viewportSize: string | { readonly width: string; readonly height: string };
  readonly useAsConfig: boolean;
  /** Path of the entry page, e.g. `/_forge/resource/main/send.html`; prefix it with `frameOrigin`, append `?shell=<shellOrigin>`. */
  readonly entryPath: string;
  readonly iconUrl?: string;
}

/** Where a module is shown. */
export interface ModulePlace {
  readonly contentId?: string | undefined;
  readonly spaceKey?: string | undefined;
}

/** Permissions of one person, looked up in the site's model. */
export interface ShellHost {
  readonly site: DemoSite;
  /** `http://localhost:8080` as this request names it (localhost and 127.0.0.1 are both served). */
  shellOrigin(request: Request): string;
  /** The other of the two names: the iframe's own origin, so that the app cannot reach the shell. */
  frameOrigin(request: Request): string;
  /** Who is signed in by the session cookie. Nobody has signed in yet: the first active site member of the demo. */
  currentUser(request: Request): DemoUser;
  /** `Set-Cookie` value that signs this person in; undefined for unknown or deactivated people. */
  signIn(username: string): string | undefined;
  canViewSpace(user: DemoUser, space: DemoSpace): boolean;
  canView(user: DemoUser, content: DemoContent): boolean;
  isSpaceAdmin(user: DemoUser, space: DemoSpace): boolean;
  isSiteAdmin(user: DemoUser): boolean;
  /** Modules of this kind whose display conditions hold for the person at this place. */
  modules(kind: ModuleKind, user: DemoUser, place: ModulePlace): readonly ShellModule[];
  /** The body with `{site}` filled in. */
  body(content: DemoContent, request: Request): string;
  /** App name and version for the pages that name them. */
  readonly app: { readonly id: string; readonly environmentId: string; readonly name: string; readonly version: string };
  /** Customer-managed remotes of the manifest and the address each is set to. */
  remotes(): readonly { readonly key: string; readonly name: string; readonly description: string; readonly endpoint?: string }[];
  /** Address of the inbox's page, for a link. */
  readonly inboxUrl: string;
}

/**
 * `#local/shell/routes` default-exports this. It serves `/`, `/wiki/…` pages of the browser, `/_shell/…` assets and
 * the sign-in switch. The host mounts it last: `/wiki/rest/`, `/wiki/api/`, `/wiki/download/`, `/_forge/`, `/_local/`, `/_media/` are the host's.
 */
export type ShellRoutes = (host: ShellHost) => Hono;

// --- the bridge: JSON over the shell's origin, session cookie ------------------------------------------------------------

/**
 * Endpoints that the shell's browser script calls for the iframe, all `POST` with JSON unless said otherwise, same
 * origin as the shell, with the session cookie and the header `x-pagemail-bridge: 1` (so that no other site can make the
 * browser send them). `place` says where the module is shown; the host checks that the person may be there.
 *
 * - `POST /_forge/context` {moduleKey, place} → BridgeContext
 * - `POST /_forge/invoke` BridgeInvoke → BridgeInvoked; 500 KB limit on the request, 5 MB on the result
 * - `POST /_forge/product` BridgeProduct → BridgeProducted (`fetchProduct`, as the signed-in person with the app's scopes)
 * - `POST /_forge/remote/get` {keys?} → {results: [{key, configured: {endpoint}}]}
 * - `POST /_forge/remote/set` {remotes: [{key, configured: {endpoint}}]} → the same; site administrators only (403)
 * Errors: a non-2xx status with `{error: {message}}`; the bridge rejects with that message.
 */
export interface BridgeInvoke {
  readonly moduleKey: string;
  readonly place: ModulePlace;
  readonly functionKey: string;
  readonly payload?: unknown;
  /** `extension.modal` and the like that the module was opened with; never trusted by the host. */
  readonly extra?: Readonly<Record<string, unknown>>;
}
export interface BridgeInvoked {
  readonly result?: unknown;
}
/** Payload of the bridge's `getContext`; the shell may add `theme` (it knows light or dark) before handing it on. */
export interface BridgeContext {
  readonly accountId: string;
  readonly cloudId: string;
  readonly environmentId: string;
  readonly environmentType: string;
  readonly localId: string;
  readonly locale: Locale;
  readonly moduleKey: string;
  readonly siteUrl: string;
  readonly timezone: string;
  readonly extension: Readonly<Record<string, unknown>>;
}
export interface BridgeProduct {
  readonly moduleKey: string;
  readonly product: string;
  readonly restPath: string;
  readonly fetchRequestInit: {
    readonly method?: string;
    readonly headers?: readonly (readonly [string, string])[];
    readonly body?: string;
  };
  readonly isMultipartFormData?: boolean;
}
export interface BridgeProducted {
  /** Text; base64 when `isAttachment`. */
  readonly body: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number;
  readonly statusText: string;
  readonly isAttachment: boolean;
}

/**
 * The bridge inside the iframe: the host injects `<script src="/_forge/bridge.js">` as the first script of each entry
 * page. It defines `window.__bridge.callBridge` over `postMessage` with the parent window. Messages (structured clone):
 * iframe → shell `{pagemail: 'call', id, command, payload}`, shell → iframe `{pagemail: 'result', id, ok, value | message}`,
 * shell → iframe `{pagemail: 'event', subscription, payload}` for callbacks (a function in a payload travels as
 * `{__callback: subscription}`). Both sides check `event.source` and `event.origin`. The iframe learns the shell's origin
 * from the query `?shell=` of its entry page, which the shell appends; the policy's frame-ancestors lets only that shell in.
 */
export type BridgeMessage =
  | { readonly pagemail: 'call'; readonly id: number; readonly command: string; readonly payload?: unknown }
  | { readonly pagemail: 'result'; readonly id: number; readonly ok: true; readonly value?: unknown }
  | { readonly pagemail: 'result'; readonly id: number; readonly ok: false; readonly message: string }
  | { readonly pagemail: 'event'; readonly subscription: number; readonly payload?: unknown };

// --- the inbox -------------------------------------------------------------------------------------------------------------

/** One mail as the SMTP server took it. */
export interface StoredMessage {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly receivedAt: string;
  /** SMTP envelope: the truth about who gets it. */
  readonly envelope: { readonly from: string; readonly to: readonly string[] };
  /** Header fields, decoded. */
  readonly from: string;
  readonly to: readonly string[];
  readonly cc: readonly string[];
  readonly subject: string;
  readonly sizeBytes: number;
  /** The bytes as received (dot-stuffing undone). */
  readonly raw: Uint8Array;
}

/** Newest first. */
export interface InboxHost {
  list(): readonly Omit<StoredMessage, 'raw'>[];
  get(id: string): StoredMessage | undefined;
  remove(id: string): void;
  clear(): void;
  /** Calls back whenever a message arrives or goes; returns what ends it. */
  onChange(listener: () => void): () => void;
  /** Address of the site, for a link back. */
  readonly siteUrl: string;
}

/**
 * `#local/inbox-web/routes` default-exports this. It serves `/` and `/assets/…` on the inbox's port; the host serves
 * `/api/messages`, `/api/messages/{id}` (JSON: envelope, headers, html, text, attachments [{index, filename, mediaType,
 * sizeBytes, cid?}]), `/api/messages/{id}.eml`, `/api/messages/{id}/part/{index}` (bytes of an attachment or inline image),
 * `DELETE /api/messages`, `DELETE /api/messages/{id}` and `GET /api/events` (server-sent events, `changed`).
 */
export type InboxRoutes = (inbox: InboxHost) => Hono;
