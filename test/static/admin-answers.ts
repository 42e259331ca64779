/** Answers of the back end for the administration screens. */

import type { Result } from '#contract/result';
import type { AdminPayloadInput, AdminResolverName, AdminValue } from '#contract/screens/administration';
import type { SendRecord } from '#contract/screens/history';
import type { SpaceException } from '#contract/settings/policy';
import { siteSettingsV2Schema, spaceSettingsV2Schema } from '#contract/settings/v2';
import type { Handlers } from '#test/static/answers';
import { ACCOUNT, relayAnswers, secretsSet } from '#test/static/settings-answers';

type Handler<N extends AdminResolverName> = (payload: AdminPayloadInput<N>) => Result<AdminValue<N>> | Promise<Result<AdminValue<N>>>;
export type AdminHandlers = { [N in AdminResolverName]?: Handler<N> };

const ok = <T>(value: T): Result<T> => ({ ok: true, value });

export const SECOND_ACCOUNT = {
  ...ACCOUNT,
  host: 'smtp.office365.com',
  auth: 'oauth2' as const,
  user: 'shop@example.com',
  fromName: 'Shop',
  fromAddress: 'shop@example.com',
  oauth: { provider: 'microsoft' as const, grant: 'client-credentials' as const, clientId: 'c-1', tenant: 'example.com' },
};

const SITE_SETTINGS = {
  revision: 3,
  accounts: [{ id: 'main', name: 'Wiki', account: ACCOUNT }],
  defaultAccount: 'main',
  presentation: { subjectPrefix: '[Wiki]' },
  changedAt: '2026-11-20T10:00:00Z',
};

type SiteChange = Partial<Omit<AdminValue<'site-policy/get'>, 'settings'>> & { settings?: object };
export const sitePolicy = ({ settings, ...change }: SiteChange = {}): Result<AdminValue<'site-policy/get'>> =>
  ok({
    settings: siteSettingsV2Schema.parse({ ...SITE_SETTINGS, ...settings }),
    secretsSet: { main: secretsSet(true), second: { password: false, clientSecret: true, refreshToken: false } },
    exceptions: { revision: 1, spaces: [] },
    hasLogo: false,
    ...change,
  });

type SiteOfSpace = AdminValue<'space-policy/get'>['site'];
type SpaceChange = Partial<Omit<AdminValue<'space-policy/get'>, 'settings' | 'site'>> & {
  settings?: object;
  site?: { [K in keyof SiteOfSpace]?: SiteOfSpace[K] | undefined };
};
export function spacePolicy({ settings, site, ...change }: SpaceChange = {}): Result<AdminValue<'space-policy/get'>> {
  const { presentation, policy } = siteSettingsV2Schema.parse(SITE_SETTINGS);
  return ok({
    space: { id: '7' as AdminValue<'space-policy/get'>['space']['id'], key: 'PROD', name: 'Product' },
    settings: spaceSettingsV2Schema.parse(settings ?? {}),
    secretsSet: secretsSet(false),
    hasLogo: false,
    site: {
      enforce: false,
      enabled: true,
      isException: false,
      accounts: [{ id: 'main', name: 'Wiki', fromAddress: 'wiki@example.org' }],
      defaultAccount: 'main',
      presentation,
      policy,
      hasLogo: false,
      ...site,
    } as SiteOfSpace,
    ...change,
  });
}

export const exceptions = (count: number): SpaceException[] =>
  Array.from({ length: count }, (_, at) => ({
    spaceId: String(1000 + at) as SpaceException['spaceId'],
    key: `S${at}`,
    name: `Space ${String(at).padStart(3, '0')}`,
    enabled: at % 2 === 0,
  }));

export const record = (number: number, change: Partial<SendRecord> = {}): SendRecord => ({
  id: `job-${number}`,
  at: `2026-11-${String((number % 28) + 1).padStart(2, '0')}T10:00:00Z`,
  sender: { accountId: 'me' as NonNullable<SendRecord['sender']['accountId']>, name: 'Ada Berg' },
  page: { id: '1001' as SendRecord['page']['id'], type: 'page', title: `Launch plan ${number}`, version: 4 },
  space: { id: '7' as SendRecord['space']['id'], key: 'PROD', name: 'Product' },
  subject: '[Wiki] Launch plan',
  recipients: { site: 1, outside: 1, accepted: 1, refused: 1 },
  outcome: 'partly-sent',
  individual: false,
  results: [
    { kind: 'user', field: 'to', state: 'accepted', label: 'Grace Holm' },
    { kind: 'address', field: 'to', state: 'refused', error: { code: 'RECIPIENT_REJECTED' } },
  ],
  ...change,
});

