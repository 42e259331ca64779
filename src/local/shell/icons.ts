import { raw } from 'hono/html';

const icon = (content: string, size = 16) =>
  raw(
    `<svg width="${size}" height="${size}" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true" focusable="false">${content}</svg>`,
  );

/** Drawn here; decorative, so every control that shows one has a text of its own. */
export const icons = {
  lock: icon('<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5.2 7V5a2.8 2.8 0 0 1 5.6 0v2"/>'),
  unlock: icon('<rect x="3" y="7" width="10" height="7" rx="1.5"/><path d="M5.2 7V4.8a2.7 2.7 0 0 1 5.2-1"/>'),
  more: icon('<circle cx="3" cy="8" r=".7"/><circle cx="8" cy="8" r=".7"/><circle cx="13" cy="8" r=".7"/>'),
  search: icon('<circle cx="7" cy="7" r="4.3"/><path d="M10.3 10.3 14 14"/>'),
  sun: icon(
    '<circle cx="8" cy="8" r="2.8"/><path d="M8 1.5v1.4M8 13.1v1.4M1.5 8h1.4M13.1 8h1.4M3.4 3.4l1 1M11.6 11.6l1 1M12.6 3.4l-1 1M4.4 11.6l-1 1"/>',
  ),
  moon: icon('<path d="M13.3 9.6A5.8 5.8 0 0 1 6.4 2.7a5.8 5.8 0 1 0 6.9 6.9z"/>'),
  mail: icon('<rect x="1.8" y="3.2" width="12.4" height="9.6" rx="1.5"/><path d="m2.2 4.6 5.8 4.2 5.8-4.2"/>'),
  page: icon('<path d="M4 1.8h5l3.2 3.2v9.2H4z"/><path d="M6.2 8.2h3.9M6.2 11h3.9"/>'),
  blog: icon('<path d="M3 2.8h10v10.4H3z"/><path d="M5.4 5.6h5.2M5.4 8h5.2M5.4 10.4h3"/>'),
  gear: icon(
    '<circle cx="8" cy="8" r="2.1"/><path d="M8 1.6v2M8 12.4v2M1.6 8h2M12.4 8h2M3.5 3.5l1.4 1.4M11.1 11.1l1.4 1.4M12.5 3.5l-1.4 1.4M4.9 11.1l-1.4 1.4"/>',
  ),
  chevron: icon('<path d="m6 4 4 4-4 4"/>', 12),
  clip: icon('<path d="m13 7.2-5 5a3 3 0 0 1-4.3-4.2l5.2-5.2a2 2 0 0 1 2.9 2.8L6.9 10.6a1 1 0 0 1-1.4-1.4L10 4.8"/>'),
  link: icon(
    '<path d="M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2a2.6 2.6 0 0 0-3.7-3.7l-.8.8M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.8-.8"/>',
  ),
  bars: icon('<path d="M2.5 4h11M2.5 8h11M2.5 12h11"/>'),
  app: icon(
    '<rect x="2.2" y="2.2" width="4.8" height="4.8" rx="1"/><rect x="9" y="2.2" width="4.8" height="4.8" rx="1"/><rect x="2.2" y="9" width="4.8" height="4.8" rx="1"/><path d="M11.4 9.2v4.4M9.2 11.4h4.4"/>',
  ),
} as const;
