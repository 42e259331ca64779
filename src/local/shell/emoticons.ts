/** Pictures of emoji and of Confluence's own icons, for the `<img class="emoticon">` of rendered pages. */

const svg = (content: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 72" width="72" height="72">${content}</svg>`;

const ICONS: Readonly<Record<string, string>> = {
  check:
    '<circle cx="36" cy="36" r="34" fill="#1f845a"/><path d="m20 37 11 11 21-23" fill="none" stroke="#fff" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"/>',
  error:
    '<circle cx="36" cy="36" r="34" fill="#c9372c"/><path d="m24 24 24 24m0-24L24 48" stroke="#fff" stroke-width="8" stroke-linecap="round"/>',
  smile:
    '<circle cx="36" cy="36" r="34" fill="#ffc716"/><circle cx="25" cy="29" r="4"/><circle cx="47" cy="29" r="4"/><path d="M20 43q16 17 32 0" fill="none" stroke="#172b4d" stroke-width="5" stroke-linecap="round"/>',
  warning:
    '<path d="M36 6 70 66H2z" fill="#f5cd47" stroke="#f5cd47" stroke-width="6" stroke-linejoin="round"/><path d="M36 26v20m0 9v1" stroke="#172b4d" stroke-width="7" stroke-linecap="round"/>',
  information:
    '<circle cx="36" cy="36" r="34" fill="#357de8"/><path d="M36 34v18m0-33v1" stroke="#fff" stroke-width="8" stroke-linecap="round"/>',
  add: '<circle cx="36" cy="36" r="34" fill="#1f845a"/><path d="M36 20v32M20 36h32" stroke="#fff" stroke-width="8" stroke-linecap="round"/>',
  help_16:
    '<circle cx="36" cy="36" r="34" fill="#8270db"/><path d="M27 28q0-10 9-10t9 9q0 6-9 10v5m0 10v1" fill="none" stroke="#fff" stroke-width="6" stroke-linecap="round"/>',
  thumbs_up: '<text x="36" y="60" font-size="62" text-anchor="middle">👍</text>',
  thumbs_down: '<text x="36" y="60" font-size="62" text-anchor="middle">👎</text>',
  star_yellow: '<text x="36" y="60" font-size="62" text-anchor="middle">⭐</text>',
  grey_arrow_down:
    '<path d="m18 28 18 18 18-18" fill="none" stroke="#7a869a" stroke-width="8" stroke-linecap="round" stroke-linejoin="round"/>',
};

/** SVG for the path of an icon: `…/emoticons/72/1f433.png` holds the code points of an emoji in hexadecimal. Undefined for other paths. */
export function emoticon(path: string): string | undefined {
  const name = /\/images\/icons\/(?:emoticons\/)?(?:72\/)?([\w-]+)\.png$/.exec(path)?.[1];
  if (!name) return undefined;
  const icon = ICONS[name];
  if (icon) return svg(icon);
  const points = name.split('-').map((part) => Number.parseInt(part, 16));
  if (points.some((point) => !(point > 0x1f && point <= 0x10ffff))) return undefined;
  const text = String.fromCodePoint(...points).replace(/[&<>]/g, '');
  return svg(
    `<text x="36" y="60" font-size="62" text-anchor="middle" font-family="Noto Color Emoji,Apple Color Emoji,Segoe UI Emoji,sans-serif">${text}</text>`,
  );
}

/** The site's mark. */
export const siteIcon = (): string =>
  svg(
    '<rect width="72" height="72" rx="16" fill="#1868db"/><path d="M14 46q11-9 22 0t22 0M14 32q11-9 22 0t22 0" fill="none" stroke="#fff" stroke-width="7" stroke-linecap="round"/>',
  );
