import type { Words } from '../i18n/words';
import type { Addition, RecipientFieldName } from './recipients';
import type { Suggestions } from './useSuggestions';

/** What a screen reader hears about the list below a field; empty while there is nothing to say. */
export function listStatus(words: Words, suggestions: Suggestions, count: number): string {
  if (suggestions.state !== 'found') return '';
  return count === 0 ? words.t('recipients.nobody') : words.t('recipients.found', { count });
}

/** What a screen reader hears after something was added: who is in, who was there already, and what is no address. */
export function additionText(words: Words, name: RecipientFieldName, { added, present }: Pick<Addition, 'added' | 'present'>): string {
  const field = words.t(`send.${name}`);
  const taken = added.filter(({ kind }) => kind !== 'invalid');
  const [first] = taken;
  const sentences = [
    taken.length === 1 && first ? words.t('recipients.added', { name: first.label, field }) : '',
    taken.length > 1 ? words.t('recipients.addedMany', { count: taken.length, field }) : '',
    ...present.map(({ chip, field: where }) => words.t('recipients.present', { name: chip.label, field: words.t(`send.${where}`) })),
    ...added.filter(({ kind }) => kind === 'invalid').map(({ label }) => words.t('recipients.notAddress', { text: label })),
  ];
  return sentences.filter((sentence) => sentence !== '').join(' ');
}
