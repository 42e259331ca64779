import type { SendRecord } from '#contract/screens/history';
import { useWords } from '../i18n/context';
import type { Words } from '../i18n/words';
import { StatusLabel, type Tone } from './StatusLabel';

const TONES: Readonly<Record<SendRecord['outcome'], Tone>> = {
  queued: 'information',
  preparing: 'information',
  sending: 'information',
  sent: 'success',
  'partly-sent': 'warning',
  failed: 'danger',
  unknown: 'warning',
};

/** How a mail of the history fared, in a word. */
export function OutcomeLabel({ outcome }: Pick<SendRecord, 'outcome'>) {
  return <StatusLabel tone={TONES[outcome]}>{useWords().t(`before.state.${outcome}`)}</StatusLabel>;
}

/** How many people of the site and how many others a mail went to. */
export function recipientsText(words: Words, { site, outside }: SendRecord['recipients']): string {
  const counts = [
    site > 0 ? words.t('history.site', { count: site }) : '',
    outside > 0 ? words.t('history.outside', { count: outside }) : '',
  ].filter(Boolean);
  return words.list(counts) || words.t('history.nobody');
}
