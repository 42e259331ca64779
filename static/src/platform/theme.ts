import { view } from '@forge/bridge';

const hasTokens = (): boolean => getComputedStyle(document.documentElement).getPropertyValue('--ds-text') !== '';

/**
 * Follows the light or dark theme of Confluence. The platform brings the design tokens along; where it only names the
 * colour mode they are loaded from here.
 */
export async function followTheme(): Promise<void> {
  try {
    await view.theme.enable();
    if (hasTokens()) return;
    const [{ setGlobalTheme }, context] = await Promise.all([import('@atlaskit/tokens/set-global-theme'), view.getContext()]);
    const mode = context.theme?.colorMode;
    await setGlobalTheme({ colorMode: mode === 'dark' || mode === 'light' ? mode : 'auto', light: 'light', dark: 'dark' });
  } catch {
    // Every colour has a fallback in the style sheets: without tokens the page is light.
    document.documentElement.dataset['colorMode'] ??= 'light';
  }
}
