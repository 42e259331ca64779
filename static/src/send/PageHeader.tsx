import type { Value } from '#contract/resolvers';
import { useWords } from '../i18n/context';
import { Skeleton } from '../ui/Skeleton';

/** What is being sent. The platform's dialog says above it that it is sent as mail. */
export function PageHeader({ page }: { page: Value<'send/open'>['page'] | undefined }) {
  const words = useWords();
  return (
    <header className="pm-header">
      {page ? (
        <>
          <h1 className="pm-header-title">{page.title}</h1>
          <p className="pm-small pm-subtle">{page.spaceName}</p>
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
