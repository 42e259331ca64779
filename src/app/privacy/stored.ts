import { JOB_TTL_DAYS } from '#contract/limits';
import type { STORED_KINDS } from '#contract/screens/administration';

export interface StoredItem {
  readonly kind: (typeof STORED_KINDS)[number];
  readonly personal: boolean;
  readonly days?: number;
}

/** Days that a notice about a failed mail waits for its sender. */
export const NOTICE_TTL_DAYS = 30;
/** Days that counters of sends live: until their UTC day is over everywhere. */
export const QUOTA_TTL_DAYS = 2;
/** Days that counts of failures and results of connection tests live. */
export const DIAGNOSTICS_TTL_DAYS = 8;

/** What the app stores at Atlassian, and how long. The relay stores nothing. */
export const storedItems = (retentionDays: number): StoredItem[] => [
  { kind: 'settings', personal: true },
  { kind: 'secrets', personal: false },
  { kind: 'logos', personal: false },
  { kind: 'jobs', personal: true, days: JOB_TTL_DAYS },
  { kind: 'records', personal: true, days: retentionDays },
  { kind: 'counters', personal: true, days: QUOTA_TTL_DAYS },
  { kind: 'notices', personal: true, days: NOTICE_TTL_DAYS },
  { kind: 'diagnostics', personal: true, days: DIAGNOSTICS_TTL_DAYS },
];
