import { describeError, type Language, type Reader } from '#contract/errors';
import type { Failure } from '#contract/result';
import { de } from './de';
import { en } from './en';

export type WordKey = keyof typeof en;
type Plural = { readonly one: string; readonly other: string };
/** Every key of the English words, a plural where English has one. */
export type Dictionary = { readonly [K in WordKey]: (typeof en)[K] extends string ? string : Plural };
export type Params = Readonly<Record<string, string | number>>;

const DICTIONARIES: Readonly<Record<Language, Dictionary>> = { en, de };
const KILOBYTE = 1024;

/** What a component needs to speak to a person: sentences, and dates, numbers and sizes as their locale writes them. */
export interface Words {
  /** BCP 47 tag as Confluence gives it, e.g. `de-DE`. */
  readonly locale: string;
  readonly language: Language;
  /** The sentence for a key; `{name}` is filled from `params`, and `params.count` chooses singular or plural. */
  t(key: WordKey, params?: Params): string;
  /** Bytes as `12 KB` or `3.4 MB`, counted in 1024. */
  size(bytes: number): string;
  /** An ISO 8601 instant as date and time. */
  dateTime(iso: string): string;
  /** An ISO 8601 instant as date. */
  date(iso: string): string;
  /** An ISO 8601 instant as time of day. */
  time(iso: string): string;
  /** Names joined as the language joins them. */
  list(names: readonly string[]): string;
  error(failure: Failure): { sentence: string; help: string };
}

const languageOf = (locale: string): Language => (/^de\b/i.test(locale) ? 'de' : 'en');

const fill = (template: string, params: Params, number: Intl.NumberFormat): string =>
  template.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = params[name];
    return typeof value === 'number' ? number.format(value) : (value ?? '…');
  });

/** A locale that this browser's Intl takes; Confluence also writes `de_DE`. */
function usableLocale(locale: string): string {
  const tag = locale.replace('_', '-');
  try {
    return Intl.getCanonicalLocales(tag)[0] ?? 'en-US';
  } catch {
    return 'en-US';
  }
}

export function createWords(wanted: string, reader: Reader = 'administrator'): Words {
  const locale = usableLocale(wanted);
  const language = languageOf(locale);
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const plural = new Intl.PluralRules(locale);
  const t = (key: WordKey, params: Params = {}): string => {
    const message: string | Plural = DICTIONARIES[language][key];
    const template =
      typeof message === 'string' ? message : plural.select(Number(params['count'] ?? 2)) === 'one' ? message.one : message.other;
    return fill(template, params, number);
  };
  const formatted = (options: Intl.DateTimeFormatOptions) => (iso: string) => {
    const date = new Date(iso);
    return Number.isNaN(date.getTime()) ? iso : new Intl.DateTimeFormat(locale, options).format(date);
  };
  return {
    locale,
    language,
    t,
    size: (bytes) => sizeText(bytes, t),
    dateTime: formatted({ dateStyle: 'medium', timeStyle: 'short' }),
    date: formatted({ dateStyle: 'medium' }),
    time: formatted({ timeStyle: 'short' }),
    list: (names) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(names),
    error: (failure) => describeError(failure.code, language, failure.params, reader),
  };
}

function sizeText(bytes: number, t: Words['t']): string {
  if (bytes < KILOBYTE) return t('size.bytes', { value: bytes });
  const kilobytes = bytes / KILOBYTE;
  if (kilobytes < 1000) return t('size.kb', { value: Math.round(kilobytes) });
  return t('size.mb', { value: kilobytes / KILOBYTE });
}
