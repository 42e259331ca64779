import Button from '@atlaskit/button/new';
import { useEffect, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import { Icon } from '../ui/icons';
import type { Preview } from './usePreview';

interface SendFooterProps {
  /** Closing would lose what was written. */
  readonly dirty: boolean;
  readonly ready: boolean;
  readonly sending: boolean;
  readonly preview: Preview | undefined;
  readonly previewing: boolean;
  readonly onPreview: () => void;
  readonly onSend: () => void;
  readonly onClose: () => void;
}

export function SendFooter({ dirty, ready, sending, preview, previewing, onPreview, onSend, onClose }: SendFooterProps) {
  const words = useWords();
  const [asking, setAsking] = useState(false);
  const close = (): void => (dirty ? setAsking(true) : onClose());
  useEscape(() => (asking ? setAsking(false) : close()));
  if (asking) return <Question onDiscard={onClose} onKeep={() => setAsking(false)} />;
  return (
    <footer className="pm-footer">
      <span className="pm-footer-status pm-small">
        <Summary preview={preview} previewing={previewing} onPreview={onPreview} />
      </span>
      <span className="pm-row">
        <button type="button" className="pm-toggle" aria-pressed={previewing} disabled={!ready} onClick={onPreview}>
          {words.t('send.preview')}
        </button>
        <Button appearance="subtle" onClick={close}>
          {words.t('send.cancel')}
        </Button>
        <Button appearance="primary" isDisabled={!ready} isLoading={sending} onClick={onSend}>
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
  return (
    <>
      {preview.recipientCount > 0 ? (
        <span className="pm-subtle">{words.t('send.recipientCount', { count: preview.recipientCount })}</span>
      ) : null}
      {count > 0 && !previewing ? (
        <button type="button" className="pm-link pm-warning-link" onClick={onPreview}>
          <Icon name="warning" /> {words.t('send.warningCount', { count })}
        </button>
      ) : null}
    </>
  );
}

function Question({ onDiscard, onKeep }: { onDiscard: () => void; onKeep: () => void }) {
  const words = useWords();
  const keep = useRef<HTMLButtonElement>(null);
  useEffect(() => keep.current?.focus(), []);
  return (
    <div className="pm-footer" role="alertdialog" aria-label={words.t('send.discardQuestion')}>
      <strong>{words.t('send.discardQuestion')}</strong>
      <span className="pm-row">
        <Button appearance="danger" onClick={onDiscard}>
          {words.t('send.discard')}
        </Button>
        <Button ref={keep} onClick={onKeep}>
          {words.t('send.keepWriting')}
        </Button>
      </span>
    </div>
  );
}

/** Escape closes: the frame has the focus, so the platform's own dialog does not hear it. */
function useEscape(action: () => void): void {
  const latest = useRef(action);
  latest.current = action;
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Escape' || event.defaultPrevented) return;
      // The host closes its dialog by the same key, unless it has been used.
      event.preventDefault();
      latest.current();
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, []);
}
