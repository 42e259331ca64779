import Toggle from '@atlaskit/toggle';

interface SwitchProps {
  readonly id: string;
  readonly label: string;
  readonly help?: string;
  readonly on: boolean;
  readonly onChange: (on: boolean) => void;
}

/** A switch with its words beside it. */
export const Switch = ({ id, label, help, on, onChange }: SwitchProps) => (
  <div className="pm-switch">
    <Toggle
      id={id}
      isChecked={on}
      onChange={(event) => onChange(event.currentTarget.checked)}
      {...(help ? { descriptionId: `${id}-help` } : {})}
    />
    <div>
      <label htmlFor={id}>{label}</label>
      {help ? (
        <p className="pm-help" id={`${id}-help`}>
          {help}
        </p>
      ) : null}
    </div>
  </div>
);
