import Button from '@atlaskit/button/new';
import { useState } from 'react';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { FailureNotice } from '../ui/FailureNotice';
import { Notice } from '../ui/Notice';
import { Skeleton } from '../ui/Skeleton';
import type { ImageCache } from './images';
import { MailFrame } from './MailFrame';
import type { Preview, PreviewState } from './usePreview';
import { WarningList } from './WarningList';

const VIEWS = ['desktop', 'phone', 'text'] as const;
type View = (typeof VIEWS)[number];
/** Widths mail programs give a mail, in px. */
const LAYOUT_WIDTHS = { desktop: 680, phone: 375 } as const;

interface PreviewPaneProps {
  readonly state: PreviewState & { readonly refresh: () => void };
  readonly images: ImageCache;
}

/** The mail as it will arrive, with what to know before sending it. */
export default function PreviewPane({ state, images }: PreviewPaneProps) {
  const words = useWords();
  const [view, setView] = useState<View>(() => (window.innerWidth < 600 ? 'phone' : 'desktop'));
  const { preview, failure, updating } = state;
  return (
    <div className="pm-preview-content" aria-busy={updating}>
      <div className="pm-preview-bar">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would put its legend between the buttons and the heading. */}
        <div className="pm-segments" role="group" aria-label={words.t('preview.view')}>
          {VIEWS.map((each) => (
            <button key={each} type="button" className="pm-segment" aria-pressed={each === view} onClick={() => setView(each)}>
              {words.t(`preview.${each}`)}
            </button>
          ))}
        </div>
        <span className="pm-small pm-subtle" role="status">
          {updating ? words.t(preview ? 'preview.updating' : 'preview.loading') : ''}
        </span>
      </div>
      {failure && !updating ? (
        <FailureNotice
          title={words.t('preview.failed')}
          failure={failure}
          actions={<Button onClick={state.refresh}>{words.t('common.tryAgain')}</Button>}
        />
      ) : null}
      {preview ? <Shown preview={preview} images={images} view={view} /> : updating ? <Loading /> : null}
    </div>
  );
}

function Shown({ preview, images, view }: { preview: Preview; images: ImageCache; view: View }) {
  const words = useWords();
  const { total, images: imageBytes, attachments } = preview.sizeBytes;
  return (
    <>
      <Refusals refusals={preview.refusals ?? []} />
      <WarningList warnings={preview.warnings} />
      <div className="pm-mail">
        <p className="pm-mail-subject">{preview.subject}</p>
        {view === 'text' ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
          <pre className="pm-mail-text" tabIndex={0}>
            {preview.text}
          </pre>
        ) : (
          <MailFrame key={view} preview={preview} images={images} layoutWidth={LAYOUT_WIDTHS[view]} />
        )}
      </div>
      <p className="pm-help">
        {words.t('preview.size', { total: words.size(total), images: words.size(imageBytes), attachments: words.size(attachments) })}
      </p>
    </>
  );
}

/** What keeps this mail from being sent, each reason once. */
function Refusals({ refusals }: { refusals: readonly Failure[] }) {
  const words = useWords();
  if (refusals.length === 0) return null;
  const texts = [...new Set(refusals.map((refusal) => Object.values(words.error(refusal)).join(' ')))];
  return (
    <Notice kind="error" title={words.t('preview.refusals')}>
      <ul className="pm-warnings">
        {texts.map((text) => (
          <li key={text}>{text}</li>
        ))}
      </ul>
    </Notice>
  );
}

const Loading = () => (
  <div className="pm-mail pm-mail-loading">
    <Skeleton width="60%" height="20px" />
    <Skeleton height="14px" />
    <Skeleton height="14px" />
    <Skeleton width="80%" height="14px" />
    <Skeleton height="160px" />
  </div>
);
