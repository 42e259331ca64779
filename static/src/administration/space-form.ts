import type { AdminPayloadInput, AdminValue } from '#contract/screens/administration';
import { RELAY_ACCOUNT, type SpacePresentation } from '#contract/settings/v2';
import type { Words } from '../i18n/words';
import type { Call } from '../platform/bridge';
import { type AccountForm, accountFormOf, accountPayload, isBlankAccount, type SavedAccount } from './accounts/account';
import { isColour } from './appearance/colour';
import { type FieldErrors, narrowErrors, present } from './errors';
import { type NarrowForm, narrowFormOf, toNarrow } from './policy/policy-form';
import type { Source } from './useSettings';

export type Space = AdminValue<'space-policy/get'>;

/** The settings of a space as they stand in the form. */
export interface SpaceForm {
  readonly enabled: boolean;
  readonly source: 'site' | 'own';
  /** Which account of the site; undefined: its default. */
  readonly siteAccount: string | undefined;
  readonly account: AccountForm;
  /** What is absent is the site's. */
  readonly look: SpacePresentation;
  readonly policy: NarrowForm;
}

export const savedSpaceAccount = ({ settings, secretsSet }: Space): SavedAccount => ({
  account: settings.account,
  passwordSet: secretsSet.password,
  clientSecretSet: secretsSet.clientSecret,
  refreshTokenSet: secretsSet.refreshToken,
});

function spaceFormOf({ settings }: Space): SpaceForm {
  const { accountSource } = settings;
  return {
    enabled: settings.enabled,
    source: accountSource.kind,
    siteAccount: accountSource.kind === 'site' ? accountSource.accountId : undefined,
    account: accountFormOf(settings.account),
    look: settings.presentation,
    policy: narrowFormOf(settings.policy),
  };
}

const same = (one: unknown, other: unknown): boolean => JSON.stringify(one) === JSON.stringify(other);
type Save = AdminPayloadInput<'space-policy/save'>;

function payloadOf(form: SpaceForm, space: Space): Save {
  const before = spaceFormOf(space);
  const account = same(form.account, before.account) || isBlankAccount(form.account) ? undefined : form.account;
  const payload = account ? accountPayload(account, savedSpaceAccount(space)) : undefined;
  const sameSource = same([form.source, form.siteAccount], [before.source, before.siteAccount]);
  return {
    revision: space.settings.revision,
    changes: {
      ...(form.enabled === before.enabled ? {} : { enabled: form.enabled }),
      ...(sameSource ? {} : { accountSource: sourceOf(form) }),
      ...(payload ? { account: payload.account } : {}),
      ...(same(form.look, before.look) ? {} : { presentation: form.look }),
      ...(same(form.policy, before.policy) ? {} : { policy: toNarrow(form.policy) }),
    },
    secrets: payload?.secrets ?? {},
  };
}

const sourceOf = ({ source, siteAccount }: SpaceForm): Save['changes']['accountSource'] =>
  source === 'own' ? { kind: 'own' } : { kind: 'site', ...(siteAccount ? { accountId: siteAccount } : {}) };

export const spaceSource = (call: Call): Source<Space, SpaceForm> => ({
  load: () => call('space-policy/get', {}),
  toForm: spaceFormOf,
  save: (form, space) => call('space-policy/save', payloadOf(form, space)),
});

/** What is wrong, by the tab it stands on; the account is judged by itself. */
export const spaceErrors = (form: SpaceForm, words: Words) => ({
  look: present({
    accent: form.look.accentColor === undefined || isColour(form.look.accentColor) ? undefined : words.t('look.accentInvalid'),
  }),
  policy: narrowErrors(form.policy, words),
});
export type SpaceErrors = Readonly<Record<'look' | 'policy', FieldErrors>>;

/** Whether the site has anything to send through. */
export const siteHasAccount = ({ site }: Space): boolean => site.accounts.length > 0 || site.defaultAccount === RELAY_ACCOUNT;

/** The sender address that the site's choice, or the space's, stands for; undefined for the relay's own server. */
export const addressOf = ({ site }: Space, accountId: string | undefined): string | undefined =>
  site.accounts.find(({ id }) => id === (accountId ?? site.defaultAccount))?.fromAddress;
