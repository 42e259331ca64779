import Checkbox from '@atlaskit/checkbox';
import { useMemo } from 'react';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import type { FieldErrors } from '../errors';
import { NumberInput } from '../policy/LimitsFields';
import { Section } from '../SettingsPage';
import type { SiteForm } from '../site-form';
import { withInstants } from './days';
import { HistoryView } from './HistoryView';
import type { RecordSource } from './useRecords';

/** All mails of the site. */
export default function HistoryTab({ call }: { call: Call }) {
  const words = useWords();
  const source = useMemo(
    (): RecordSource => ({
      page: (filter, cursor) => call('history/site', { filter: withInstants(filter), ...(cursor ? { cursor } : {}) }),
      csv: ({ filter, ...choice }, cursor) =>
        call('history/site-csv', { ...choice, filter: withInstants(filter), ...(cursor ? { cursor } : {}) }),
      again: (id, idempotencyKey) => call('history/site-again', { id, idempotencyKey, language: words.language }),
      findPeople: (query) => call('history/find-people', { query }),
      findPages: (query) => call('site-policy/find-pages', { query }),
    }),
    [call, words.language],
  );
  return <HistoryView source={source} withSpace />;
}

interface HistorySettingsProps {
  readonly form: SiteForm['history'];
  readonly errors: FieldErrors;
  readonly onChange: (form: SiteForm['history']) => void;
}

/** What is kept of a mail that was sent, and how long. */
export function HistorySettings({ form, errors, onChange }: HistorySettingsProps) {
  const words = useWords();
  return (
    <Section title={words.t('history.keeping')}>
      <NumberInput
        id="retention"
        label="history.retention"
        help="history.retentionHelp"
        error={errors['retention']}
        value={form.retentionDays}
        onChange={(retentionDays) => onChange({ ...form, retentionDays })}
      />
      <div>
        <Checkbox
          label={words.t('history.keepAddresses')}
          isChecked={form.keepAddresses}
          onChange={(event) => onChange({ ...form, keepAddresses: event.target.checked })}
        />
        <p className="pm-help pm-indented">{words.t('history.keepAddressesHelp')}</p>
      </div>
    </Section>
  );
}
