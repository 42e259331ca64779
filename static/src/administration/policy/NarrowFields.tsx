import Button from '@atlaskit/button/new';
import Textfield from '@atlaskit/textfield';
import { type ReactNode, useState } from 'react';
import type { Result } from '#contract/result';
import type { ContentRule, GroupChoice } from '#contract/settings/policy';
import { useWords } from '../../i18n/context';
import { Field } from '../../ui/Field';
import { focusSoon } from '../../ui/focus';
import { Icon } from '../../ui/icons';
import { onKey } from '../../ui/keys';
import { Notice } from '../../ui/Notice';
import { TextInput } from '../../ui/TextInput';
import type { FieldErrors } from '../errors';
import { LinesInput, Radios, SelectInput } from '../fields';
import { Section } from '../SettingsPage';
import { asOptions, Picker } from './Picker';
import type { ContentForm, NarrowForm, ToWhomForm, WhoForm } from './policy-form';

export type FindGroups = (query: string) => Promise<Result<{ groups: readonly GroupChoice[] }>>;

interface NarrowFieldsProps {
  readonly form: NarrowForm;
  readonly errors: FieldErrors;
  readonly findGroups: FindGroups;
  /** What the site lays down already, above the fields of each section. */
  readonly laidDown?: { readonly who: ReactNode; readonly toWhom: ReactNode; readonly content: ReactNode };
  readonly onChange: (part: Partial<NarrowForm>) => void;
}

/** Who may send, to whom, and which pages: what a site lays down and a space may narrow. */
export function NarrowFields({ form, errors, findGroups, laidDown, onChange }: NarrowFieldsProps) {
  const words = useWords();
  return (
    <>
      <Section title={words.t('policy.who')}>
        {laidDown?.who}
        <WhoFields form={form.who} narrows={laidDown !== undefined} findGroups={findGroups} onChange={(who) => onChange({ who })} />
      </Section>
      <Section title={words.t('policy.toWhom')}>
        {laidDown?.toWhom}
        <ToWhomFields form={form.toWhom} narrows={laidDown !== undefined} errors={errors} onChange={(toWhom) => onChange({ toWhom })} />
      </Section>
      <Section title={words.t('policy.content')} intro={words.t('policy.contentIntro')}>
        {laidDown?.content}
        <ContentFields form={form.content} onChange={(content) => onChange({ content })} />
      </Section>
    </>
  );
}

interface WhoFieldsProps {
  readonly form: WhoForm;
  /** The site's part stands above: without a rule of its own, nothing is added to it. */
  readonly narrows: boolean;
  readonly findGroups: FindGroups;
  readonly onChange: (form: WhoForm) => void;
}

function WhoFields({ form, narrows, findGroups, onChange }: WhoFieldsProps) {
  const words = useWords();
  const add = (group: GroupChoice): void => {
    if (!form.groups.some(({ groupId }) => groupId === group.groupId)) onChange({ ...form, groups: [...form.groups, group] });
  };
  return (
    <div className="pm-stack">
      <Radios
        name="who"
        legend={words.t('policy.who')}
        hideLegend
        options={(['everyone', 'groups'] as const).map((value) => ({
          value,
          label: words.t(narrows && value === 'everyone' ? 'policy.noFurther' : `policy.who.${value}`),
        }))}
        value={form.mode}
        onChange={(mode) => onChange({ ...form, mode })}
      />
      {form.mode === 'groups' ? (
        <div className="pm-stack pm-indented">
          <Picker
            id="find-group"
            label={words.t('policy.addGroup')}
            placeholder={words.t('policy.addGroupHint')}
            find={async (query) =>
              asOptions(await findGroups(query), ({ groups }) => groups.map((item) => ({ key: item.groupId, name: item.name, item })))
            }
            onPick={add}
          />
          {form.groups.length === 0 ? <Notice kind="warning">{words.t('policy.noGroups')}</Notice> : null}
          <Chips
            label={words.t('policy.groups')}
            names={form.groups.map(({ name }) => name)}
            onRemove={(name) => {
              onChange({ ...form, groups: form.groups.filter((group) => group.name !== name) });
              focusSoon('find-group');
            }}
          />
        </div>
      ) : null}
      <TextInput
        id="contact"
        label="policy.contact"
        help="policy.contactHelp"
        optional
        value={form.contact}
        onChange={(contact) => onChange({ ...form, contact: contact.slice(0, 200) })}
      />
    </div>
  );
}

