import type { ReactNode } from 'react';

interface FieldProps {
  /** Id of the input; its description has the id `<id>-help`, its error `<id>-error`. */
  readonly id: string;
  readonly label: string;
  readonly help?: ReactNode;
  readonly error?: string | undefined;
  readonly optional?: string;
  readonly children: ReactNode;
}

/** A labelled input with its help and its error, which a screen reader finds by `describedBy`. */
export function Field({ id, label, help, error, optional, children }: FieldProps) {
  return (
    <div className="pm-field">
      <label className="pm-label" htmlFor={id}>
        {label}
        {optional ? <span className="pm-optional"> {optional}</span> : null}
      </label>
      {children}
      {error ? (
        <p className="pm-error" id={`${id}-error`}>
          {error}
        </p>
      ) : null}
      {help ? (
        <div className="pm-help" id={`${id}-help`}>
          {help}
        </div>
      ) : null}
    </div>
  );
}

/** Value of `aria-describedby` for an input in a `Field`. */
export const describedBy = (id: string, has: { help?: boolean; error?: boolean }): string | undefined =>
  [has.error ? `${id}-error` : '', has.help ? `${id}-help` : ''].filter(Boolean).join(' ') || undefined;
