import type { DemoUser } from '#local/model';

/** A day in the person's language and time zone. */
export const dayFor = (user: DemoUser, iso: string): string =>
  new Intl.DateTimeFormat(user.locale, { dateStyle: 'medium', timeZone: user.timezone }).format(new Date(iso));

/** A size in bytes as people read it, in binary units as Confluence shows them. */
export function sizeFor(user: DemoUser, bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB'];
  const power = bytes < 1024 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${new Intl.NumberFormat(user.locale, { maximumFractionDigits: value < 10 && power > 0 ? 1 : 0 }).format(value)} ${units[power]}`;
}
