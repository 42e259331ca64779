import Checkbox from '@atlaskit/checkbox';
import { type ReactNode, useId } from 'react';
import type { ContentId } from '#contract/draft';
import { MAX_ATTACHMENTS } from '#contract/limits';
import type { SendRules } from '#contract/screens/administration';
import { useWords } from '../i18n/context';
import { Skeleton } from '../ui/Skeleton';
import { isAllowed } from './rules';
import { type Attachment, totalBytes, wireBytes } from './size';

interface AttachmentPickerProps {
  /** Undefined while they load. */
  readonly attachments: readonly Attachment[] | undefined;
  readonly chosen: ReadonlySet<ContentId>;
  readonly limitBytes: number;
  readonly rules: SendRules | undefined;
  readonly onChange: (chosen: ReadonlySet<ContentId>) => void;
}

/** The attachments of the page: one by one, or all and none in a click, with what they come to. */
export function AttachmentPicker({ attachments, chosen, limitBytes, rules, onChange }: AttachmentPickerProps) {
  const words = useWords();
  const toggle = (id: ContentId): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChange(next);
  };
  const none = attachments?.length === 0 ? 'none' : rules?.attachments.mode === 'none' ? 'noneAllowed' : undefined;
  if (none) {
    return (
      <Group>
        <p className="pm-help">{words.t(`attachments.${none}`)}</p>
      </Group>
    );
  }
  const allowed = attachments?.filter((attachment) => isAllowed(attachment, rules)) ?? [];
  const all = allowed.length > 0 && chosen.size === allowed.length;
  return (
    <Group>
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
              isDisabled={allowed.length === 0}
              isIndeterminate={chosen.size > 0 && !all}
              onChange={() => onChange(chosen.size > 0 ? new Set() : new Set(allowed.map(({ id }) => id)))}
            />
          </div>
          <Total attachments={attachments} chosen={chosen} limitBytes={limitBytes} />
          <ul className="pm-attachments">
            {attachments.map((attachment) => (
              <AttachmentLine
                key={attachment.id}
                attachment={attachment}
                checked={chosen.has(attachment.id)}
                allowed={allowed.includes(attachment)}
                onToggle={() => toggle(attachment.id)}
              />
            ))}
          </ul>
        </>
      )}
    </Group>
  );
}

/** Labelled by id as well: not every tool that finds fields by their label looks at a legend. */
function Group({ children }: { children: ReactNode }) {
  const words = useWords();
  const legend = useId();
  return (
    <fieldset className="pm-group" aria-labelledby={legend}>
      <legend className="pm-legend" id={legend}>
        {words.t('send.attachments')}
      </legend>
      {children}
    </fieldset>
  );
}

interface AttachmentLineProps {
  readonly attachment: Attachment;
  readonly checked: boolean;
  readonly allowed: boolean;
  readonly onToggle: () => void;
}

function AttachmentLine({ attachment, checked, allowed, onToggle }: AttachmentLineProps) {
  const words = useWords();
  const reason = useId();
  return (
    <li className="pm-attachment">
      <Checkbox
        isChecked={checked}
        isDisabled={!allowed}
        onChange={onToggle}
        {...(allowed ? {} : { 'aria-describedby': reason })}
        label={
          <span className="pm-attachment-text">
            <span className="pm-attachment-name">{attachment.title}</span>
            <span className="pm-attachment-size">{words.size(attachment.sizeBytes)}</span>
          </span>
        }
      />
      {allowed ? null : (
        <p className="pm-attachment-why pm-help" id={reason}>
          {words.t('attachments.kind')}
        </p>
      )}
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
        {words.t('attachments.total', {
          chosen: chosen.size,
          count: attachments.length,
          size: words.size(bytes),
          inMail: words.size(inMail),
          limit,
        })}
      </p>
      {tooLarge ? <p className="pm-error">{words.t('attachments.tooLarge', { size: words.size(inMail), limit })}</p> : null}
      {tooMany ? <p className="pm-error">{words.t('attachments.tooMany', { limit: MAX_ATTACHMENTS })}</p> : null}
    </div>
  );
}
