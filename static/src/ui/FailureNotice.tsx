import type { ReactNode } from 'react';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { Notice } from './Notice';
import { ServerReply } from './ServerReply';

interface FailureNoticeProps {
  readonly title: string;
  readonly failure: Failure;
  readonly children?: ReactNode;
  readonly actions?: ReactNode;
}

/** What went wrong and what to do about it, in the words of the table of errors. */
export function FailureNotice({ title, failure, children, actions }: FailureNoticeProps) {
  const { sentence, help } = useWords().error(failure);
  return (
    <Notice kind="error" title={title} actions={actions} alert>
      <p>
        {sentence} {help}
      </p>
      <ServerReply failure={failure} />
      {children}
    </Notice>
  );
}
