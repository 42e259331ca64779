import type { DebugLog, DebugStore } from '#app/diagnostics/debug-log';
import type { ErrorDay, ErrorStore } from '#app/diagnostics/errors';
import type { Verification, VerificationStore } from '#app/diagnostics/health';
import { type NoticeStore, noticesSchema } from '#app/notices/notices';
import type { QuotaStore } from '#app/policy/quota';
import { DIAGNOSTICS_TTL_DAYS, NOTICE_TTL_DAYS, QUOTA_TTL_DAYS } from '#app/privacy/stored';
import { days, keys } from '#app/store/keys';
import { create, get, remove, set } from '#app/store/kvs';

/** What is counted and noted for a while: sends of a day, notices, failures, connection tests, the debug log. */

export const quotaStore: QuotaStore = {
  take: (accountId, day, slot) => create(keys.slot(accountId, day, slot), { v: 1 }, days(QUOTA_TTL_DAYS)),
  free: (accountId, day, slot) => remove(keys.slot(accountId, day, slot)),
  lastTaken: async (accountId, day) => (await get<{ last: number }>(keys.lastSlot(accountId, day)))?.last ?? 0,
  noteTaken: (accountId, day, slot) => set(keys.lastSlot(accountId, day), { last: slot }, days(QUOTA_TTL_DAYS)),
};

export const noticeStore: NoticeStore = {
  // Notices of another version are forgotten rather than keep the dialog from opening.
  notices: async (accountId) => noticesSchema.safeParse(await get(keys.notices(accountId))).data?.notices ?? [],
  saveNotices: (accountId, notices) =>
    notices.length === 0 ? remove(keys.notices(accountId)) : set(keys.notices(accountId), { v: 1, notices }, days(NOTICE_TTL_DAYS)),
};

export const diagnosticsStore: ErrorStore & DebugStore & VerificationStore = {
  errorDay: async (day) => (await get<ErrorDay>(keys.errors(day))) ?? {},
  saveErrorDay: (day, errors) => set(keys.errors(day), errors, days(DIAGNOSTICS_TTL_DAYS)),
  debugLog: () => get<DebugLog>(keys.debugLog),
  saveDebugLog: (value, hours) => set(keys.debugLog, value, { ttl: { value: hours, unit: 'HOURS' } }),
  deleteDebugLog: () => remove(keys.debugLog),
  verification: (owner) => get<Verification>(keys.verification(owner)),
  saveVerification: (owner, verification) => set(keys.verification(owner), verification, days(DIAGNOSTICS_TTL_DAYS)),
};
