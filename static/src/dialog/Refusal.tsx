import Button from '@atlaskit/button/new';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { Notice } from '../ui/Notice';
import { PageHeader } from './PageHeader';
import type { Opened } from './useOpening';

interface RefusalProps {
  readonly opened?: Opened;
  readonly title: string;
  readonly failure: Failure;
  readonly onRetry?: () => void;
  readonly onClose: () => void;
}

/** Instead of the form: why this person cannot send this page, and whom to ask. */
export function Refusal({ opened, title, failure, onRetry, onClose }: RefusalProps) {
  const words = useWords();
  const { sentence, help } = words.error(failure);
  const contact = opened?.rules?.contact ?? '';
  return (
    <>
      {opened ? <PageHeader opened={opened} /> : <h1 className="pm-hidden">{words.t('send.title')}</h1>}
      <div className="pm-body pm-refusal">
        <Notice kind={failure.code === 'NO_MAIL_ACCOUNT' ? 'information' : 'warning'} title={title} alert>
          <p>{sentence}</p>
          <p>{help}</p>
          {contact ? <p>{words.t('refusal.contact', { contact })}</p> : null}
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
