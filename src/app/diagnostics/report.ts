import type { ErrorCount } from '#app/diagnostics/errors';
import type { InfoResponse } from '#contract/relay/api';
import type { Failure } from '#contract/result';
import type { SiteSettingsV2 } from '#contract/settings/v2';
import { VERSION } from '#contract/version';

export interface ReportInput {
  /** The platform's own number of what is deployed. */
  readonly deployment: string;
  readonly environment: string;
  readonly relay: { readonly info?: InfoResponse | undefined; readonly error?: Failure | undefined };
  readonly settings: SiteSettingsV2;
  readonly exceptionCount: number;
  readonly errors: readonly ErrorCount[];
  readonly now: Date;
}

/**
 * What a support request needs to know, as indented JSON: versions, switches, the shape of the accounts and how often what failed.
 * No secret, address, host, user name, domain, group or text that an administrator typed.
 */
export function supportReport({ deployment, environment, relay, settings, exceptionCount, errors, now }: ReportInput): string {
  const { policy, presentation } = settings;
  const report = {
    at: now.toISOString(),
    app: { version: VERSION, deployment, environment },
    relay: relay.info
      ? { version: relay.info.version, api: relay.info.api, limits: relay.info.limits, ownServer: relay.info.defaultServer !== undefined }
      : { error: relay.error?.code },
    switches: { enabled: settings.enabled, enforce: settings.enforce, exceptions: exceptionCount },
    accounts: settings.accounts.map(({ id, account }) => ({
      isDefault: id === settings.defaultAccount,
      port: account.port,
      security: account.security,
      auth: account.auth,
      ...(account.oauth ? { provider: account.oauth.provider, grant: account.oauth.grant } : {}),
      replyToSender: account.replyToSender,
    })),
    policy: {
      who: { mode: policy.who.mode, groups: policy.who.groups.length },
      toWhom: { mode: policy.toWhom.mode, allowed: policy.toWhom.allowDomains.length, denied: policy.toWhom.denyDomains.length },
      content: { restrictedPages: policy.content.restrictedPages, labels: policy.content.labels.length },
      limits: policy.limits,
      identity: { ownAddressDomains: policy.identity.ownAddressDomains.length, personChooses: policy.identity.personChooses },
      individualCopies: policy.individualCopies,
    },
    presentation: { logo: presentation.logo, maxImageSidePx: presentation.maxImageSidePx, noteTemplate: presentation.noteTemplate !== '' },
    history: settings.history,
    errors,
  };
  return JSON.stringify(report, null, 2);
}
