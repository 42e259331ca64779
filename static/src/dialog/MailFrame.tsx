import './mail-frame.css';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useWords } from '../i18n/context';
import { openAddress } from '../platform/bridge';
import { inMode, type Mode } from './colours';
import type { ImageCache } from './images';
import type { Preview } from './usePreview';

interface MailFrameProps {
  readonly preview: Preview;
  readonly images: ImageCache;
  /** Width the mail is laid out for, in px; it is scaled down where there is less room. */
  readonly layoutWidth: number;
  /** The mail's own colours for it; the frame is made anew where it changes. */
  readonly mode?: Mode;
}

/**
 * The mail's own HTML in a frame where nothing can run: without `allow-scripts` no script, handler or javascript: address works,
 * with `allow-same-origin` this page can fit the height, put in images and open links.
 */
export function MailFrame({ preview, images, layoutWidth, mode = 'light' }: MailFrameProps) {
  const words = useWords();
  const frame = useRef<HTMLIFrameElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const [height, setHeight] = useState(480);
  const room = useWidth(box);
  const html = useMemo(() => images.inHtml(preview.html, preview.images, preview.dataImages), [images, preview]);
  const scale = room === 0 ? 1 : Math.min(1, room / layoutWidth);

  const onLoad = (): void => {
    const document = frame.current?.contentDocument;
    if (!document) return;
    for (const style of document.head.querySelectorAll('style')) style.textContent = inMode(style.textContent ?? '', mode);
    const measure = (): void => setHeight(Math.ceil(document.documentElement.getBoundingClientRect().height));
    measure();
    document.addEventListener('click', openLink);
    new ResizeObserver(measure).observe(document.documentElement);
    void images.fillIn(document, preview.images).then(measure);
  };
  return (
    <div ref={box} className="pm-frame-room" style={{ blockSize: height * scale }}>
      <iframe
        ref={frame}
        className="pm-frame"
        title={words.t('preview.frame')}
        sandbox="allow-same-origin"
        srcDoc={html}
        onLoad={onLoad}
        style={{
          inlineSize: layoutWidth,
          blockSize: height,
          transform: `scale(${scale})`,
          insetInlineStart: Math.max(0, (room - layoutWidth) / 2),
        }}
      />
    </div>
  );
}

/** A link of the mail opens in a new tab of the browser; the frame stays. */
function openLink(event: MouseEvent): void {
  const target = event.target as Partial<Element> | null;
  const link = target?.closest?.('a[href]');
  if (!link) return;
  event.preventDefault();
  const href = link.getAttribute('href') ?? '';
  if (/^https?:/i.test(href)) openAddress(href);
}

function useWidth(element: React.RefObject<HTMLElement>): number {
  const [width, setWidth] = useState(0);
  useEffect(() => {
    if (!element.current) return;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width ?? 0));
    observer.observe(element.current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
