import Checkbox from '@atlaskit/checkbox';
import type { ContentId } from '#contract/draft';
import { MAX_ATTACHMENTS } from '#contract/limits';
import { useWords } from '../i18n/context';
import { Skeleton } from '../ui/Skeleton';
import { type Attachment, totalBytes, wireBytes } from './size';

interface AttachmentPickerProps {
  /** Undefined while they load. */
  readonly attachments: readonly Attachment[] | undefined;
  readonly chosen: ReadonlySet<ContentId>;
  readonly limitBytes: number;
  readonly onChange: (chosen: ReadonlySet<ContentId>) => void;
}

/** The attachments of the page: one by one, or all and none in a click, with what they come to. */
export function AttachmentPicker({ attachments, chosen, limitBytes, onChange }: AttachmentPickerProps) {
  const words = useWords();
  const toggle = (id: ContentId): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  if (attachments?.length === 0) {
    return (
      <fieldset className="pm-group">
        <legend className="pm-legend">{words.t('send.attachments')}</legend>
        <p className="pm-help">{words.t('attachments.none')}</p>
      </fieldset>
    );
  }
  const all = attachments !== undefined && chosen.size === attachments.length;
  return (
    <fieldset className="pm-group">
      <legend className="pm-legend">{words.t('send.attachments')}</legend>
      {attachments === undefined ? (
        <div className="pm-attachments pm-attachments-loading">
          <Skeleton height="20px" />
          <Skeleton height="20px" />
        </div>
      ) : (
        <>
          <div className="pm-attachments-head">
            <Checkbox
              label={words.t('attachments.all')}
              isChecked={all}
              isIndeterminate={chosen.size > 0 && !all}
              onChange={() => onChange(chosen.size > 0 ? new Set() : new Set(attachments.map(({ id }) => id)))}
            />
          </div>
          <Total attachments={attachments} chosen={chosen} limitBytes={limitBytes} />
          <ul className="pm-attachments">
            {attachments.map((attachment) => (
              <AttachmentLine
                key={attachment.id}
                attachment={attachment}
                checked={chosen.has(attachment.id)}
                onToggle={() => toggle(attachment.id)}
              />
            ))}
          </ul>
        </>
      )}
    </fieldset>
  );
}

function AttachmentLine({ attachment, checked, onToggle }: { attachment: Attachment; checked: boolean; onToggle: () => void }) {
  const words = useWords();
  return (
    <li className="pm-attachment">
      <Checkbox
        isChecked={checked}
        onChange={onToggle}
        label={
          <span className="pm-attachment-text">
            <span className="pm-attachment-name">{attachment.title}</span>
            <span className="pm-attachment-size">{words.size(attachment.sizeBytes)}</span>
          </span>
        }
      />
    </li>
  );
}

function Total({
  attachments,
  chosen,
  limitBytes,
}: {
  attachments: readonly Attachment[];
  chosen: ReadonlySet<ContentId>;
  limitBytes: number;
}) {
  const words = useWords();
  const bytes = totalBytes(attachments, chosen);
  const limit = words.size(limitBytes);
  const inMail = wireBytes(bytes);
  const tooLarge = inMail > limitBytes;
  const tooMany = chosen.size > MAX_ATTACHMENTS;
  const share = Math.min(100, (inMail / limitBytes) * 100);
  return (
    <div className="pm-total" role="status">
      <div className={`pm-meter${tooLarge ? ' pm-meter-full' : ''}`} aria-hidden="true">
        <span style={{ inlineSize: `${share}%` }} />
      </div>
      <p className="pm-help">
        {words.t('attachments.total', { chosen: chosen.size, count: attachments.length, size: words.size(bytes), limit })}
      </p>
      {tooLarge ? <p className="pm-error">{words.t('attachments.tooLarge', { size: words.size(inMail), limit })}</p> : null}
      {tooMany ? <p className="pm-error">{words.t('attachments.tooMany', { limit: MAX_ATTACHMENTS })}</p> : null}
    </div>
  );
}
