import Button from '@atlaskit/button/new';
import { type ReactNode, useState } from 'react';
import type { Result } from '#contract/result';
import { HISTORY_OUTCOMES } from '#contract/screens/history';
import { useWords } from '../../i18n/context';
import type { WordKey } from '../../i18n/words';
import { Field } from '../../ui/Field';
import { SelectInput } from '../fields';
import { asOptions, type Option, Picker } from '../policy/Picker';
import type { Filter, RecordSource } from './useRecords';

interface FilterFieldsProps {
  readonly source: RecordSource;
  readonly filter: Filter;
  readonly onChange: (filter: Filter) => void;
}

type Recipient = NonNullable<Filter['recipient']>;

/** What narrows the history: days, outcome, and one each of sender, recipient and page. */
export function FilterFields({ source, filter, onChange }: FilterFieldsProps): ReactNode {
  const words = useWords();
  const set = <K extends keyof Filter>(key: K, value: Filter[K] | undefined): void => {
    const { [key]: _, ...rest } = filter;
    onChange(value === undefined ? (rest as Filter) : { ...filter, [key]: value });
  };
  const people = async <T,>(query: string, item: (accountId: string) => T): Promise<Result<readonly Option<T>[]>> =>
    asOptions(await source.findPeople(query), ({ users }) =>
      users.map(({ accountId, name }) => ({ key: accountId, name, item: item(accountId) })),
    );
  return (
    <search className="pm-stack" aria-label={words.t('history.filter')}>
      <div className="pm-columns">
        {(['from', 'to'] as const).map((end) => (
          <Field key={end} id={`history-${end}`} label={words.t(`history.${end}`)}>
            <input
              id={`history-${end}`}
              type="date"
              className="pm-select"
              value={filter[end] ?? ''}
              onChange={(event) => set(end, event.target.value || undefined)}
            />
          </Field>
        ))}
        <SelectInput
          id="history-outcome"
          label={words.t('history.outcome')}
          options={HISTORY_OUTCOMES.map((value) => ({ value, label: words.t(`history.filter.${value}`) }))}
          value={filter.outcome ?? 'any'}
          onChange={(outcome) => set('outcome', outcome)}
        />
      </div>
      <div className="pm-columns">
        <Picked<string>
          id="history-person"
          label="history.person"
          hint="history.personHint"
          only="history.only"
          all="history.everybody"
          find={(query) => people(query, (accountId) => accountId)}
          onPick={(accountId) => set('accountId', accountId)}
        />
        <Picked<Recipient>
          id="history-recipient"
          label="history.recipient"
          hint="history.recipientHint"
          only="history.onlyTo"
          all="history.anyRecipient"
          find={async (query) =>
            query.includes('@')
              ? { ok: true, value: [{ key: query, name: query, item: { kind: 'address', address: query } }] }
              : people<Recipient>(query, (accountId) => ({ kind: 'user', accountId }))
          }
          onPick={(recipient) => set('recipient', recipient)}
        />
        <Picked<string>
          id="history-page"
          label="history.page"
          hint="sample.pageHint"
          only="history.onlyPage"
          all="history.anyPage"
          open
          find={async (query) =>
            asOptions(await source.findPages(query), ({ pages }) => pages.map(({ id, title }) => ({ key: id, name: title, item: id })))
          }
          onPick={(contentId) => set('contentId', contentId)}
        />
      </div>
    </search>
  );
}

interface PickedProps<T> {
  readonly id: string;
  readonly label: WordKey;
  readonly hint: WordKey;
  /** Says what is picked, by its name. */
  readonly only: WordKey;
  /** On the button that takes it away. */
  readonly all: WordKey;
  /** Offers something before anything is typed. */
  readonly open?: boolean;
  readonly find: (query: string) => Promise<Result<readonly Option<T>[]>>;
  readonly onPick: (item: T | undefined) => void;
}

/** A picker until something is picked, then what that is and a way back. */
function Picked<T>({ id, label, hint, only, all, open = false, find, onPick }: PickedProps<T>) {
  const words = useWords();
  const [name, setName] = useState<string>();
  if (name === undefined) {
    const named = async (query: string): Promise<Result<readonly Option<{ name: string; item: T }>[]>> => {
      const found = await find(query);
      return found.ok ? { ok: true, value: found.value.map((each) => ({ ...each, item: { name: each.name, item: each.item } })) } : found;
    };
    return (
      <Picker<{ name: string; item: T }>
        id={id}
        label={words.t(label)}
        placeholder={words.t(hint)}
        open={open}
        find={named}
        onPick={(picked) => {
          setName(picked.name);
          onPick(picked.item);
        }}
      />
    );
  }
  return (
    <p className="pm-picked">
      {words.t(only, { name })}
      <Button
        spacing="compact"
        appearance="subtle"
        onClick={() => {
          setName(undefined);
          onPick(undefined);
        }}
      >
        {words.t(all)}
      </Button>
    </p>
  );
}
