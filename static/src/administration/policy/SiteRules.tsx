import type { ReactNode } from 'react';
import type { SendPolicy } from '#contract/settings/policy';
import { useWords } from '../../i18n/context';
import type { Words } from '../../i18n/words';
import { Section } from '../SettingsPage';

type Sentences = Readonly<Record<'who' | 'toWhom' | 'content', readonly string[]>>;

/** What the site lays down, in sentences, by section. */
export function siteSentences({ who, toWhom, content }: SendPolicy, { t, list }: Words): Sentences {
  const groups = list(who.groups.map(({ name }) => name));
  const labels = content.labels.filter(({ rule }) => rule !== 'allow');
  return {
    who: [who.mode === 'everyone' ? t('policy.who.everyone') : groups ? t('bySite.groups', { groups }) : t('policy.noGroups')],
    toWhom: [
      toWhom.mode === 'domains' ? t('bySite.domains', { domains: list(toWhom.allowDomains) || '–' }) : t(`policy.toWhom.${toWhom.mode}`),
      ...(toWhom.denyDomains.length > 0 ? [t('bySite.denied', { domains: list(toWhom.denyDomains) })] : []),
    ],
    content: [
      ...(content.restrictedPages === 'allow' ? [] : [`${t('policy.restrictedPages')}: ${t(`policy.rule.${content.restrictedPages}`)}`]),
      ...labels.map(({ label, rule }) => `${t('policy.labelled', { label })}: ${t(`policy.rule.${rule}`)}`),
    ],
  };
}

/** The site's part above the fields of a section; both parts have to agree. */
export function LaidDown({ sentences }: { sentences: readonly string[] }): ReactNode {
  const words = useWords();
  return (
    <div className="pm-laid-down">
      <p className="pm-label">{words.t('bySite.title')}</p>
      <Lines sentences={sentences} />
    </div>
  );
}

function Lines({ sentences }: { sentences: readonly string[] }) {
  const words = useWords();
  return sentences.length === 0 ? (
    <p>{words.t('bySite.nothing')}</p>
  ) : (
    <ul className="pm-sentences">
      {sentences.map((sentence) => (
        <li key={sentence}>{sentence}</li>
      ))}
    </ul>
  );
}

/** All of it, where a space can change nothing. */
export function SiteRules({ policy }: { policy: SendPolicy }) {
  const words = useWords();
  const sentences = siteSentences(policy, words);
  return (
    <>
      {(['who', 'toWhom', 'content'] as const).map((key) => (
        <Section key={key} title={words.t(`policy.${key}`)}>
          <Lines sentences={sentences[key]} />
        </Section>
      ))}
    </>
  );
}
