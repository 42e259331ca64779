import Button from '@atlaskit/button/new';
import { useRef, useState } from 'react';
import type { SendRules } from '#contract/screens/administration';
import { useWords } from '../i18n/context';
import { Icon } from '../ui/icons';
import { Question } from './Question';
import { mayStillSend, sendsLeftText } from './rules';
import { useEscape } from './useEscape';
import type { Preview } from './usePreview';
import { useSendKey } from './useSendKey';

interface SendFooterProps {
  /** Closing would lose what was written. */
  readonly dirty: boolean;
  readonly ready: boolean;
  readonly sending: boolean;
  readonly rules: SendRules | undefined;
  readonly preview: Preview | undefined;
  readonly previewing: boolean;
  /** The preview stands in place of the form. */
  readonly narrow: boolean;
  readonly onPreview: () => void;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

export function SendFooter({ dirty, ready, sending, rules, preview, previewing, narrow, onPreview, onSend, onClose }: SendFooterProps) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const close = (): void => (dirty ? setAsking(true) : onClose());
  const button = useRef<HTMLButtonElement>(null);
  const mayStart = ready && mayStillSend(rules);
  useSendKey(button, mayStart && !sending && !asking, onSend);
  useEscape(() => (asking ? setAsking(false) : close()));
  if (asking) {
    return (
      <Question
        question={words.t('send.discardQuestion')}
        yes={words.t('send.discard')}
        no={words.t('send.keepWriting')}
        onYes={onClose}
        onNo={() => setAsking(false)}
      />
    );
  }
  const left = sendsLeftText(words, rules);
  return (
    <footer className="pm-footer">
      <span className="pm-footer-status pm-small">
        <Summary preview={preview} previewing={previewing} onPreview={onPreview} />
        {left ? <span className={mayStillSend(rules) ? 'pm-subtle' : 'pm-error'}>{left}</span> : null}
      </span>
      <span className="pm-row">
        {previewing && narrow ? (
          <button type="button" className="pm-toggle" onClick={onPreview}>
            {words.t('outcome.edit')}
          </button>
        ) : (
          <button type="button" className="pm-toggle" aria-pressed={previewing} disabled={!ready} onClick={onPreview}>
            {words.t('send.preview')}
          </button>
        )}
        <Button appearance="subtle" onClick={close}>
          {words.t('send.cancel')}
        </Button>
        <Button
          ref={button}
          appearance="primary"
          isDisabled={!mayStart}
          isLoading={sending}
          title={words.t('send.shortcut')}
          aria-keyshortcuts="Control+Enter Meta+Enter"
          onClick={onSend}
        >
          {words.t('send.send')}
        </Button>
      </span>
    </footer>
  );
}

/** How many get the mail and whether there is something to know first. */
function Summary({ preview, previewing, onPreview }: Pick<SendFooterProps, 'preview' | 'previewing' | 'onPreview'>) {
  const words = useWords();
  if (!preview) return null;
  const count = preview.warnings.length;
  const refused = preview.refusals?.length ?? 0;
  return (
    <>
      {preview.recipientCount > 0 ? (
        <span className="pm-subtle">{words.t('send.recipientCount', { count: preview.recipientCount })}</span>
      ) : null}
      {refused > 0 && !previewing ? (
        <button type="button" className="pm-link pm-refusal-link" onClick={onPreview}>
          <Icon name="error" /> {words.t('send.refusalCount', { count: refused })}
        </button>
      ) : null}
      {count > 0 && !previewing ? (
        <button type="button" className="pm-link pm-warning-link" onClick={onPreview}>
          <Icon name="warning" /> {words.t('send.warningCount', { count })}
        </button>
      ) : null}
    </>
  );
}
