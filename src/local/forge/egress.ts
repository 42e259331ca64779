/** `fetch` in a function: only what the manifest declares, only over HTTPS and certain ports (Forge documentation: runtime-egress-permissions). */
import type { Manifest } from '#local/forge/manifest';
import type { WireRequest } from '#local/forge/messages';

const ALLOWED_PORTS = new Set(['', '80', '8080', '443', '8443', '8444', '7990', '8089', '8090', '8085', '8060']);

/** Declared back-end addresses: scheme and host count, the path does not. */
function declaredAddresses(manifest: Manifest): string[] {
  const entries = manifest.raw.permissions?.external?.fetch?.backend ?? [];
  return entries.flatMap((entry) => {
    if (typeof entry === 'string') return entry;
    const { address, remote } = entry as { address?: string; remote?: string };
    return address ?? manifest.remotes.find(({ key }) => key === remote)?.baseUrl ?? [];
  });
}

function isDeclared(url: URL, declared: string): boolean {
  const host = declared.replace(/^[a-z]+:\/\//, '').replace(/[/:].*$/, '');
  return host === '*' || (host.startsWith('*.') ? url.hostname.endsWith(host.slice(1)) : url.hostname === host);
}

/** Answers in place of a declared host; the local site itself never reaches the network. */
export type ExternalHosts = (url: URL, init: WireRequest) => Promise<Response>;

const noExternalHosts: ExternalHosts = async (url) => {
  throw new TypeError(`The local site has no network: ${url.host} was not called`);
};

/** A 403 answer for what is not declared, as the platform gives it. */
export function createEgress(manifest: Manifest, external: ExternalHosts = noExternalHosts) {
  return async (address: string, init: WireRequest): Promise<Response> => {
    const url = new URL(address);
    const isAllowed = url.protocol === 'https:' && ALLOWED_PORTS.has(url.port);
    if (!isAllowed || !declaredAddresses(manifest).some((declared) => isDeclared(url, declared))) {
      const message = `URL not included in the external fetch backend permissions: ${url.origin}`;
      return Response.json({ message }, { status: 403, headers: { 'forge-proxy-error': 'BLOCKED_EGRESS' } });
    }
    return external(url, init);
  };
}
