/** How a mail program shows a mail. */
export type Mode = 'light' | 'dark';

/** The rules of a mail's style block as they hold in this mode, whatever the reader's own browser is set to (Media Queries 5 §11.5). */
export const inMode = (css: string, mode: Mode): string =>
  css
    .replaceAll('(prefers-color-scheme:dark)', mode === 'dark' ? 'all' : 'not all')
    .replaceAll('color-scheme:light dark', `color-scheme:${mode}`);
