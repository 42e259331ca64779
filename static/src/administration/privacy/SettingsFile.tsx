import Button from '@atlaskit/button/new';
import { useRef, useState } from 'react';
import type { Failure } from '#contract/result';
import type { AdminValue } from '#contract/screens/administration';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { FailureNotice } from '../../ui/FailureNotice';
import { Notice } from '../../ui/Notice';
import { saveFile } from '../files';
import { Section } from '../SettingsPage';

interface SettingsFileProps {
  readonly call: Call;
  readonly revision: number;
  readonly onReplaced: () => void;
}

type Chosen = { readonly name: string; readonly file: unknown };
type Imported = AdminValue<'privacy/import-settings'>;

/** The text of a file as JSON; undefined when it is none. */
async function readJson(file: File): Promise<unknown> {
  try {
    return JSON.parse(await file.text()) as unknown;
  } catch {
    return undefined;
  }
}

/** Settings as a file, without secrets, and back. */
export function SettingsFile({ call, revision, onReplaced }: SettingsFileProps) {
  const words = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const [chosen, setChosen] = useState<Chosen>();
  const [imported, setImported] = useState<Imported>();
  const exportSettings = async (): Promise<void> => {
    setBusy(true);
    setFailure(undefined);
    const answer = await call('privacy/export-settings', {});
    setBusy(false);
    if (!answer.ok) return setFailure(answer.error);
    saveFile('pagemail-settings.json', 'application/json', `${JSON.stringify(answer.value.file, null, 2)}\n`);
  };
  const importSettings = async ({ file }: Chosen): Promise<void> => {
    setBusy(true);
    const answer = await call('privacy/import-settings', { revision, file });
    setBusy(false);
    setChosen(undefined);
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) setImported(answer.value);
  };
  const choose = async (file: File | undefined): Promise<void> => {
    setFailure(undefined);
    setImported(undefined);
    if (!file) return;
    const content = await readJson(file);
    if (content === undefined) setFailure({ code: 'IMPORT_INVALID' });
    else setChosen({ name: file.name, file: content });
  };
  return (
    <Section title={words.t('privacy.file')} intro={words.t('privacy.fileIntro')}>
      {failure ? <FailureNotice title={words.t('privacy.fileFailed')} failure={failure} /> : null}
      <div className="pm-row">
        <Button isDisabled={busy} onClick={() => void exportSettings()}>
          {words.t('privacy.export')}
        </Button>
        <Button isDisabled={busy} onClick={() => input.current?.click()}>
          {words.t('privacy.import')}
        </Button>
        <input
          ref={input}
          type="file"
          hidden
          aria-label={words.t('privacy.import')}
          accept="application/json,.json"
          onChange={(event) => {
            void choose(event.target.files?.[0]);
            event.target.value = '';
          }}
        />
      </div>
      {chosen ? (
        <Notice
          kind="warning"
          title={words.t('privacy.importAsk', { name: chosen.name })}
          actions={
            <>
              <Button isLoading={busy} onClick={() => void importSettings(chosen)}>
                {words.t('privacy.importDo')}
              </Button>
              <Button appearance="subtle" isDisabled={busy} onClick={() => setChosen(undefined)}>
                {words.t('privacy.cancel')}
              </Button>
            </>
          }
          alert
        >
          <p>{words.t('privacy.importWhat')}</p>
        </Notice>
      ) : null}
      {imported ? <ImportDone imported={imported} onReplaced={onReplaced} /> : null}
    </Section>
  );
}

function ImportDone({ imported, onReplaced }: { imported: Imported; onReplaced: () => void }) {
  const words = useWords();
  const missing = imported.accountsWithoutSecrets;
  return (
    <Notice kind="success" actions={<Button onClick={onReplaced}>{words.t('privacy.show')}</Button>} alert>
      <p>{words.t('privacy.imported', { count: imported.spaces })}</p>
      {missing.length > 0 ? <p>{words.t('privacy.secretsMissing', { accounts: words.list(missing) })}</p> : null}
    </Notice>
  );
}
