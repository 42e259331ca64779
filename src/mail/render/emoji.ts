import type { Element } from '#mail/render/tree';

/** Confluence's own emoticons, by their name in `data-emoticon-name`, the class `emoticon-…` and `data-emoji-shortname`. */
const NATIVE: Readonly<Record<string, string>> = {
  smile: '🙂',
  slightly_smiling_face: '🙂',
  sad: '🙁',
  disappointed: '🙁',
  cheeky: '😛',
  stuck_out_tongue: '😛',
  laugh: '😀',
  smiley: '😀',
  wink: '😉',
  'thumbs-up': '👍',
  thumbsup: '👍',
  'thumbs-down': '👎',
  thumbsdown: '👎',
  information: 'ℹ️',
  info: 'ℹ️',
  tick: '✅',
  check_mark: '✅',
  cross: '❌',
  cross_mark: '❌',
  warning: '⚠️',
  plus: '➕',
  minus: '➖',
  question: '❓',
  question_mark: '❓',
  exclamation: '❗',
  exclamation_mark: '❗',
  'light-on': '💡',
  light_bulb_on: '💡',
  'light-off': '💡',
  light_bulb_off: '💡',
  'yellow-star': '⭐',
  yellow_star: '⭐',
  'red-star': '🌟',
  red_star: '🌟',
  'green-star': '🌟',
  green_star: '🌟',
  'blue-star': '🌟',
  blue_star: '🌟',
  star: '⭐',
  heart: '❤️',
  'broken-heart': '💔',
  broken_heart: '💔',
  flag_on: '🚩',
  flag_off: '🏳️',
  note: '📝',
};

/** A code point sequence as Atlassian writes ids of Unicode emoji: `1f468-200d-1f4bb`. */
function fromId(id: string): string | undefined {
  if (!/^[0-9a-f]{2,6}(?:-[0-9a-f]{2,6}){0,9}$/i.test(id)) return undefined;
  const points = id.split('-').map((part) => Number.parseInt(part, 16));
  if (points.some((point) => point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff) || point < 0x20)) return undefined;
  const text = String.fromCodePoint(...points);
  if (!/^\p{Emoji}/u.test(text)) return undefined;
  // A sign that is text by default needs the variation selector to be shown as a picture, as it is on the page.
  return points.length === 1 && !/\p{Emoji_Presentation}/u.test(text) ? `${text}\ufe0f` : text;
}

const byName = (name: string | undefined): string | undefined => {
  const key =
    name
      ?.replace(/^:|:$/g, '')
      .replace(/^atlassian-/, '')
      .toLowerCase() ?? '';
  return Object.hasOwn(NATIVE, key) ? NATIVE[key] : undefined;
};

/** Ids of a site's own emoji; every one of them calls itself a blue star. */
const CUSTOM = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** `:name:`, as it is typed. */
const nameOf = (text: string): string => {
  const name = text.trim().replace(/^:+|:+$/g, '');
  return name === '' ? '' : `:${name}:`;
};

/** The character for an emoji's or emoticon's picture; its short name where there is none. Undefined: the element is no emoji. */
export function emojiOf(element: Element): string | undefined {
  const { attributes } = element;
  const id = attributes.get('data-emoji-id') ?? attributes.get('ac:emoji-id');
  if (id === undefined && !element.hasClass('emoticon') && !element.hasClass('emoji') && element.name !== 'ac:emoticon') return undefined;
  if (id !== undefined && CUSTOM.test(id))
    return nameOf(
      attributes.get('data-emoji-shortname') ??
        attributes.get('ac:emoji-shortname') ??
        attributes.get('data-emoji-fallback') ??
        attributes.get('alt') ??
        '',
    );
  const fallback = attributes.get('data-emoji-fallback') ?? attributes.get('ac:emoji-fallback') ?? '';
  const named = attributes.get('data-emoticon-name') ?? attributes.get('ac:name');
  const shortname = attributes.get('data-emoji-shortname') ?? attributes.get('ac:emoji-shortname');
  const byClass = element.classes.find((name) => name.startsWith('emoticon-'))?.slice('emoticon-'.length);
  return (
    fromId(id ?? '') ??
    byName(id) ??
    (/\p{Extended_Pictographic}/u.test(fallback) ? fallback : undefined) ??
    byName(shortname) ??
    byName(named ?? byClass) ??
    (shortname || attributes.get('alt') || '')
  );
}
