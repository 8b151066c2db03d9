import type { ReactNode } from 'react';
import ui from '../ui/ui.module.css';
import classes from './figures.module.css';

/** One figure: what it is of, how much, and what more is to be said of it. */
export type Figure = {
  readonly label: string;
  readonly value: ReactNode;
  readonly detail?: ReactNode;
};

/** A row of figures that wraps where it does not fit. */
export function Figures({ label, figures }: { readonly label: string; readonly figures: readonly Figure[] }) {
  return (
    <dl className={classes['figures']} aria-label={label}>
      {figures.map(({ label: name, value, detail }) => (
        <div key={name} className={classes['figure']}>
          <dt>{name}</dt>
          <dd className={classes['value']}>{value}</dd>
          {detail !== undefined && <dd className={ui['small']}>{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
