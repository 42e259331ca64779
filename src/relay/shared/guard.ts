/**
 * Where the relay may connect to. Hosts come from requests, so every name is resolved once, every address is checked,
 * and the connection goes to that very address: a name that answers differently the second time gains nothing.
 */
import { lookup } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import ipaddr from 'ipaddr.js';
import type { RelayConfig } from '#relay/shared/config';
import { RelayError } from '#relay/shared/errors';

/** Addresses of a host name, in the order to try them. */
export type Resolve = (host: string) => Promise<readonly string[]>;

export const systemResolve: Resolve = async (host) => (await lookup(host, { all: true, order: 'verbatim' })).map(({ address }) => address);

type Networks = RelayConfig['allowNetworks'];

/**
 * Whether an IP address is public unicast or in an allowed network. IPv4 inside IPv6 (mapped, NAT64, 6to4, Teredo) is
 * judged by the address that packets would reach, or refused where that is not certain.
 */
export function isAllowedAddress(text: string, allowed: Networks): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  const inside = (networks: Networks): boolean =>
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits));
  return inside(allowed) || (address.range() === 'unicast' && inside(PUBLIC) && !inside(PROVIDERS));
}

/** All of IPv4, and what is assigned for global unicast of IPv6: `::7f00:1` is outside. */
const PUBLIC: Networks = [ipaddr.parseCIDR('0.0.0.0/0'), ipaddr.parseCIDR('2000::/3')];
/** Azure answers its machines at a public address. */
const PROVIDERS: Networks = [ipaddr.parseCIDR('168.63.129.16/32')];

export interface Guard {
  /** @throws RelayError PORT_NOT_ALLOWED */
  checkPort(port: number): void;
  /**
   * The addresses of a mail server's name or literal, all of them allowed.
   * @throws RelayError HOST_NOT_FOUND, HOST_LOOKUP_FAILED for now, HOST_NOT_ALLOWED (any forbidden address of the name refuses all of them)
   */
  resolveMailHost(host: string): Promise<readonly string[]>;
  /**
   * A `lookup` for node:http that gives checked addresses only, for a URL from the allow-list.
   * @throws RelayError CONFLUENCE_REFUSED when the list does not hold the URL
   */
  checkUrl(url: URL): { lookup?: LookupFunction };
}

/** Name without a root dot, as A-labels; undefined when it is neither a name nor an address. */
function canonicalHost(host: string): string | undefined {
  const bare = host.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(bare)) return bare;
  const ascii = domainToASCII(bare).toLowerCase();
  // Forms such as 0x7f.1 or 2130706433 reach loopback through some resolvers.
  return /^[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/.test(ascii) && !/(^|\.)(\d+|0x[0-9a-f]*)$/.test(ascii)
    ? ascii
    : undefined;
}

/** Answers of a resolver that say that there is no such name; others (EAI_AGAIN, ESERVFAIL, ETIMEOUT …) say that it could not tell. */
const NO_SUCH_NAME: readonly unknown[] = ['ENOTFOUND', 'ENODATA', 'ENONAME', 'EAI_NONAME', 'EAI_NODATA', 'EBADNAME'];
const isFinal = (error: unknown): boolean => {
  const { code }: { readonly code?: unknown } = typeof error === 'object' && error !== null ? error : {};
  return code === undefined || NO_SUCH_NAME.includes(code);
};

export function createGuard(
  config: Pick<RelayConfig, 'allowNetworks' | 'allowPorts' | 'confluenceHosts'>,
  resolve: Resolve = systemResolve,
): Guard {
  const resolveAllowed = async (host: string): Promise<readonly string[]> => {
    const name = canonicalHost(host);
    if (name === undefined) throw new RelayError('HOST_NOT_FOUND', { params: { host } });
    const addresses = isIP(name)
      ? [name]
      : await resolve(name).catch((cause) =>
          Promise.reject(new RelayError(isFinal(cause) ? 'HOST_NOT_FOUND' : 'HOST_LOOKUP_FAILED', { params: { host }, cause })),
        );
    if (addresses.length === 0) throw new RelayError('HOST_NOT_FOUND', { params: { host } });
    if (!addresses.every((address) => isAllowedAddress(address, config.allowNetworks)))
      throw new RelayError('HOST_NOT_ALLOWED', { params: { host } });
    return addresses;
  };
  const guardedLookup: LookupFunction = (host, options, callback) => {
    resolveAllowed(host).then(
      (addresses) => {
        const all = addresses.map((address) => ({ address, family: isIP(address) }));
        return options.all ? callback(null, all) : callback(null, all[0]?.address ?? '', all[0]?.family);
      },
      (error: Error) => callback(error, ''),
    );
  };
  return {
    checkPort(port) {
      if (!config.allowPorts.includes(port)) throw new RelayError('PORT_NOT_ALLOWED', { params: { port: String(port) } });
    },
    resolveMailHost: resolveAllowed,
    checkUrl(url) {
      if (url.username !== '' || url.password !== '') throw new RelayError('CONFLUENCE_REFUSED');
      // An origin that the operator wrote down in full may be anywhere.
      if (config.confluenceHosts.includes(url.origin)) return {};
      const known = config.confluenceHosts.some((entry) => (entry.startsWith('.') ? url.hostname.endsWith(entry) : url.hostname === entry));
      if (!known || url.protocol !== 'https:' || url.port !== '' || isIP(url.hostname.replace(/^\[|\]$/g, '')))
        throw new RelayError('CONFLUENCE_REFUSED');
      return { lookup: guardedLookup };
    },
  };
}
