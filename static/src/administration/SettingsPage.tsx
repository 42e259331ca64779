import Button from '@atlaskit/button/new';
import type { ReactNode } from 'react';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { FailureNotice } from '../ui/FailureNotice';
import { Notice } from '../ui/Notice';
import { Skeleton } from '../ui/Skeleton';

/** The frame of a settings page: title and sections below each other. */
export const SettingsPage = ({ title, children }: { title: string; children: ReactNode }) => (
  <div className="pm-settings">
    <h1 className="pm-title">{title}</h1>
    {children}
  </div>
);

export const Section = ({ title, intro, children }: { title: string; intro?: string; children: ReactNode }) => (
  <section className="pm-section">
    <h2 className="pm-heading">{title}</h2>
    {intro ? <p className="pm-subtle">{intro}</p> : null}
    {children}
  </section>
);

/** Holds the place of the sections while they load. */
export function LoadingSettings() {
  const words = useWords();
  return (
    <div className="pm-stack" role="status" aria-label={words.t('settings.loading')}>
      {['160px', '320px', '200px'].map((height) => (
        <Skeleton key={height} height={height} />
      ))}
    </div>
  );
}

/** Instead of the settings: that they are for administrators, or that they could not be loaded. */
export function SettingsFailure({ failure, onRetry }: { failure: Failure; onRetry: () => void }) {
  const words = useWords();
  if (failure.code === 'NOT_SITE_ADMIN' || failure.code === 'NOT_SPACE_ADMIN') {
    const { sentence, help } = words.error(failure);
    return (
      <Notice kind="information" title={words.t('settings.forbidden')}>
        <p>
          {sentence} {help}
        </p>
      </Notice>
    );
  }
  return (
    <FailureNotice
      title={words.t('settings.failed')}
      failure={failure}
      actions={<Button onClick={onRetry}>{words.t('common.tryAgain')}</Button>}
    />
  );
}
