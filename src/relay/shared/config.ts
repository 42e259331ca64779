/** Configuration: environment variables with the prefix RELAY_, parsed by one schema that names every problem at once. */
import ipaddr from 'ipaddr.js';
import * as z from 'zod';
import { MAX_MESSAGE_BYTES, MAX_RECIPIENTS } from '#contract/limits';
import { securitySchema } from '#contract/settings/parts';
import { type DkimKey, isSigningKey } from '#relay/submit/dkim';

const list = z.string().transform((text) =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== ''),
);
const integer = (min: number, max: number) =>
  z.string().regex(/^\d+$/, 'is not a whole number').transform(Number).pipe(z.number().int().min(min).max(max));
const flag = z.enum(['true', 'false', '1', '0']).transform((text) => text === 'true' || text === '1');
const url = z.url({ protocol: /^https?$/, error: 'is not an http or https address' });
const cidr = z
  .string()
  .refine((text) => ipaddr.isValidCIDR(text), { error: 'is not a network such as 10.0.0.0/8' })
  .transform((text) => ipaddr.parseCIDR(text));
const confluenceHost = z
  .string()
  .regex(/^(https?:\/\/[^/\s]+|\.?[a-z0-9.-]+)$/, 'is neither a host, a suffix such as .example.org nor an origin');

interface About {
  /** Text for the table; units and form. */
  readonly about: string;
  readonly default?: string;
  /** May also be given as a file by `…_FILE`. */
  readonly secret?: boolean;
}
const dkimKey = z
  .string()
  .regex(/^[^:]+:[^:]+:.+$/, 'is not domain:selector:file')
  .transform((text) => {
    const [domain = '', selector = '', ...path] = text.split(':');
    return { domain: domain.toLowerCase(), selector, path: path.join(':') };
  });

/** What the table of settings says of each. */
const table = z.registry<About & { shown: string }>();
function described<T extends z.ZodType>(schema: T, about: About & { shown: string }): T {
  table.add(schema, about);
  return schema;
}
const setting = <T extends z.ZodType<unknown, string>>(schema: T, { default: value, ...about }: About & { default: string }) =>
  described(schema.prefault(value as never), { ...about, shown: value });
const optional = <T extends z.ZodType<unknown, string>>(schema: T, about: About) => described(schema.optional(), { ...about, shown: '' });
const required = <T extends z.ZodType<unknown, string>>(schema: T, about: About) => described(schema, { ...about, shown: 'required' });

/** Every setting; `appIds` is read from RELAY_APP_IDS and so on. */
export const configSchema = z.object({
  host: setting(z.string(), { default: '127.0.0.1', about: 'Address to listen on; `0.0.0.0` in a container' }),
  port: setting(integer(0, 65535), { default: '8090', about: 'Port to listen on; 0 takes a free one' }),
  appIds: required(list.pipe(z.array(z.string().min(1)).min(1)), {
    about: 'App ids (`ari:cloud:ecosystem::app/…`) whose tokens are accepted, by comma',
  }),
  installations: optional(list, { about: 'Installation ids that are served, by comma; empty serves every installation of these apps' }),
  jwksUrl: setting(url, {
    default: 'https://forge.cdn.prod.atlassian-dev.net/.well-known/jwks.json',
    about: 'Key set of the invocation tokens',
  }),
  issuer: setting(z.string().min(1), { default: 'forge/invocation-token', about: 'Issuer of the invocation tokens' }),
  graphqlUrl: setting(url, { default: 'https://api.atlassian.com/graphql', about: 'Where a token of the sender is asked for' }),
  microsoftLoginUrl: setting(url, { default: 'https://login.microsoftonline.com', about: 'Where Microsoft issues access tokens' }),
  googleTokenUrl: setting(url, { default: 'https://oauth2.googleapis.com/token', about: 'Where Google issues access tokens' }),
  confluenceHosts: setting(list.pipe(z.array(confluenceHost)), {
    default: '.atlassian.com,.atlassian.net,.atl-paas.net',
    about: 'Hosts, suffixes (`.example.org`) or origins (`http://127.0.0.1:8080`) that files may be read from, by comma',
  }),
  allowNetworks: setting(list.pipe(z.array(cidr)), {
    default: '',
    about: 'Networks allowed beside public addresses, by comma, such as `10.1.0.0/16`',
  }),
  allowPorts: setting(list.pipe(z.array(integer(1, 65535)).min(1)), {
    default: '25,465,587,2525',
    about: 'Ports of mail servers, by comma',
  }),
  allowClearText: setting(flag, { default: 'false', about: 'Whether an account may go without TLS' }),
  extraCa: optional(z.string().includes('-----BEGIN CERTIFICATE-----', { error: 'is not a PEM file' }), {
    about: 'Further certificate authorities, PEM',
    secret: true,
  }),
  heloName: optional(z.string().regex(/^[A-Za-z0-9.:[\]-]{1,255}$/), { about: 'Name given in EHLO; the host’s own by default' }),
  maxMessageBytes: setting(integer(1024, 1024 ** 3), { default: String(MAX_MESSAGE_BYTES), about: 'Bytes of one message on the wire' }),
  maxRecipients: setting(integer(1, 10_000), { default: String(MAX_RECIPIENTS), about: 'Recipients of one message' }),
  quotaMessagesPerMinute: setting(integer(0, 1e9), {
    default: '120',
    about: 'Messages a minute and installation; 0 is unlimited, here and below',
  }),
  quotaMessagesPerDay: setting(integer(0, 1e9), { default: '5000', about: 'Messages a day and installation' }),
  quotaRecipientsPerDay: setting(integer(0, 1e9), { default: '20000', about: 'Recipients a day and installation' }),
  quotaBytesPerDay: setting(integer(0, 1e15), { default: '10000000000', about: 'Bytes a day and installation' }),
  quotaConcurrent: setting(integer(0, 10_000), { default: '20', about: 'Transactions of one installation at the same time' }),
  redisUrl: optional(z.url({ protocol: /^rediss?$/ }), {
    about: 'Redis shared by several relays, for quotas and idempotency',
    secret: true,
  }),
  defaultHost: optional(z.string().min(1), { about: 'Mail server offered to installations without their own' }),
  defaultPort: setting(integer(1, 65535), { default: '587', about: 'Its port' }),
  defaultSecurity: setting(securitySchema, { default: 'starttls', about: 'Its security: `tls`, `starttls` or `none`' }),
  defaultUser: optional(z.string().min(1), { about: 'Its user' }),
  defaultPassword: optional(z.string().min(1), { about: 'Its password', secret: true }),
  defaultFromDomain: optional(z.string().min(1), { about: 'Domain that sender addresses must have there' }),
  defaultMessagesPerDay: setting(integer(0, 1e9), { default: '200', about: 'Messages a day and installation there' }),
  dkimKeys: setting(list.pipe(z.array(dkimKey)), {
    default: '',
    about: 'DKIM keys as `domain:selector:file`, by comma; PEM files',
  }),
  poolIdleSeconds: setting(integer(0, 30), { default: '5', about: 'How long an idle connection to a mail server is kept' }),
  drainSeconds: setting(integer(0, 900), { default: '60', about: 'Time for what is under way after SIGTERM' }),
  logLevel: setting(z.enum(['debug', 'info', 'warn', 'error', 'silent']), { default: 'info', about: 'Least level that is logged' }),
});
type Settings = z.output<typeof configSchema>;
/** The configuration as parsed, keys in camel case. */
export type RelayConfig = Omit<Settings, 'dkimKeys'> & { readonly dkimKeys: readonly DkimKey[] };

