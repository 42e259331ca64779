import { useEffect, useMemo, useRef, useState } from 'react';
import type { Failure, Result } from '#contract/result';
import type { AdminValue } from '#contract/screens/administration';
import { createImageCache } from '../../dialog/images';
import { MailFrame } from '../../dialog/MailFrame';
import type { Preview } from '../../dialog/usePreview';
import { useWords } from '../../i18n/context';
import { loadAttachment } from '../../platform/bridge';
import { FailureNotice } from '../../ui/FailureNotice';
import { Skeleton } from '../../ui/Skeleton';
import { asOptions, Picker } from '../policy/Picker';
import { Section } from '../SettingsPage';

type Pages = AdminValue<'site-policy/find-pages'>;
type SamplePage = Pages['pages'][number];
type Sample = AdminValue<'site-policy/preview'>;

export interface PreviewSource {
  findPages(query: string): Promise<Result<Pages>>;
  /** The page as a mail with the settings as they stand in the form. */
  preview(page: { contentId: SamplePage['id']; type: SamplePage['type'] }): Promise<Result<Sample>>;
}

interface LivePreviewProps {
  readonly source: PreviewSource;
  /** The preview is made again when this changes. */
  readonly watched: string;
  /** The form has no errors that would refuse a preview. */
  readonly sound: boolean;
}

/** Rest after the last change before the preview is made again, in ms. */
const REST = 500;
const LAYOUT_WIDTH = 680;

/** A sample as the dialog's frame takes it; pictures that are no attachments stand in the HTML itself. */
const asPreview = ({ html, subject, images, data }: Sample): Preview => ({
  html: data.reduce((so, { cid, dataUrl }) => so.replaceAll(`cid:${cid}"`, `${dataUrl}"`), html),
  text: '',
  subject,
  images: images.filter(({ cid }) => !data.some((each) => each.cid === cid)),
  sizeBytes: { html: 0, text: 0, images: 0, attachments: 0, total: 0 },
  recipientCount: 0,
  warnings: [],
});

/** A mail of any page, following the settings while they are changed. */
export function LivePreview({ source, watched, sound }: LivePreviewProps) {
  const words = useWords();
  const { page, setPage, none, listFailure } = useSamplePage(source);
  const { preview, failure, busy } = useSample(source, page, watched, sound);
  const images = useMemo(() => createImageCache(loadAttachment), []);
  const shown = listFailure ?? failure;
  return (
    <Section title={words.t('sample.title')} intro={words.t('sample.intro')}>
      <Picker<SamplePage>
        id="sample-page"
        label={words.t('sample.page')}
        placeholder={page?.title ?? words.t('sample.pageHint')}
        open
        find={async (query) =>
          asOptions(await source.findPages(query), ({ pages }) => pages.map((item) => ({ key: item.id, name: item.title, item })))
        }
        onPick={setPage}
      />
      {none ? <p className="pm-subtle">{words.t('sample.none')}</p> : null}
      {shown ? <FailureNotice title={words.t('sample.failed')} failure={shown} /> : null}
      {preview ? (
        <div className="pm-sample" aria-busy={busy}>
          <p className="pm-small">
            <span className="pm-subtle">{words.t('sample.subject')}</span> {preview.subject}
          </p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls is reached by keyboard. */}
          <section className="pm-sample-mail pm-focusable" tabIndex={0} aria-label={words.t('sample.title')}>
            <MailFrame preview={preview} images={images} layoutWidth={LAYOUT_WIDTH} />
          </section>
        </div>
      ) : shown || none ? null : (
        <Skeleton height="320px" />
      )}
    </Section>
  );
}

/** The page the sample is made of: the most recent one until another is picked. */
function useSamplePage(source: PreviewSource) {
  const [page, setPage] = useState<SamplePage>();
  const [none, setNone] = useState(false);
  const [listFailure, setListFailure] = useState<Failure>();
  const latest = useRef(source);
  useEffect(() => {
    let current = true;
    void latest.current.findPages('').then((answer) => {
      if (!current) return;
      if (!answer.ok) return setListFailure(answer.error);
      setNone(answer.value.pages.length === 0);
      setPage((chosen) => chosen ?? answer.value.pages[0]);
    });
    return () => {
      current = false;
    };
  }, []);
  return { page, setPage, none, listFailure };
}

function useSample(source: PreviewSource, page: SamplePage | undefined, watched: string, sound: boolean) {
  const [preview, setPreview] = useState<Preview>();
  const [failure, setFailure] = useState<Failure>();
  const [busy, setBusy] = useState(false);
  const latest = useRef(source);
  latest.current = source;
  const first = preview === undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is watched stands for the settings that the source sends along.
  useEffect(() => {
    if (!page || !sound) return;
    let current = true;
    const timer = setTimeout(
      async () => {
        setBusy(true);
        const answer = await latest.current.preview({ contentId: page.id, type: page.type });
        if (!current) return;
        setBusy(false);
        setFailure(answer.ok ? undefined : answer.error);
        if (answer.ok) setPreview(asPreview(answer.value));
      },
      first ? 0 : REST,
    );
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [page, watched, sound]);
  return { preview, failure, busy };
}
