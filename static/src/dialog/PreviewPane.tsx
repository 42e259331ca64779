import Button from '@atlaskit/button/new';
import { useState } from 'react';
import type { SendIdentity } from '#contract/draft';
import type { Failure } from '#contract/result';
import { useWords } from '../i18n/context';
import { FailureNotice } from '../ui/FailureNotice';
import { Notice } from '../ui/Notice';
import { Skeleton } from '../ui/Skeleton';
import type { ImageCache } from './images';
import { MailFrame } from './MailFrame';
import { MailHeader } from './MailHeader';
import type { Opened } from './useOpening';
import type { Preview, PreviewState } from './usePreview';
import { WarningList } from './WarningList';

const VIEWS = { desktop: 'preview.desktop', phone: 'preview.phone', dark: 'preview.dark', text: 'preview.text' } as const;
type View = keyof typeof VIEWS;
/** Widths mail programs give a mail, in px. */
const DESKTOP_PX = 680;
const PHONE_PX = 375;
const isNarrow = (): boolean => window.innerWidth < 600;
const widthOf = (view: View): number => (view === 'phone' || (view === 'dark' && isNarrow()) ? PHONE_PX : DESKTOP_PX);

interface PreviewPaneProps {
  readonly state: PreviewState & { readonly refresh: () => void };
  readonly images: ImageCache;
  readonly opened: Opened | undefined;
  readonly identity: SendIdentity | undefined;
}

/** The mail as it will arrive, with what to know before sending it. */
export default function PreviewPane({ state, images, opened, identity }: PreviewPaneProps) {
  const words = useWords();
  const [view, setView] = useState<View>(() => (isNarrow() ? 'phone' : 'desktop'));
  const { preview, failure, updating } = state;
  return (
    <div className="pm-preview-content" aria-busy={updating}>
      <div className="pm-preview-bar">
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would put its legend between the buttons and the heading. */}
        <div className="pm-segments" role="group" aria-label={words.t('preview.view')}>
          {(Object.keys(VIEWS) as View[]).map((each) => (
            <button key={each} type="button" className="pm-segment" aria-pressed={each === view} onClick={() => setView(each)}>
              {words.t(VIEWS[each])}
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
      {preview ? (
        <Shown preview={preview} images={images} view={view} opened={opened} identity={identity} />
      ) : updating ? (
        <Loading />
      ) : null}
    </div>
  );
}

interface ShownProps extends Omit<PreviewPaneProps, 'state'> {
  readonly preview: Preview;
  readonly view: View;
}

function Shown({ preview, images, view, opened, identity }: ShownProps) {
  const words = useWords();
  const { total, images: imageBytes, attachments } = preview.sizeBytes;
  return (
    <>
      <Refusals refusals={preview.refusals ?? []} />
      <WarningList warnings={preview.warnings} />
      <div className="pm-mail">
        <MailHeader preview={preview} opened={opened} identity={identity} />
        {view === 'text' ? (
          // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard.
          <pre className="pm-mail-text" tabIndex={0}>
            {preview.text}
          </pre>
        ) : (
          <MailFrame key={view} preview={preview} images={images} layoutWidth={widthOf(view)} mode={view === 'dark' ? 'dark' : 'light'} />
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
