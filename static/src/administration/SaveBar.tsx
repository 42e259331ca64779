import Button from '@atlaskit/button/new';
import { type RefObject, useEffect, useRef } from 'react';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { useAnnounce } from '../ui/Announcer';
import { FailureNotice } from '../ui/FailureNotice';
import { Icon } from '../ui/icons';
import { useInSight } from '../ui/useInSight';

interface SaveBarProps {
  /** What is saved; the bar ends it. */
  readonly form: RefObject<HTMLElement>;
  readonly dirty: boolean;
  readonly saving: boolean;
  readonly saved: boolean;
  readonly failure: Failure | undefined;
  /** Fields are marked as wrong. */
  readonly invalid: boolean;
  readonly changedAt: string | undefined;
  readonly onDiscard: () => void;
  readonly onReload: () => void;
}

/** Save, at the foot of the page and always in sight, with how the last save went. Submits the form it stands in. */
export function SaveBar({ form, dirty, saving, saved, failure, invalid, changedAt, onDiscard, onReload }: SaveBarProps) {
  const words = useWords();
  const announce = useAnnounce();
  const bar = useRef<HTMLDivElement>(null);
  useInSight(bar, form);
  useEffect(() => {
    if (saved) announce(words.t('settings.saved'));
  }, [saved, announce, words]);
  return (
    <div ref={bar} className="pm-save">
      {failure ? (
        <FailureNotice
          title={words.t('settings.notSaved')}
          failure={failure}
          actions={failure.code === 'SETTINGS_CHANGED' ? <Button onClick={onReload}>{words.t('settings.reload')}</Button> : null}
        />
      ) : null}
      <div className="pm-row">
        <Button type="submit" appearance="primary" isLoading={saving} isDisabled={!dirty}>
          {words.t('settings.save')}
        </Button>
        {dirty && !saving ? (
          <Button appearance="subtle" onClick={onDiscard}>
            {words.t('settings.discard')}
          </Button>
        ) : null}
        <span className="pm-save-state pm-small">
          {invalid ? (
            <span className="pm-error">{words.t('settings.invalid')}</span>
          ) : dirty ? (
            <span className="pm-subtle">{words.t('settings.unsaved')}</span>
          ) : saved ? (
            <span className="pm-saved-now">
              <Icon name="success" /> {words.t('settings.saved')}
            </span>
          ) : changedAt ? (
            <span className="pm-subtle">{words.t('settings.lastChange', { time: words.dateTime(changedAt) })}</span>
          ) : null}
        </span>
      </div>
    </div>
  );
}
