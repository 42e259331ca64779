import { MAX_RETENTION_DAYS } from '#contract/limits';
import type { AdminPayloadInput, AdminValue } from '#contract/screens/administration';
import { MAIN_ACCOUNT_ID, RELAY_ACCOUNT, type SitePresentation } from '#contract/settings/v2';
import type { Words } from '../i18n/words';
import type { Call } from '../platform/bridge';
import { type AccountForm, accountErrors, accountFormOf, accountPayload, isBlankAccount, type SavedAccount } from './accounts/account';
import { type FieldErrors, isWhole, policyErrors, present } from './errors';
import { type PolicyForm, policyFormOf, toPolicy } from './policy/policy-form';
import type { Source } from './useSettings';

export type Site = AdminValue<'site-policy/get'>;

export interface AccountEntry {
  readonly id: string;
  readonly name: string;
  readonly form: AccountForm;
}
/** How the mail looks, as it stands in the form. */
export interface LookForm extends Omit<SitePresentation, 'maxImageSidePx'> {
  readonly imageSide: string;
}
/** The settings of the site as they stand in the form. */
export interface SiteForm {
  readonly enabled: boolean;
  readonly enforce: boolean;
  readonly accounts: readonly AccountEntry[];
  readonly defaultAccount: string | undefined;
  readonly look: LookForm;
  readonly policy: PolicyForm;
  readonly history: { readonly keepAddresses: boolean; readonly retentionDays: string };
}

export const savedAccountOf = (site: Site, id: string): SavedAccount => {
  const flags = site.secretsSet[id];
  return {
    account: site.settings.accounts.find((each) => each.id === id)?.account,
    passwordSet: flags?.password ?? false,
    clientSecretSet: flags?.clientSecret ?? false,
    refreshTokenSet: flags?.refreshToken ?? false,
  };
};

export const blankEntry = (id: string): AccountEntry => ({ id, name: '', form: accountFormOf(undefined) });

function siteFormOf({ settings }: Site): SiteForm {
  const { maxImageSidePx, ...look } = settings.presentation;
  const accounts = settings.accounts.map(({ id, name, account }) => ({ id, name, form: accountFormOf(account) }));
  return {
    enabled: settings.enabled,
    enforce: settings.enforce,
    accounts: accounts.length > 0 || settings.defaultAccount === RELAY_ACCOUNT ? accounts : [blankEntry(MAIN_ACCOUNT_ID)],
    defaultAccount: settings.defaultAccount,
    look: { ...look, imageSide: String(maxImageSidePx) },
    policy: policyFormOf(settings.policy),
    history: { keepAddresses: settings.history.keepAddresses, retentionDays: String(settings.history.retentionDays) },
  };
}

/** The account that a site without one starts with is none while nothing was typed into it; one that somebody added has to be filled in. */
const isNoAccount = (entry: AccountEntry, site: Site): boolean =>
  isBlankAccount(entry.form) &&
  savedAccountOf(site, entry.id).account === undefined &&
  siteFormOf(site).accounts.some(({ id }) => id === entry.id);

/** What an account is called: its name, else its sender address. */
export const nameOf = ({ name, form }: AccountEntry): string => name.trim() || form.fromAddress.trim().slice(0, 80);

export const toPresentation = ({ imageSide, ...look }: LookForm): SitePresentation => ({ ...look, maxImageSidePx: Number(imageSide) });

type Save = AdminPayloadInput<'site-policy/save'>;

function accountsPayload(form: SiteForm, site: Site): Pick<Save, 'secrets'> & { changes: Save['changes'] } {
  const payloads = form.accounts
    .filter((entry) => !isNoAccount(entry, site))
    .map((entry) => ({ entry, payload: accountPayload(entry.form, savedAccountOf(site, entry.id)) }));
  const accounts = payloads.map(({ entry, payload: { account } }) => ({ id: entry.id, name: nameOf(entry), account }));
  const known = form.defaultAccount === RELAY_ACCOUNT || accounts.some(({ id }) => id === form.defaultAccount);
  return {
    changes: { accounts, defaultAccount: (known ? form.defaultAccount : accounts[0]?.id) ?? null },
    secrets: Object.fromEntries(payloads.map(({ entry, payload }) => [entry.id, payload.secrets])),
  };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);

/** Only the parts that were changed, so that the others keep what somebody else may do to them. */
function payloadOf(form: SiteForm, site: Site): Save {
  const before = siteFormOf(site);
  const withAccounts = !same([form.accounts, form.defaultAccount], [before.accounts, before.defaultAccount]);
  const { changes, secrets } = withAccounts ? accountsPayload(form, site) : { changes: {}, secrets: {} };
  return {
    revision: site.settings.revision,
    changes: {
      ...changes,
      ...(form.enabled === before.enabled ? {} : { enabled: form.enabled }),
      ...(form.enforce === before.enforce ? {} : { enforce: form.enforce }),
      ...(same(form.look, before.look) ? {} : { presentation: toPresentation(form.look) }),
      ...(same(form.policy, before.policy) ? {} : { policy: toPolicy(form.policy) }),
      ...(same(form.history, before.history)
        ? {}
        : { history: { keepAddresses: form.history.keepAddresses, retentionDays: Number(form.history.retentionDays) } }),
    },
    secrets,
  };
}

export const siteSource = (call: Call): Source<Site, SiteForm> => ({
  load: () => call('site-policy/get', {}),
  toForm: siteFormOf,
  save: (form, site) => call('site-policy/save', payloadOf(form, site)),
});

/** The first account that cannot be saved as it stands. */
export const firstWrongAccount = (form: SiteForm, site: Site): string | undefined =>
  form.accounts.find(
    (entry) => !isNoAccount(entry, site) && Object.keys(accountErrors(entry.form, savedAccountOf(site, entry.id))).length > 0,
  )?.id;

const IMAGE_SIDE = { from: 200, to: 4000 };

export const lookErrors = (look: LookForm, words: Words): FieldErrors =>
  present({
    accent: /^#[0-9a-fA-F]{6}$/.test(look.accentColor) ? undefined : words.t('look.accentInvalid'),
    'image-side': isWhole(look.imageSide, IMAGE_SIDE.from, IMAGE_SIDE.to) ? undefined : words.t('policy.numberInvalid', IMAGE_SIDE),
  });

/** What is wrong, by the tab it stands on. */
export const siteErrors = (form: SiteForm, words: Words) => ({
  policy: policyErrors(form.policy, words),
  look: lookErrors(form.look, words),
  history: present({
    retention: isWhole(form.history.retentionDays, 1, MAX_RETENTION_DAYS)
      ? undefined
      : words.t('policy.numberInvalid', { from: 1, to: MAX_RETENTION_DAYS }),
  }),
});
export type SiteErrors = ReturnType<typeof siteErrors>;
