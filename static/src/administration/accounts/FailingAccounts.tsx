import type { AdminValue } from '#contract/screens/administration';
import { useWords } from '../../i18n/context';
import { Notice } from '../../ui/Notice';
import { ServerReply } from '../../ui/ServerReply';

/** Says to every administrator which accounts did not pass their last connection test, and why. */
export function FailingAccounts({ failing = [] }: Pick<AdminValue<'site-policy/get'>, 'failing'>) {
  const words = useWords();
  if (failing.length === 0) return null;
  return (
    <Notice kind="error" title={words.t('accounts.failing')}>
      {failing.map(({ name, at, error }) => {
        const why = error && words.error(error);
        return (
          <div key={name}>
            <p>
              <strong>{name}</strong> ({words.dateTime(at)}): {why ? `${why.sentence} ${why.help}` : null}
            </p>
            {error ? <ServerReply failure={error} /> : null}
          </div>
        );
      })}
    </Notice>
  );
}
