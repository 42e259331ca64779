/** Custom UI: the built files in the iframe's origin, with the bridge script first in the head and the platform's content security policy. */
import { readFile, realpath } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { CSPInjectionService, CSPProcessingService } from '@forge/csp';
import { Hono } from 'hono';
import type { Manifest } from '#local/forge/manifest';
import { frameOrigin } from '#local/web/session';

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.map': 'application/json',
};

/** The policy is made from the manifest by Atlassian's own package; inline scripts are not looked for: built pages have none. */
const noInlineScripts = () => {
  const nothing = { map: () => ({ get: () => [] }), attr: () => undefined };
  return () => nothing;
};

/** The policy that the platform sends for the app's pages, for a shell at this origin. Reports go to the local site. */
export function contentSecurityPolicy(manifest: Manifest, shell: string): string {
  const log = { info: () => undefined };
  const processing = new CSPProcessingService(log, noInlineScripts as never);
  const existingCSPDetails = processing.getCspDetails('', (manifest.raw.permissions ?? {}) as never);
  return new CSPInjectionService()
    .getInjectableCSP({ existingCSPDetails, microsEnv: 'prod', parentEmbeddingDomain: shell } as never)
    .filter((directive) => !directive.startsWith('report-uri'))
    .concat('report-uri /_forge/csp-report')
    .join('; ');
}

/** The page with the bridge as its first script, as the platform injects its own. */
const withBridge = (html: string): string =>
  html.replace(/<head(\s[^>]*)?>/i, (head) => `${head}<script src="/_forge/bridge.js"></script>`);

/** A file of the folder; undefined when it is not there or lies outside. */
async function readInside(folder: string, path: string): Promise<Buffer | undefined> {
  try {
    const root = await realpath(folder);
    const file = await realpath(join(root, path));
    return file.startsWith(root + sep) ? await readFile(file) : undefined;
  } catch {
    return undefined;
  }
}

export interface ResourceDeps {
  readonly manifest: Manifest;
  /** The script that defines `window.__bridge`. */
  bridgeScript(): Promise<string>;
  /** Told of each violation of the policy. */
  onViolation(report: unknown): void;
}

export function resourceRoutes(deps: ResourceDeps): Hono {
  const app = new Hono();
  app.get('/_forge/bridge.js', async (c) => c.body(await deps.bridgeScript(), 200, { 'content-type': 'text/javascript; charset=utf-8' }));
  app.post('/_forge/csp-report', async (c) => {
    deps.onViolation(await c.req.json().catch(() => undefined));
    return c.body(null, 204);
  });
  app.get('/_forge/resource/:key/:path{.+}', async (c) => {
    const folder = deps.manifest.resourceFolder(c.req.param('key'));
    const path = c.req.param('path');
    const file = folder && (await readInside(folder, path));
    if (!file) return c.text('Not found', 404);
    const type = MEDIA_TYPES[extname(path)] ?? 'application/octet-stream';
    const isPage = extname(path) === '.html';
    const headers: Record<string, string> = { 'content-type': type, 'x-content-type-options': 'nosniff', 'cache-control': 'no-cache' };
    if (isPage) headers['content-security-policy'] = contentSecurityPolicy(deps.manifest, frameOrigin(c.req.raw));
    return c.body(isPage ? withBridge(file.toString()) : new Uint8Array(file), 200, headers);
  });
  return app;
}
