import Button from '@atlaskit/button/new';
import { useState } from 'react';
import type { Failure, Result } from '#contract/result';
import type { SendRecord, SentAgain } from '#contract/screens/history';
import { leftOutText } from '../../dialog/again';
import { useWords } from '../../i18n/context';
import type { Words } from '../../i18n/words';
import { FailureNotice } from '../../ui/FailureNotice';

export type SendAgainCall = (id: string, idempotencyKey: string) => Promise<Result<SentAgain>>;

interface SendAgainProps {
  readonly record: SendRecord;
  readonly again: SendAgainCall;
  /** Told once the mail is accepted. */
  readonly onSent: (text: string) => void;
}

/** Recipients of the mail that can get it again; the sender's own copy is not for them. */
const known = ({ results }: SendRecord): string[] => results.flatMap(({ kind, label }) => (kind !== 'self' && label ? [label] : []));

/** Names before the rest is only counted. */
const SHOWN_NAMES = 10;

/** To whom it goes, and how many are left out since they are not kept. */
function whomText(words: Words, record: SendRecord): string {
  const names = known(record);
  const rest = names.length - SHOWN_NAMES;
  const list = rest > 1 ? words.t('common.listEnd', { list: names.slice(0, SHOWN_NAMES).join(', '), count: rest }) : words.list(names);
  const missing = record.results.filter(({ kind, label }) => kind !== 'self' && !label).length;
  return [words.t('history.againTo', { list }), missing > 0 ? words.t('history.againWithout', { count: missing }) : '']
    .filter(Boolean)
    .join(' ');
}

/** Sends a mail of the history again, after a question: it goes out at once, without a form. */
export function SendAgain({ record, again, onSent }: SendAgainProps) {
  const words = useWords();
  // One question stands for one mail, however often its answer is pressed or lost.
  const [key, setKey] = useState<string>();
  const [declined, setDeclined] = useState(false);
  const [sending, setSending] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const send = async (idempotencyKey: string): Promise<void> => {
    setSending(true);
    setFailure(undefined);
    const answer = await again(record.id, idempotencyKey);
    setSending(false);
    if (!answer.ok) return setFailure(answer.error);
    onSent([words.t('history.againDone'), leftOutText(words, answer.value.leftOut)].filter(Boolean).join(' '));
  };
  if (key === undefined && known(record).length === 0) return <p className="pm-help">{words.t('history.againNobody')}</p>;
  if (key === undefined) {
    return (
      <Button
        spacing="compact"
        autoFocus={declined}
        aria-label={words.t('before.againNamed', { subject: record.subject, time: words.dateTime(record.at) })}
        onClick={() => setKey(crypto.randomUUID())}
      >
        {words.t('before.again')}
      </Button>
    );
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset would put its legend between the question and its answers.
    <div role="group" aria-label={words.t('history.againQuestion')} className="pm-stack">
      <p>{words.t('history.againQuestion')}</p>
      <p className="pm-small">{whomText(words, record)}</p>
      <div className="pm-row">
        <Button appearance="primary" isLoading={sending} onClick={() => void send(key)}>
          {words.t('send.send')}
        </Button>
        <Button
          appearance="subtle"
          autoFocus
          isDisabled={sending}
          onClick={() => {
            setKey(undefined);
            setFailure(undefined);
            setDeclined(true);
          }}
        >
          {words.t('send.cancel')}
        </Button>
      </div>
      {failure ? <FailureNotice title={words.t('send.notSent')} failure={failure} /> : null}
    </div>
  );
}