/** Chosen things side by side, each with a button that takes it away. */
function Chips({ label, names, onRemove }: { label: string; names: readonly string[]; onRemove: (name: string) => void }) {
  const words = useWords();
  if (names.length === 0) return null;
  return (
    <ul className="pm-tags" aria-label={label}>
      {names.map((name) => (
        <li key={name} className="pm-tag">
          {name}
          <button
            type="button"
            className="pm-tag-remove pm-focusable"
            aria-label={words.t('policy.remove', { name })}
            onClick={() => onRemove(name)}
          >
            <Icon name="cross" />
          </button>
        </li>
      ))}
    </ul>
  );
}

interface ToWhomFieldsProps {
  readonly form: ToWhomForm;
  /** The site's part stands above: without a rule of its own, nothing is added to it. */
  readonly narrows: boolean;
  readonly errors: FieldErrors;
  readonly onChange: (form: ToWhomForm) => void;
}

function ToWhomFields({ form, narrows, errors, onChange }: ToWhomFieldsProps) {
  const words = useWords();
  return (
    <div className="pm-stack">
      <Radios
        name="to-whom"
        legend={words.t('policy.toWhom')}
        hideLegend
        options={(['everyone', 'site', 'domains'] as const).map((value) => ({
          value,
          label: words.t(narrows && value === 'everyone' ? 'policy.noFurther' : `policy.toWhom.${value}`),
        }))}
        value={form.mode}
        onChange={(mode) => onChange({ ...form, mode })}
      />
      {form.mode === 'domains' ? (
        <LinesInput
          id="allow-domains"
          label="policy.allowDomains"
          help="policy.domainsHelp"
          error={errors['allow-domains']}
          value={form.allow}
          onChange={(allow) => onChange({ ...form, allow })}
        />
      ) : null}
      <LinesInput
        id="deny-domains"
        label="policy.denyDomains"
        help="policy.denyDomainsHelp"
        optional
        error={errors['deny-domains']}
        value={form.deny}
        onChange={(deny) => onChange({ ...form, deny })}
      />
    </div>
  );
}

const RULES: readonly ContentRule[] = ['allow', 'no-outside', 'refuse'];

function ContentFields({ form, onChange }: { form: ContentForm; onChange: (form: ContentForm) => void }) {
  const words = useWords();
  const rules = RULES.map((value) => ({ value, label: words.t(`policy.rule.${value}`) }));
  const setRule = (label: string, rule: ContentRule): void =>
    onChange({ ...form, labels: form.labels.map((each) => (each.label === label ? { label, rule } : each)) });
  return (
    <div className="pm-stack">
      <SelectInput
        id="restricted-pages"
        label={words.t('policy.restrictedPages')}
        options={rules}
        value={form.restrictedPages}
        onChange={(restrictedPages) => onChange({ ...form, restrictedPages })}
      />
      {form.labels.length > 0 ? (
        <ul className="pm-rows" aria-label={words.t('policy.labels')}>
          {form.labels.map(({ label, rule }) => (
            <li key={label} className="pm-entry">
              <SelectInput
                id={`label-${label}`}
                label={words.t('policy.labelled', { label })}
                options={rules}
                value={rule}
                onChange={(chosen) => setRule(label, chosen)}
              />
              <Button
                appearance="subtle"
                aria-label={words.t('policy.remove', { name: label })}
                onClick={() => {
                  onChange({ ...form, labels: form.labels.filter((each) => each.label !== label) });
                  focusSoon('add-label');
                }}
              >
                {words.t('policy.removeShort')}
              </Button>
            </li>
          ))}
        </ul>
      ) : null}
      <AddLabel
        onAdd={(label) => {
          if (!form.labels.some((each) => each.label === label))
            onChange({ ...form, labels: [...form.labels, { label, rule: 'no-outside' }] });
        }}
      />
    </div>
  );
}

function AddLabel({ onAdd }: { onAdd: (label: string) => void }) {
  const words = useWords();
  const [typed, setTyped] = useState('');
  const add = (): void => {
    const label = typed.trim().toLowerCase().slice(0, 255);
    setTyped('');
    if (label !== '') onAdd(label);
  };
  return (
    <div className="pm-entry">
      <Field id="add-label" label={words.t('policy.addLabel')}>
        <Textfield
          id="add-label"
          value={typed}
          onKeyDown={(event) => onKey(event, new Map([['Enter', add]]))}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
      </Field>
      <Button isDisabled={typed.trim() === ''} onClick={add}>
        {words.t('policy.add')}
      </Button>
    </div>
  );
}
