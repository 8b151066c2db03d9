import type { ReactNode } from 'react';
import classes from './facts.module.css';

/** A fact's name and what it is; one that is undefined or empty is left out. */
export type Fact = readonly [name: string, value: ReactNode];

/** Facts about one thing, each with its name. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={classes['facts']}>
      {facts
        .filter(([, value]) => value !== undefined && value !== '')
        .map(([name, value]) => (
          <div key={name} className={classes['fact']}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
