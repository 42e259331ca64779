import type { ReactNode } from 'react';

const EXCLAMATION = <path d="M8 5v3.5M8 11v.01" stroke="var(--pm-icon-ground, var(--pm-surface))" strokeWidth="1.75" />;

/** Drawings of 16 by 16, in lines of the text's colour. */
const DRAWINGS = {
  cross: <path d="m4 4 8 8m0-8-8 8" />,
  check: <path d="m3.5 8.5 3 3 6-7" />,
  minus: <path d="M4 8h8" />,
  envelope: (
    <>
      <rect x="1.75" y="3.25" width="12.5" height="9.5" rx="1.25" />
      <path d="m2.5 4.5 5.5 4.25 5.5-4.25" />
    </>
  ),
  /** An arrow that leaves a box. */
  outside: <path d="M6.5 3H3.25v9.75H13V9.5M9 2.5h4.5V7M13 3 7.5 8.5" />,
  people: (
    <>
      <circle cx="5.5" cy="5" r="2.25" />
      <path d="M1.5 13v-.75A3.25 3.25 0 0 1 4.75 9h1.5a3.25 3.25 0 0 1 3.25 3.25V13M10.25 3a2.25 2.25 0 0 1 0 4.1M11.75 9.2a3.25 3.25 0 0 1 2.75 3.2v.6" />
    </>
  ),
  error: (
    <>
      <path d="M8 1.5 14.5 8 8 14.5 1.5 8Z" fill="currentColor" />
      {EXCLAMATION}
    </>
  ),
  warning: (
    <>
      <path d="M8 2 14.5 13.5h-13Z" fill="currentColor" />
      <path d="M8 6.5v3M8 11.75v.01" stroke="var(--pm-icon-ground, var(--pm-surface))" />
    </>
  ),
  information: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path d="M8 7.5V11M8 5v.01" stroke="var(--pm-icon-ground, var(--pm-surface))" strokeWidth="1.75" />
    </>
  ),
  success: (
    <>
      <circle cx="8" cy="8" r="6.5" fill="currentColor" />
      <path d="m5.25 8.25 2 2 3.5-4" stroke="var(--pm-icon-ground, var(--pm-surface))" />
    </>
  ),
} as const satisfies Record<string, ReactNode>;
export type IconName = keyof typeof DRAWINGS;

/** Decoration only: the words stand beside it. */
export const Icon = ({ name }: { name: IconName }) => (
  <svg className="pm-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
    <g fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" strokeLinejoin="round">
      {DRAWINGS[name]}
    </g>
  </svg>
);
