import type { ReactNode } from 'react';
import { Icon } from './icons';

export const ICON_COLOURS = {
  error: 'var(--ds-icon-danger, #C9372C)',
  information: 'var(--ds-icon-information, #357DE8)',
  success: 'var(--ds-icon-success, #6A9A23)',
  warning: 'var(--ds-icon-warning, #E06C00)',
} as const;

interface NoticeProps {
  readonly kind: keyof typeof ICON_COLOURS;
  readonly title?: string;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
  /** Speaks up when it appears. */
  readonly alert?: boolean;
}

/** A message that stands in the page; Atlaskit's section message weighs more than the rest of the dialog. */
export function Notice({ kind, title, children, actions, alert = false }: NoticeProps) {
  return (
    <section className={`pm-notice pm-notice-${kind}`} {...(alert ? { role: 'alert' } : {})}>
      <span className="pm-notice-icon" style={{ color: ICON_COLOURS[kind] }}>
        <Icon name={kind} />
      </span>
      <div className="pm-notice-body">
        {title ? <h2 className="pm-notice-title">{title}</h2> : null}
        {children}
        {actions ? <div className="pm-row">{actions}</div> : null}
      </div>
    </section>
  );
}
