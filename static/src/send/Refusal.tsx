import Button from '@atlaskit/button/new';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { Notice } from '../ui/Notice';

interface RefusalProps {
  readonly title: string;
  readonly failure: Failure;
  readonly onRetry?: () => void;
  readonly onClose: () => void;
}

/** Instead of the form: why this person cannot send this page, and whom to ask. */
export function Refusal({ title, failure, onRetry, onClose }: RefusalProps) {
  const words = useWords();
  const { sentence, help } = words.error(failure);
  return (
    <>
      <header className="pm-header">
        <h1 className="pm-title">{words.t('send.title')}</h1>
      </header>
      <div className="pm-body pm-refusal">
        <Notice kind={failure.code === 'NO_MAIL_ACCOUNT' ? 'information' : 'warning'} title={title} alert>
          <p>{sentence}</p>
          <p>{help}</p>
        </Notice>
      </div>
      <footer className="pm-footer">
        <span />
        <span className="pm-row">
          {onRetry ? <Button onClick={onRetry}>{words.t('common.tryAgain')}</Button> : null}
          <Button appearance="primary" onClick={onClose}>
            {words.t('common.close')}
          </Button>
        </span>
      </footer>
    </>
  );
}
