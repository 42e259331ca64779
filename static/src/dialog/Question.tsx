import Button from '@atlaskit/button/new';
import { useEffect, useRef } from 'react';

interface QuestionProps {
  readonly question: string;
  readonly yes: string;
  readonly no: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Asks in place of the footer before something that was written is lost; the harmless answer has the focus. */
export function Question({ question, yes, no, onYes, onNo }: QuestionProps) {
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <div className="pm-footer" role="alertdialog" aria-label={question}>
      <strong>{question}</strong>
      <span className="pm-row">
        <Button appearance="danger" onClick={onYes}>
          {yes}
        </Button>
        <Button ref={keep} onClick={onNo}>
          {no}
        </Button>
      </span>
    </div>
  );
}
