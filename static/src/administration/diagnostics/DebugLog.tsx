import { useWords } from '../../i18n/context';
import { Notice } from '../../ui/Notice';

export interface DebugState {
  readonly until: string;
  readonly startedBy: { readonly name?: string | undefined };
}

/** Says to every administrator that the debug log is on, who switched it on, and when it ends. */
export function DebugNotice({ debugLog }: { debugLog: DebugState | undefined }) {
  const words = useWords();
  if (!debugLog) return null;
  const until = words.dateTime(debugLog.until);
  const { name } = debugLog.startedBy;
  return (
    <Notice kind="warning">
      <p>{name ? words.t('debug.onBy', { until, name }) : words.t('debug.on', { until })}</p>
    </Notice>
  );
}
