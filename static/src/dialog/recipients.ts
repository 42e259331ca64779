import type { DraftInput, Recipient } from '#contract/draft';
import type { Value } from '#contract/screens/resolvers';
import { parseAddressList } from '#mail/address';
import { asAddressList } from './pasted';

export const FIELDS = ['to', 'cc', 'bcc'] as const;
export type RecipientFieldName = (typeof FIELDS)[number];

type Found = Value<'send/find-recipients'>;
export type FoundUser = Found['users'][number];
export type FoundGroup = Found['groups'][number];

/** Somebody in To, Cc or Bcc; `invalid` is typed text that is no address and blocks sending until it is corrected. */
export type Chip = { readonly key: string; readonly label: string } & (
  | { readonly kind: 'user'; readonly recipient: Recipient }
  | { readonly kind: 'group'; readonly recipient: Recipient; readonly memberCount?: number | undefined }
  | { readonly kind: 'address'; readonly recipient: Recipient; readonly address: string }
  | { readonly kind: 'invalid' }
);
export type Chips = Readonly<Record<RecipientFieldName, readonly Chip[]>>;
export const NO_CHIPS: Chips = { to: [], cc: [], bcc: [] };

export const userChip = ({ accountId, name }: FoundUser): Chip => ({
  key: `user:${accountId}`,
  label: name,
  kind: 'user',
  recipient: { kind: 'user', accountId },
});

export const groupChip = ({ groupId, name, memberCount }: Pick<FoundGroup, 'groupId' | 'name'> & Partial<FoundGroup>): Chip => ({
  key: `group:${groupId}`,
  label: name,
  kind: 'group',
  memberCount,
  recipient: { kind: 'group', groupId },
});

/** The chips of a typed or pasted list, what is no address included. */
export function chipsOfText(text: string): Chip[] {
  const { mailboxes, invalid } = parseAddressList(asAddressList(text));
  const addresses = mailboxes.map(({ address, name }): Chip => {
    const recipient: Recipient = name === undefined ? { kind: 'address', address } : { kind: 'address', address, name };
    // Mail servers tell letter case apart in theory only; two chips that differ in it are one mailbox.
    return { key: `address:${address.toLowerCase()}`, label: name ?? address, kind: 'address', address, recipient };
  });
  return [...addresses, ...invalid.map((entry): Chip => ({ key: `invalid:${entry}`, label: entry, kind: 'invalid' }))];
}

/** True when the text is a list of whole addresses and nothing else. */
export function isWholeList(text: string): boolean {
  const { mailboxes, invalid } = parseAddressList(asAddressList(text));
  return mailboxes.length > 0 && invalid.length === 0;
}

export const fieldOf = (chips: Chips, key: string): RecipientFieldName | undefined =>
  FIELDS.find((field) => chips[field].some((chip) => chip.key === key));

export interface Addition {
  readonly chips: Chips;
  readonly added: readonly Chip[];
  /** Already there, with the field they stand in: nobody gets a mail twice. */
  readonly present: readonly { readonly chip: Chip; readonly field: RecipientFieldName }[];
}

/** Adds to a field whoever is not yet in any of the three. */
export function addChips(chips: Chips, field: RecipientFieldName, more: readonly Chip[]): Addition {
  const added: Chip[] = [];
  const present: { chip: Chip; field: RecipientFieldName }[] = [];
  for (const chip of more) {
    const where = fieldOf(chips, chip.key) ?? (added.some(({ key }) => key === chip.key) ? field : undefined);
    if (where) present.push({ chip, field: where });
    else added.push(chip);
  }
  return { chips: { ...chips, [field]: [...chips[field], ...added] }, added, present };
}

export const removeChip = (chips: Chips, field: RecipientFieldName, key: string): Chips => ({
  ...chips,
  [field]: chips[field].filter((chip) => chip.key !== key),
});

const recipientsOf = (chips: readonly Chip[]): Recipient[] => chips.flatMap((chip) => (chip.kind === 'invalid' ? [] : [chip.recipient]));

export const recipientsOfDraft = (chips: Chips): Pick<DraftInput, 'to' | 'cc' | 'bcc'> => ({
  to: recipientsOf(chips.to),
  cc: recipientsOf(chips.cc),
  bcc: recipientsOf(chips.bcc),
});

export const countRecipients = (chips: Chips): number => FIELDS.reduce((sum, field) => sum + recipientsOf(chips[field]).length, 0);

export const hasInvalid = (chips: Chips): boolean => FIELDS.some((field) => chips[field].some(({ kind }) => kind === 'invalid'));
