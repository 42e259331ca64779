import type { ReactNode } from 'react';

export type Tone = 'success' | 'danger' | 'warning' | 'neutral' | 'information';

/** A short coloured word for a state. */
export const StatusLabel = ({ tone, children }: { tone: Tone; children: ReactNode }) => (
  <span className={`pm-status pm-status-${tone}`}>{children}</span>
);
