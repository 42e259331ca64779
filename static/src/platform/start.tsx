import '@atlaskit/css-reset';
import '../ui/styles.css';
import type { ReactNode } from 'react';
import { createRoot } from 'react-dom/client';
import type { Reader } from '#contract/errors';
import { WordsProvider } from '../i18n/context';
import { createWords } from '../i18n/words';
import { AnnouncerProvider } from '../ui/Announcer';
import { getLocale } from './bridge';
import { followTheme } from './theme';

/** Shows a page in the person's language and theme, in place of the skeleton that the HTML file brings. */
export async function start(page: ReactNode, reader: Reader = 'administrator'): Promise<void> {
  const [locale] = await Promise.all([getLocale(), followTheme()]);
  const words = createWords(locale, reader);
  document.documentElement.lang = locale;
  const root = document.getElementById('root');
  if (!root) return;
  createRoot(root).render(
    <WordsProvider value={words}>
      <AnnouncerProvider>{page}</AnnouncerProvider>
    </WordsProvider>,
  );
}
