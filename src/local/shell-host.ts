/** What the shell may ask of the site behind it. */
import { type Directory, fillSiteUrl } from '#local/confluence/directory';
import type { ForgeHost } from '#local/forge/host';
import type { Manifest, ManifestModule } from '#local/forge/manifest';
import { listRemotes, type RemoteAddresses } from '#local/forge/remotes';
import type { DemoUser, ModuleKind, ModulePlace, ShellHost, ShellModule } from '#local/model';
import { frameOrigin, type Sessions, shellOrigin } from '#local/web/session';

interface ShellDeps {
  readonly host: ForgeHost;
  readonly directory: Directory;
  readonly sessions: Sessions;
  readonly remotes: RemoteAddresses;
  readonly inboxUrl: string;
}

/** Display conditions that the local site knows (Forge documentation: display-conditions); an unknown one fails with its name. */
function conditionHolds(directory: Directory, name: string, value: unknown, user: DemoUser, place: ModulePlace): boolean {
  const content = place.contentId === undefined ? undefined : directory.content(place.contentId);
  const space = content ? directory.space(content.spaceId) : directory.spaceByKey(place.spaceKey ?? '');
  const facts: Readonly<Record<string, boolean>> = {
    isLoggedIn: user.active,
    isAdmin: directory.isSiteAdmin(user),
    isSiteAdmin: directory.isSiteAdmin(user),
    isSpaceAdmin: space !== undefined && directory.isSpaceAdmin(user, space),
  };
  if (!Object.hasOwn(facts, name)) throw new Error(`The local site does not know the display condition ${name}`);
  return facts[name] === value;
}

function entryPath(manifest: Manifest, module: ManifestModule): string {
  const resource = manifest.resource(module.resource ?? '');
  if (!resource) throw new Error(`The resource ${module.resource ?? ''} of the module ${module.key} is not in the manifest`);
  return `/_forge/resource/${resource.key}/${resource.page}`;
}

function showModule(manifest: Manifest, kind: ModuleKind, module: ManifestModule, user: DemoUser): ShellModule {
  return {
    key: module.key,
    kind,
    title: manifest.text(module.title, user.locale),
    ...(module.description ? { description: manifest.text(module.description, user.locale) } : {}),
    ...(module.route ? { route: module.route } : {}),
    viewportSize: module.viewportSize ?? 'medium',
    useAsConfig: module.useAsConfig ?? false,
    entryPath: entryPath(manifest, module),
  };
}

export function createShellHost({ host, directory, sessions, remotes, inboxUrl }: ShellDeps): ShellHost {
  const { manifest, identity } = host;
  return {
    site: directory.site,
    shellOrigin,
    frameOrigin,
    currentUser: sessions.currentUser,
    signIn: sessions.signIn,
    canViewSpace: directory.canViewSpace,
    canView: directory.canView,
    isSpaceAdmin: directory.isSpaceAdmin,
    isSiteAdmin: directory.isSiteAdmin,
    modules: (kind, user, place) =>
      manifest
        .modules(kind)
        .filter((module) =>
          Object.entries(module.displayConditions ?? {}).every(([name, value]) => conditionHolds(directory, name, value, user, place)),
        )
        .map((module) => showModule(manifest, kind, module, user)),
    body: (content, request) => fillSiteUrl(content.body, `${shellOrigin(request)}/wiki`),
    app: { id: identity.appId, environmentId: identity.environmentId, name: 'Pagemail', version: identity.appVersion },
    remotes: () => listRemotes(manifest, remotes),
    inboxUrl,
  };
}
