import Button from '@atlaskit/button/new';
import { useRef, useState } from 'react';
import { MAX_LOGO_BYTES } from '#contract/limits';
import type { Failure, Result } from '#contract/result';
import type { SitePresentation } from '#contract/settings/v2';
import { useWords } from '../../i18n/context';
import { FailureNotice } from '../../ui/FailureNotice';
import { Radios } from '../fields';
import { readDataUrl } from '../files';

type Choice = SitePresentation['logo'];
const TYPES = ['image/png', 'image/jpeg', 'image/gif'];

interface LogoFieldProps {
  readonly choice: Choice;
  readonly hasLogo: boolean;
  /** Keeps the picture, or forgets it when there is none. */
  readonly upload: (dataUrl: string | undefined) => Promise<Result<{ hasLogo: boolean }>>;
  readonly onLogo: (hasLogo: boolean) => void;
  readonly onChange: (choice: Choice) => void;
}

/** Which picture stands at the top of the mail. An uploaded one is kept at once, apart from the other settings. */
export function LogoField({ choice, hasLogo, upload, onLogo, onChange }: LogoFieldProps) {
  const words = useWords();
  const input = useRef<HTMLInputElement>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure>();
  const send = async (dataUrl: string | undefined): Promise<void> => {
    setBusy(true);
    const answer = await upload(dataUrl);
    setBusy(false);
    setFailure(answer.ok ? undefined : answer.error);
    if (answer.ok) onLogo(answer.value.hasLogo);
  };
  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    if (!TYPES.includes(file.type) || file.size > MAX_LOGO_BYTES)
      return setFailure({ code: 'LOGO_INVALID', params: { limit: words.size(MAX_LOGO_BYTES) } });
    await send(await readDataUrl(file));
  };
  return (
    <div className="pm-stack">
      <Radios
        name="logo"
        legend={words.t('look.logo')}
        options={(['none', 'space', 'uploaded'] as const).map((value) => ({ value, label: words.t(`look.logo.${value}`) }))}
        value={choice}
        onChange={onChange}
      />
      {choice === 'uploaded' ? (
        <div className="pm-row pm-indented">
          <span className="pm-small">{words.t(hasLogo ? 'look.logoThere' : 'look.logoMissing')}</span>
          <Button isLoading={busy} onClick={() => input.current?.click()}>
            {words.t(hasLogo ? 'look.logoReplace' : 'look.logoChoose')}
          </Button>
          {hasLogo ? (
            <Button appearance="subtle" isDisabled={busy} onClick={() => void send(undefined)}>
              {words.t('look.logoRemove')}
            </Button>
          ) : null}
          <input
            ref={input}
            type="file"
            hidden
            aria-label={words.t('look.logoChoose')}
            accept={TYPES.join(',')}
            onChange={(event) => {
              void take(event.target.files?.[0]);
              event.target.value = '';
            }}
          />
        </div>
      ) : null}
      {failure ? <FailureNotice title={words.t('look.logoFailed')} failure={failure} /> : null}
    </div>
  );
}
