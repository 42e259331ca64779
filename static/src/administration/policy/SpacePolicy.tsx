import { useWords } from '../../i18n/context';
import type { Call } from '../../platform/bridge';
import type { FieldErrors } from '../errors';
import type { Space } from '../space-form';
import { NarrowFields } from './NarrowFields';
import type { NarrowForm } from './policy-form';
import { LaidDown, siteSentences } from './SiteRules';

interface SpacePolicyProps {
  readonly call: Call;
  readonly space: Space;
  readonly form: NarrowForm;
  readonly errors: FieldErrors;
  readonly onChange: (form: NarrowForm) => void;
}

/** Who may send what to whom from this space: never more than the site allows. */
export default function SpacePolicy({ call, space, form, errors, onChange }: SpacePolicyProps) {
  const words = useWords();
  const { who, toWhom, content } = siteSentences(space.site.policy, words);
  return (
    <NarrowFields
      form={form}
      errors={errors}
      findGroups={(query) => call('space-policy/find-groups', { query })}
      laidDown={{
        who: <LaidDown sentences={who} />,
        toWhom: <LaidDown sentences={toWhom} />,
        content: <LaidDown sentences={content} />,
      }}
      onChange={(part) => onChange({ ...form, ...part })}
    />
  );
}
