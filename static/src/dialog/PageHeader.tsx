import type { ReactNode } from 'react';
import { useWords } from '../i18n/context';
import { Skeleton } from '../ui/Skeleton';
import { AUDIENCE_ID, audienceText } from './rules';
import type { Opened } from './useOpening';

interface PageHeaderProps {
  /** Undefined while the page loads. */
  readonly opened: Opened | undefined;
  readonly aside?: ReactNode;
}

/** What is being sent, and to whom it may go. The platform's dialog says above it that it is sent as mail. */
export function PageHeader({ opened, aside }: PageHeaderProps) {
  const words = useWords();
  const audience = audienceText(words, opened?.rules);
  return (
    <header className="pm-header">
      {opened ? (
        <>
          <div className="pm-header-line">
            <h1 className="pm-header-title">{opened.page.title}</h1>
            {aside}
          </div>
          <p className="pm-small pm-subtle">
            {opened.page.spaceName}
            {audience ? (
              <span className="pm-audience" id={AUDIENCE_ID}>
                {audience}
              </span>
            ) : null}
          </p>
        </>
      ) : (
        <>
          <h1 className="pm-hidden">{words.t('send.title')}</h1>
          <Skeleton width="280px" height="20px" />
          <Skeleton width="120px" height="16px" />
        </>
      )}
    </header>
  );
}
