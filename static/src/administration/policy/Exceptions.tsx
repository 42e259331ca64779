import Button from '@atlaskit/button/new';
import Textfield from '@atlaskit/textfield';
import { useState } from 'react';
import { MAX_SPACE_EXCEPTIONS } from '#contract/limits';
import type { SpaceException } from '#contract/settings/policy';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { FailureNotice } from '../../ui/FailureNotice';
import { Field } from '../../ui/Field';
import { focusSoon } from '../../ui/focus';
import { SelectInput } from '../fields';
import { Section } from '../SettingsPage';
import { asOptions, Picker } from './Picker';
import type { ExceptionsState } from './useExceptions';

const PAGE = 10;

interface ExceptionsProps {
  readonly call: Call;
  readonly siteEnabled: boolean;
  readonly exceptions: ExceptionsState;
}

/** Spaces where sending is on although the site is off, or the other way round. Each change is saved at once. */
export function Exceptions({ call, siteEnabled, exceptions }: ExceptionsProps) {
  const words = useWords();
  const { spaces, saving, failure } = exceptions;
  const full = spaces.length >= MAX_SPACE_EXCEPTIONS;
  return (
    <Section title={words.t('exceptions.title')} intro={words.t(siteEnabled ? 'exceptions.introOn' : 'exceptions.introOff')}>
      {failure ? <FailureNotice title={words.t('settings.notSaved')} failure={failure} /> : null}
      {full ? (
        <p className="pm-help">{words.t('exceptions.full', { count: MAX_SPACE_EXCEPTIONS })}</p>
      ) : (
        <Picker<Omit<SpaceException, 'enabled'>>
          id="find-space"
          label={words.t('exceptions.add')}
          placeholder={words.t('exceptions.addHint')}
          find={async (query) =>
            asOptions(await call('site-policy/find-spaces', { query }), (value) =>
              value.spaces.map((item) => ({ key: item.spaceId, name: item.name, note: item.key, item })),
            )
          }
          onPick={({ spaceId, key, name }) => exceptions.set({ spaceId, key, name: name.slice(0, 80), enabled: !siteEnabled })}
        />
      )}
      {spaces.length === 0 ? <p className="pm-subtle">{words.t('exceptions.none')}</p> : <ExceptionList exceptions={exceptions} />}
      <p className="pm-help" role="status">
        {saving ? words.t('exceptions.saving') : ''}
      </p>
    </Section>
  );
}

function ExceptionList({ exceptions }: { exceptions: ExceptionsState }) {
  const words = useWords();
  const [filter, setFilter] = useState('');
  const [page, setPage] = useState(0);
  const wanted = filter.trim().toLowerCase();
  const found = exceptions.spaces.filter(({ name, key }) => `${name}\n${key}`.toLowerCase().includes(wanted));
  const last = Math.max(0, Math.ceil(found.length / PAGE) - 1);
  const shown = Math.min(page, last);
  return (
    <div className="pm-stack">
      {exceptions.spaces.length > PAGE ? (
        <Field id="filter-exceptions" label={words.t('exceptions.filter')}>
          <Textfield id="filter-exceptions" value={filter} onChange={(event) => setFilter(event.currentTarget.value)} />
        </Field>
      ) : null}
      {found.length === 0 ? <p className="pm-subtle">{words.t('picker.nothing')}</p> : null}
      <ul className="pm-rows" aria-label={words.t('exceptions.title')}>
        {found.slice(shown * PAGE, (shown + 1) * PAGE).map((exception) => (
          <ExceptionRow key={exception.spaceId} exception={exception} exceptions={exceptions} />
        ))}
      </ul>
      {last > 0 ? (
        <nav className="pm-row" aria-label={words.t('exceptions.pages')}>
          <Button isDisabled={shown === 0} onClick={() => setPage(shown - 1)}>
            {words.t('exceptions.previous')}
          </Button>
          <span className="pm-small" aria-live="polite">
            {words.t('exceptions.page', { page: shown + 1, pages: last + 1, spaces: found.length })}
          </span>
          <Button isDisabled={shown === last} onClick={() => setPage(shown + 1)}>
            {words.t('exceptions.next')}
          </Button>
        </nav>
      ) : null}
    </div>
  );
}

function ExceptionRow({ exception, exceptions }: { exception: SpaceException; exceptions: ExceptionsState }) {
  const words = useWords();
  return (
    <li className="pm-entry">
      <SelectInput
        id={`exception-${exception.spaceId}`}
        label={words.t('exceptions.space', { name: exception.name, key: exception.key })}
        options={[
          { value: 'on', label: words.t('exceptions.on') },
          { value: 'off', label: words.t('exceptions.off') },
        ]}
        value={exception.enabled ? 'on' : 'off'}
        onChange={(value) => exceptions.set({ ...exception, enabled: value === 'on' })}
      />
      <Button
        appearance="subtle"
        isDisabled={exceptions.saving}
        aria-label={words.t('policy.remove', { name: exception.name })}
        onClick={() => {
          exceptions.remove(exception);
          focusSoon('find-space');
        }}
      >
        {words.t('policy.removeShort')}
      </Button>
    </li>
  );
}
