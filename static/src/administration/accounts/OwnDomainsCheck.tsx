import { useState } from 'react';
import { parseDomainPatterns } from '#contract/settings/policy-rules';
import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import { SelectInput } from '../fields';
import { DomainCheck } from './DomainCheck';

/** Whether mail of people who send from their own address will be believed; one of their domains at a time. */
export function OwnDomainsCheck({ call, typed }: { call: Call; typed: string }) {
  const words = useWords();
  const [chosen, setChosen] = useState<string>();
  const domains = [...new Set(parseDomainPatterns(typed).patterns.map((pattern) => pattern.replace(/^\./, '')))];
  const [first] = domains;
  if (first === undefined) return null;
  const domain = domains.find((each) => each === chosen) ?? first;
  return (
    // Any address of the domain will do: the DNS knows none of them.
    <DomainCheck ask={(payload) => call('site-policy/domain-check', payload)} address={`postmaster@${domain}`}>
      {domains.length > 1 ? (
        <SelectInput
          id="own-domain"
          label={words.t('domain.domain')}
          options={domains.map((value) => ({ value, label: value }))}
          value={domain}
          onChange={setChosen}
        />
      ) : null}
    </DomainCheck>
  );
}
