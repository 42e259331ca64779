import Button from '@atlaskit/button/new';
import { type ReactNode, useEffect, useState } from 'react';
import { type CheckState, type DomainFindingResult, describeFinding } from '#contract/relay/domain-check';
import type { Result } from '#contract/result';
import type { AdminPayloadInput, AdminValue } from '#contract/screens/administration';
import { domainOf, parseAddress } from '#mail/address';
import { useWords } from '../../i18n/context';
import { useAnnounce } from '../../ui/Announcer';
import { FailureNotice } from '../../ui/FailureNotice';
import { StatusLabel, type Tone } from '../../ui/StatusLabel';
import { TextInput } from '../../ui/TextInput';

const TONES: Readonly<Record<CheckState, Tone>> = {
  good: 'success',
  weak: 'warning',
  missing: 'warning',
  broken: 'danger',
  unknown: 'neutral',
};
const SELECTOR = /^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/;

type Checked = Result<AdminValue<'site-policy/domain-check'>>;
export type CheckDomain = (payload: AdminPayloadInput<'site-policy/domain-check'>) => Promise<Checked>;

interface DomainCheckProps {
  readonly ask: CheckDomain;
  readonly address: string;
  /** What chooses the address, where something does. */
  readonly children?: ReactNode;
}

/** Whether mail from the sender address will be believed, by what the DNS of its domain says. */
export function DomainCheck({ ask, address, children }: DomainCheckProps) {
  const words = useWords();
  const announce = useAnnounce();
  const [selector, setSelector] = useState('');
  const [running, setRunning] = useState(false);
  const [checked, setChecked] = useState<Checked>();
  const parsed = parseAddress(address);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address is what the effect waits for.
  useEffect(() => setChecked(undefined), [address]);
  if (!parsed) return null;
  const check = async (): Promise<void> => {
    setRunning(true);
    const selectors = SELECTOR.test(selector.trim()) ? [selector.trim()] : [];
    const answer = await ask({ address: parsed, selectors });
    setChecked(answer);
    setRunning(false);
    if (answer.ok) announce(words.t('domain.done', { domain: answer.value.domain }));
  };
  return (
    <section className="pm-test" aria-label={words.t('domain.title')}>
      <h3 className="pm-subheading">{words.t('domain.title')}</h3>
      <p className="pm-help">{words.t('domain.intro', { domain: domainOf(parsed) })}</p>
      {children ? <div className="pm-entry">{children}</div> : null}
      <div className="pm-entry">
        <TextInput id="dkim-selector" label="domain.selector" help="domain.selectorHelp" optional value={selector} onChange={setSelector} />
      </div>
      <div>
        <Button isLoading={running} onClick={() => void check()}>
          {words.t('domain.check')}
        </Button>
      </div>
      {checked && !checked.ok ? <FailureNotice title={words.t('domain.failed')} failure={checked.error} /> : null}
      {checked?.ok ? (
        <ul className="pm-rows" aria-label={words.t('domain.title')}>
          {(['spf', 'dkim', 'dmarc'] as const).map((kind) => (
            <Finding key={kind} name={kind.toUpperCase()} finding={checked.value[kind]} />
          ))}
        </ul>
      ) : null}
    </section>
  );
}

function Finding({ name, finding }: { name: string; finding: DomainFindingResult }) {
  const words = useWords();
  return (
    <li className="pm-finding">
      <p className="pm-row">
        <strong>{name}</strong>
        <StatusLabel tone={TONES[finding.state]}>{words.t(`domain.state.${finding.state}`)}</StatusLabel>
      </p>
      <p>{describeFinding(finding.code, words.language, finding.params)}</p>
      {finding.records.length > 0 ? (
        <details>
          <summary className="pm-focusable">{words.t('domain.records')}</summary>
          {finding.records.map(({ name: host, value }) => (
            <p key={host + value} className="pm-code">
              {host}: {value}
            </p>
          ))}
        </details>
      ) : null}
    </li>
  );
}
