import { useWords } from '../../i18n/context';
import type { WordKey } from '../../i18n/words';
import type { OAuthForm } from './account';

/** What to do at the provider, one step a line. */
const GUIDES: Readonly<Record<OAuthForm['provider'], Readonly<Record<OAuthForm['grant'], WordKey>>>> = {
  microsoft: { 'refresh-token': 'oauth.guide.microsoft.refresh', 'client-credentials': 'oauth.guide.microsoft.app' },
  google: { 'refresh-token': 'oauth.guide.google.refresh', 'client-credentials': 'oauth.guide.google.app' },
};

/** How to get from the provider what the fields above ask for. */
export function TokenGuide({ oauth: { provider, grant } }: { oauth: OAuthForm }) {
  const words = useWords();
  return (
    <details className="pm-guide">
      <summary className="pm-focusable">{words.t(grant === 'refresh-token' ? 'oauth.guide.token' : 'oauth.guide.access')}</summary>
      <ol>
        {words
          .t(GUIDES[provider][grant])
          .split('\n')
          .map((step) => (
            <li key={step}>{step}</li>
          ))}
      </ol>
    </details>
  );
}
