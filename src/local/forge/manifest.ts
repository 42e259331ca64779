/** The app's manifest.yml, read as far as the local site acts on it. Forge's own validation is a separate check. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import * as z from 'zod';

const textSchema = z.union([z.string(), z.object({ i18n: z.string() })]);
export type ManifestText = z.infer<typeof textSchema>;

const moduleSchema = z.looseObject({
  key: z.string(),
  title: textSchema.optional(),
  description: textSchema.optional(),
  resource: z.string().optional(),
  resolver: z.object({ function: z.string() }).optional(),
  function: z.string().optional(),
  queue: z.string().optional(),
  route: z.string().optional(),
  icon: z.string().optional(),
  useAsConfig: z.boolean().optional(),
  viewportSize: z.union([z.string(), z.object({ width: z.string(), height: z.string() })]).optional(),
  displayConditions: z.record(z.string(), z.unknown()).optional(),
});
export type ManifestModule = z.infer<typeof moduleSchema>;

const functionSchema = z.object({ key: z.string(), handler: z.string(), timeoutSeconds: z.number().optional() });
export type ManifestFunction = z.infer<typeof functionSchema>;

const remoteSchema = z.looseObject({
  key: z.string(),
  baseUrl: z.string().optional(),
  operations: z.array(z.string()).optional(),
  auth: z
    .object({ appSystemToken: z.object({ enabled: z.boolean() }).optional(), appUserToken: z.object({ enabled: z.boolean() }).optional() })
    .optional(),
  configurable: z
    .object({ name: z.string(), description: z.string().optional(), supportedPatterns: z.array(z.string()).optional() })
    .optional(),
});
export type ManifestRemote = z.infer<typeof remoteSchema>;

const scopesSchema = z.union([
  z.array(z.string()),
  z.record(z.string(), z.object({ allowImpersonation: z.boolean().optional() }).nullable()),
]);

const entitySchema = z.object({
  name: z.string(),
  attributes: z.record(z.string(), z.object({ type: z.enum(['integer', 'float', 'string', 'boolean', 'any']) })),
  indexes: z
    .array(
      z.union([
        z.string(),
        z.object({ name: z.string(), partition: z.array(z.string()).optional(), range: z.array(z.string()).optional() }),
      ]),
    )
    .optional(),
});
export type ManifestEntity = z.infer<typeof entitySchema>;

const manifestSchema = z.looseObject({
  app: z.looseObject({
    id: z.string(),
    runtime: z.object({ name: z.string(), memoryMB: z.number().optional() }),
    storage: z.looseObject({ entities: z.array(entitySchema).optional() }).optional(),
  }),
  permissions: z
    .looseObject({
      scopes: scopesSchema.optional(),
      content: z.looseObject({ scripts: z.array(z.string()).optional(), styles: z.array(z.string()).optional() }).optional(),
      external: z.looseObject({ fetch: z.looseObject({ backend: z.array(z.unknown()).optional() }).optional() }).optional(),
    })
    .optional(),
  modules: z.record(z.string(), z.array(z.looseObject({ key: z.string() }))),
  remotes: z.array(remoteSchema).optional(),
  resources: z.array(z.looseObject({ key: z.string(), path: z.string(), entry: z.record(z.string(), z.string()).optional() })).optional(),
  translations: z
    .looseObject({
      resources: z.array(z.object({ key: z.string(), path: z.string() })),
      fallback: z.looseObject({ default: z.string() }).optional(),
    })
    .optional(),
});

export interface Manifest {
  readonly raw: z.infer<typeof manifestSchema>;
  /** Id of the app without its ARI prefix. */
  readonly appUuid: string;
  /** Every declared scope; true where a person may be impersonated without a session. */
  readonly scopes: ReadonlyMap<string, boolean>;
  readonly remotes: readonly ManifestRemote[];
  readonly entities: readonly ManifestEntity[];
  modules(kind: string): readonly ManifestModule[];
  /** Keys of the modules of any kind that are meant. */
  keys(isMeant: (module: ManifestModule) => boolean): readonly string[];
  /** A module of any kind, with its kind. */
  module(key: string): { readonly kind: string; readonly module: ManifestModule } | undefined;
  functionByKey(key: string): ManifestFunction | undefined;
  /** A text in a language of the site, e.g. `de-DE`. */
  text(text: ManifestText | undefined, locale: string): string;
  /** Folder and entry page of `resource: key/entry`. */
  resource(reference: string): { readonly key: string; readonly folder: string; readonly page: string } | undefined;
  resourceFolder(key: string): string | undefined;
}

function readScopes(scopes: z.infer<typeof scopesSchema> | undefined): Map<string, boolean> {
  if (Array.isArray(scopes)) return new Map(scopes.map((scope) => [scope, false]));
  return new Map(Object.entries(scopes ?? {}).map(([scope, options]) => [scope, options?.allowImpersonation === true]));
}

type Texts = Map<string, Record<string, unknown>>;

/** Follows a dotted translation key through nested or flat files. */
function lookUp(texts: Record<string, unknown> | undefined, key: string): string | undefined {
  if (typeof texts?.[key] === 'string') return texts[key];
  const found = key.split('.').reduce<unknown>((at, part) => (at && typeof at === 'object' ? Reflect.get(at, part) : undefined), texts);
  return typeof found === 'string' ? found : undefined;
}

/** Reads `<appRoot>/manifest.yml`. Throws with the path of each part that is not understood. */
export function loadManifest(appRoot: string): Manifest {
  const raw = manifestSchema.parse(parse(readFileSync(join(appRoot, 'manifest.yml'), 'utf8')));
  const byKey = new Map(
    Object.entries(raw.modules).flatMap(([kind, modules]) =>
      kind === 'function' ? [] : modules.map((module) => [module.key, { kind, module: moduleSchema.parse(module) }] as const),
    ),
  );
  const functions = new Map((raw.modules['function'] ?? []).map((entry) => [entry.key, functionSchema.parse(entry)]));
  const texts: Texts = new Map(
    (raw.translations?.resources ?? []).map(({ key, path }) => [key, JSON.parse(readFileSync(join(appRoot, path), 'utf8'))]),
  );
  const fallback = raw.translations?.fallback?.default ?? 'en-US';
  const resources = new Map((raw.resources ?? []).map((resource) => [resource.key, resource]));
  return {
    raw,
    appUuid: raw.app.id.replace('ari:cloud:ecosystem::app/', ''),
    scopes: readScopes(raw.permissions?.scopes),
    remotes: raw.remotes ?? [],
    entities: raw.app.storage?.entities ?? [],
    modules: (kind) => [...byKey.values()].filter((entry) => entry.kind === kind).map((entry) => entry.module),
    keys: (isMeant) => [...byKey].flatMap(([key, { module }]) => (isMeant(module) ? key : [])),
    module: (key) => byKey.get(key),
    functionByKey: (key) => functions.get(key),
    text: (text, locale) => {
      if (text === undefined || typeof text === 'string') return text ?? '';
      return lookUp(texts.get(locale), text.i18n) ?? lookUp(texts.get(fallback), text.i18n) ?? text.i18n;
    },
    resource: (reference) => {
      const [key = '', entry = 'index'] = reference.split('/');
      const resource = resources.get(key);
      return resource && { key, folder: join(appRoot, resource.path), page: resource.entry?.[entry] ?? 'index.html' };
    },
    resourceFolder: (key) => {
      const resource = resources.get(key);
      return resource && join(appRoot, resource.path);
    },
  };
}
