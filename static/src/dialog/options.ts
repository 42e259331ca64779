import type { Words } from '../i18n/words';
import { type Chip, chipsOfText, groupChip, isWholeList, type RecipientFieldName, userChip } from './recipients';
import type { Suggestions } from './useSuggestions';

/** One line of the list below a recipient field; choosing it adds its chips. */
export interface Option {
  readonly id: string;
  readonly kind: 'address' | 'user' | 'group';
  readonly label: string;
  readonly detail: string;
  readonly chips: readonly Chip[];
}

type Where = (key: string) => RecipientFieldName | undefined;

function addressOption(text: string, words: Words): Option[] {
  if (!isWholeList(text)) return [];
  const chips = chipsOfText(text);
  const first = chips[0];
  if (chips.length > 1)
    return [{ id: 'address', kind: 'address', label: words.t('recipients.useAddresses', { count: chips.length }), detail: '', chips }];
  return [{ id: 'address', kind: 'address', label: first?.label ?? text, detail: words.t('recipients.useAddress'), chips }];
}

/** What can be chosen for the typed text: the address it is, then people, then groups. */
export function optionsFor(text: string, suggestions: Suggestions, where: Where, words: Words): Option[] {
  const already = (chip: Chip): string => {
    const field = where(chip.key);
    return field ? words.t('recipients.already', { field: words.t(`send.${field}`) }) : '';
  };
  const found = suggestions.state === 'found' ? suggestions.found : { users: [], groups: [] };
  return [
    ...addressOption(text, words),
    ...found.users.map((user): Option => {
      const chip = userChip(user);
      return { id: chip.key, kind: 'user', label: user.name, detail: already(chip), chips: [chip] };
    }),
    ...found.groups.map((group): Option => {
      const chip = groupChip(group);
      const members = words.t('recipients.members', { count: group.memberCount });
      return { id: chip.key, kind: 'group', label: group.name, detail: already(chip) || members, chips: [chip] };
    }),
  ];
}
