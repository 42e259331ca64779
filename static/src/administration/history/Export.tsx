import Button from '@atlaskit/button/new';
import { useRef, useState } from 'react';
import type { Failure } from '#contract/result';
import type { CsvRows } from '#contract/screens/history';
import { useWords } from '../../i18n/context';
import { useAnnounce } from '../../ui/Announcer';
import { FailureNotice } from '../../ui/FailureNotice';
import { saveFile } from '../files';
import type { Filter, RecordSource } from './useRecords';

/** The exports by name of the button and of the file. */
const EXPORTS = [
  { rows: 'mails', label: 'history.export', file: 'pagemail-history.csv' },
  { rows: 'recipients', label: 'history.exportRecipients', file: 'pagemail-recipients.csv' },
] as const satisfies readonly { rows: CsvRows; label: string; file: string }[];

/** Puts the parts of an export together and hands them to the browser as one file: a line for each mail, or for each recipient. */
export function Export({ source, filter }: { source: RecordSource; filter: Filter }) {
  const words = useWords();
  const announce = useAnnounce();
  const [running, setRunning] = useState<CsvRows>();
  const [failure, setFailure] = useState<Failure>();
  const stopped = useRef(false);
  const run = async ({ rows, file }: (typeof EXPORTS)[number]): Promise<void> => {
    setRunning(rows);
    setFailure(undefined);
    stopped.current = false;
    let text = '';
    let cursor: string | undefined;
    do {
      const answer = await source.csv({ filter, rows, language: words.language }, cursor);
      if (!answer.ok || stopped.current) {
        setRunning(undefined);
        if (!answer.ok) setFailure(answer.error);
        return;
      }
      text += answer.value.csv;
      cursor = answer.value.cursor;
    } while (cursor !== undefined);
    // Spreadsheets take a file for UTF-8 only with the byte order mark.
    saveFile(file, 'text/csv;charset=utf-8', `\uFEFF${text}`);
    setRunning(undefined);
    announce(words.t('history.exported'));
  };
  return (
    <>
      {EXPORTS.map((each) => (
        <Button
          key={each.rows}
          isLoading={running === each.rows}
          isDisabled={running !== undefined && running !== each.rows}
          onClick={() => void run(each)}
        >
          {words.t(each.label)}
        </Button>
      ))}
      {running ? (
        <Button
          appearance="subtle"
          onClick={() => {
            stopped.current = true;
          }}
        >
          {words.t('history.stop')}
        </Button>
      ) : null}
      {failure ? <FailureNotice title={words.t('history.exportFailed')} failure={failure} /> : null}
    </>
  );
}
