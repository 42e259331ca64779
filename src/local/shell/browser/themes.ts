import dark from '@atlaskit/tokens/dist/esm/artifacts/themes/atlassian-dark.js';
import light from '@atlaskit/tokens/dist/esm/artifacts/themes/atlassian-light.js';
import shape from '@atlaskit/tokens/dist/esm/artifacts/themes/atlassian-shape.js';
import spacing from '@atlaskit/tokens/dist/esm/artifacts/themes/atlassian-spacing.js';
import typography from '@atlaskit/tokens/dist/esm/artifacts/themes/atlassian-typography.js';

export type ColorMode = 'light' | 'dark';

let added = false;

/** Puts Atlassian's design tokens on the document, as `view.theme.enable()` does, and sets the colour mode. */
export function applyTheme(colorMode: ColorMode): void {
  const root = document.documentElement;
  root.dataset.theme = 'light:light dark:dark shape:shape spacing:spacing typography:typography';
  root.dataset.colorMode = colorMode;
  if (added) return;
  added = true;
  const sheet = new CSSStyleSheet();
  sheet.replaceSync([light, dark, shape, spacing, typography].join('\n'));
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}
