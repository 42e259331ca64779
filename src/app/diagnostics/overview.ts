import { activeDebugLog, type DebugStore } from '#app/diagnostics/debug-log';
import { type ErrorStore, lastErrors } from '#app/diagnostics/errors';
import { relayHealth, type VerificationStore } from '#app/diagnostics/health';
import { supportReport } from '#app/diagnostics/report';
import type { MailTransport } from '#app/model';
import { accountOwner, type SettingsStore } from '#app/settings/model';
import { secretsSet } from '#app/settings/secrets';
import type { AccountId } from '#contract/draft';
import type { AdminValue } from '#contract/screens/administration';

export interface DiagnosticsNeeds {
  readonly settings: SettingsStore;
  readonly store: ErrorStore & DebugStore & VerificationStore;
  readonly transport: Pick<MailTransport, 'info'>;
  readonly names: (ids: readonly AccountId[]) => Promise<ReadonlyMap<AccountId, string>>;
  readonly app: { readonly version: string; readonly environment: string };
  readonly now: () => Date;
}

/** The debug log as administrators see it; undefined while it is off. */
export async function shownDebugLog({
  store,
  names,
  now,
}: Pick<DiagnosticsNeeds, 'names' | 'now'> & { readonly store: Pick<DebugStore, 'debugLog'> }): Promise<
  AdminValue<'diagnostics/debug-log'>['debugLog']
> {
  const active = await activeDebugLog(store, now());
  if (!active) return undefined;
  const name = (await names([active.startedBy])).get(active.startedBy);
  return { until: active.until, startedBy: { accountId: active.startedBy, ...(name ? { name } : {}) } };
}

/** How the relay and the accounts do, what failed lately, and a report to copy. */
export async function readDiagnostics(needs: DiagnosticsNeeds): Promise<AdminValue<'diagnostics/get'>> {
  const [relay, settings, exceptions, errors, debugLog] = await Promise.all([
    relayHealth(needs.transport),
    needs.settings.site(),
    needs.settings.exceptions(),
    lastErrors(needs.store, needs.now()),
    shownDebugLog(needs),
  ]);
  const accounts = settings.accounts.map(async ({ id, name, account }) => {
    const owner = accountOwner(id);
    const [flags, verified] = await Promise.all([secretsSet(needs.settings, owner, account), needs.store.verification(owner)]);
    return { id, name, isDefault: id === settings.defaultAccount, secretsSet: flags, ...(verified ? { verified } : {}) };
  });
  const { version, environment } = needs.app;
  const report = supportReport({
    deployment: version,
    environment,
    relay,
    settings,
    exceptionCount: exceptions.spaces.length,
    errors,
    now: needs.now(),
  });
  return { relay, accounts: await Promise.all(accounts), errors, ...(debugLog ? { debugLog } : {}), report };
}
