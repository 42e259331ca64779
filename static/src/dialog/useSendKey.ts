import { type RefObject, useEffect, useRef } from 'react';

/**
 * Ctrl+Enter, or ⌘+Enter, anywhere in the dialog is Send. The button takes the focus first, as a click would have it do, so that what is
 * still typed in a field counts.
 */
export function useSendKey(button: RefObject<HTMLElement>, enabled: boolean, send: () => void): void {
  const latest = useRef(send);
  latest.current = send;
  useEffect(() => {
    if (!enabled) return;
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey) || event.repeat || event.isComposing) return;
      event.preventDefault();
      button.current?.focus();
      setTimeout(() => latest.current());
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [button, enabled]);
}