/** `appIds` → `RELAY_APP_IDS`. */
export const variableName = (key: string): string => `RELAY_${key.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;

/** Every problem of a configuration, one line each, naming the variable. Values are never repeated: they may be secrets. */
export class ConfigError extends Error {
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(problems.join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

const keys = Object.keys(configSchema.shape) as (keyof Settings)[];
const aboutOf = (key: keyof Settings) => table.get(configSchema.shape[key]) ?? { about: '', shown: '' };

/**
 * Configuration from environment variables. A secret may stand in a file named by the variable with `_FILE` appended;
 * its last line break is dropped. Unknown `RELAY_` variables are problems too: they are typing errors.
 * @throws ConfigError with every problem
 */
export function parseConfig(env: Readonly<Record<string, string | undefined>>, readText: (path: string) => string = () => ''): RelayConfig {
  const problems: string[] = [];
  const input: Record<string, string> = {};
  const known = new Set<string>();
  for (const key of keys) {
    const name = variableName(key);
    known.add(name).add(aboutOf(key).secret ? `${name}_FILE` : name);
    const value = env[name] || fromFile(env[`${name}_FILE`], `${name}_FILE`, aboutOf(key).secret === true);
    if (value) input[key] = value;
  }
  for (const name of Object.keys(env)) if (name.startsWith('RELAY_') && !known.has(name)) problems.push(`${name} is not known`);
  const parsed = configSchema.safeParse(input);
  for (const issue of parsed.error?.issues ?? []) {
    const missing = issue.code === 'invalid_type' && !(String(issue.path[0]) in input);
    problems.push(`${variableName(String(issue.path[0]))} ${missing ? 'is missing' : issue.message}`);
  }
  if (parsed.success && (parsed.data.defaultHost === undefined) !== (parsed.data.defaultFromDomain === undefined)) {
    problems.push('RELAY_DEFAULT_HOST and RELAY_DEFAULT_FROM_DOMAIN go together');
  }
  if (parsed.success && (parsed.data.defaultUser === undefined) !== (parsed.data.defaultPassword === undefined)) {
    problems.push('RELAY_DEFAULT_USER and RELAY_DEFAULT_PASSWORD go together');
  }
  const dkimKeys = (parsed.data?.dkimKeys ?? []).map(({ domain, selector, path }) => ({
    domain,
    selector,
    privateKey: fromFile(path, 'RELAY_DKIM_KEYS', true) ?? '',
  }));
  if (!dkimKeys.every(({ privateKey }) => privateKey === '' || isSigningKey(privateKey)))
    problems.push('RELAY_DKIM_KEYS names a file that is no RSA private key');
  if (problems.length > 0 || !parsed.success) throw new ConfigError([...new Set(problems)]);
  return { ...parsed.data, dkimKeys };

  function fromFile(path: string | undefined, name: string, secret: boolean): string | undefined {
    if (!path || !secret) return undefined;
    try {
      return readText(path).replace(/\r?\n$/, '');
    } catch {
      problems.push(`${name} names a file that cannot be read`);
      return undefined;
    }
  }
}

/** The table of settings in Markdown, as `--help` prints it and the README shows it. */
export function configTable(): string {
  const rows = keys.map((key) => {
    const { about, shown, secret } = aboutOf(key);
    const name = `\`${variableName(key)}\`${secret ? ' or `…_FILE`' : ''}`;
    return `| ${name} | ${shown === '' || shown === 'required' ? shown : `\`${shown}\``} | ${about} |`;
  });
  return ['| Variable | Default | Meaning |', '|---|---|---|', ...rows].join('\n');
}