const PAGES: AdminValue<'site-policy/find-pages'> = {
  pages: [
    { id: '1001' as SendRecord['page']['id'], type: 'page', title: 'Launch plan' },
    { id: '1002' as SendRecord['page']['id'], type: 'page', title: 'House rules' },
  ],
};

export const sample = (title: string): AdminValue<'site-policy/preview'> => ({
  html: `<!doctype html><html><body style="margin:0"><div style="padding:16px"><img src="cid:logo@pagemail" alt="Logo" width="40" height="40"><h1>${title}</h1><p>Everything for the launch.</p></div></body></html>`,
  subject: `[Wiki] ${title}`,
  images: [],
  data: [{ cid: 'logo@pagemail', dataUrl: 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7' }],
});

export const diagnostics: AdminValue<'diagnostics/get'> = {
  relay: { reachable: true, tokenAccepted: true, ...(relayAnswers.ok && relayAnswers.value.info ? { info: relayAnswers.value.info } : {}) },
  accounts: [
    { id: 'main', name: 'Wiki', isDefault: true, secretsSet: secretsSet(true), verified: { at: '2026-11-22T10:00:00Z', ok: true } },
    {
      id: 'second',
      name: 'Shop',
      isDefault: false,
      secretsSet: secretsSet(false),
      verified: { at: '2026-11-22T10:00:00Z', ok: false, error: { code: 'LOGIN_FAILED' } },
    },
  ],
  errors: [{ code: 'LOGIN_FAILED', count: 12, lastAt: '2026-11-22T10:00:00Z' }],
  report: '{\n  "app": "0.1.0"\n}',
};

const FINDING = { params: { domain: 'example.org' }, records: [{ name: 'example.org', value: 'v=spf1 mx -all' }] };
export const domainChecked: AdminValue<'site-policy/domain-check'> = {
  domain: 'example.org',
  spf: { state: 'good', code: 'SPF_STRICT', ...FINDING },
  dkim: { state: 'unknown', code: 'DKIM_NOT_FOUND', ...FINDING, records: [] },
  dmarc: { state: 'missing', code: 'DMARC_MISSING', ...FINDING, records: [] },
};

export const GROUPS = [{ groupId: 'g1', name: 'marketing' }] as unknown as AdminValue<'site-policy/find-groups'>['groups'];

/** Every function of the two settings places, answered as on a site that works. */
export const adminHandlers = (handlers: Handlers & AdminHandlers = {}): Handlers => {
  const all: Handlers & AdminHandlers = {
    'site-policy/get': () => sitePolicy(),
    'site-policy/save': ({ revision }) => ok({ revision: revision + 1 }),
    'site-policy/save-exceptions': ({ revision }) => ok({ revision: revision + 1 }),
    'site-policy/find-groups': () => ok({ groups: GROUPS }),
    'site-policy/find-spaces': () => ok({ spaces: [{ spaceId: '9' as SpaceException['spaceId'], key: 'HR', name: 'People' }] }),
    'site-policy/find-pages': () => ok(PAGES),
    'site-policy/preview': () => ok(sample('Launch plan')),
    'site-policy/logo': ({ dataUrl }) => ok({ hasLogo: dataUrl !== undefined }),
    'site-policy/domain-check': () => ok(domainChecked),
    'space-policy/domain-check': () => ok(domainChecked),
    'space-policy/get': () => spacePolicy(),
    'space-policy/save': ({ revision }) => ok({ revision: revision + 1 }),
    'space-policy/find-groups': () => ok({ groups: GROUPS }),
    'space-policy/find-pages': () => ok(PAGES),
    'space-policy/preview': () => ok(sample('Launch plan')),
    'space-policy/logo': ({ dataUrl }) => ok({ hasLogo: dataUrl !== undefined }),
    'history/site': () => ok({ records: [record(1), record(2, { outcome: 'sent' })] }),
    'history/space': () => ok({ records: [record(1)] }),
    'history/site-csv': () => ok({ csv: 'at,page\r\n' }),
    'history/find-people': () => ok({ users: [] }),
    'diagnostics/get': () => ok(diagnostics),
    'diagnostics/debug-log': ({ hours }) =>
      ok(
        hours === 0
          ? {}
          : {
              debugLog: {
                until: '2026-11-23T12:00:00Z',
                startedBy: { accountId: 'me', name: 'Ada Berg' },
              } as AdminValue<'diagnostics/debug-log'>['debugLog'],
            },
      ) as Result<AdminValue<'diagnostics/debug-log'>>,
    'privacy/stored': () =>
      ok({
        items: [
          { kind: 'settings', personal: true },
          { kind: 'records', personal: true, days: 90 },
          { kind: 'secrets', personal: false },
        ],
        deletion: { state: 'none', deleted: 0 },
      }),
    ...handlers,
  };
  return { 'site-settings/relay': () => relayAnswers, ...all } as Handlers;
};
