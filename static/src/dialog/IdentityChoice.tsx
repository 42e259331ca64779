import type { SendIdentity } from '#contract/draft';
import { useWords } from '../i18n/context';
import type { Opened } from './useOpening';

interface IdentityChoiceProps {
  readonly opened: Opened | undefined;
  readonly chosen: SendIdentity | undefined;
  readonly onChange: (identity: SendIdentity) => void;
}

export const mailbox = ({ name, address }: { readonly name: string; readonly address: string }): string =>
  name ? `${name} <${address}>` : address;

/** From whom the mail comes; a choice only where the policy leaves one. */
export function IdentityChoice({ opened, chosen, onChange }: IdentityChoiceProps) {
  const words = useWords();
  const identities = opened?.rules?.identities ?? [];
  if (identities.length > 1) {
    return (
      <label className="pm-from pm-identity pm-small pm-subtle">
        <span>{words.t('send.from')}</span>
        <select
          className="pm-select"
          value={chosen ?? identities[0]?.identity}
          onChange={({ target }) => {
            const next = identities.find(({ identity }) => identity === target.value);
            if (next) onChange(next.identity);
          }}
        >
          {identities.map((each) => (
            <option key={each.identity} value={each.identity}>
              {mailbox(each)}
            </option>
          ))}
        </select>
      </label>
    );
  }
  if (!opened?.from) return null;
  return (
    <p className="pm-from pm-small pm-subtle">
      {words.t('send.from')}: {mailbox(opened.from)}
    </p>
  );
}
