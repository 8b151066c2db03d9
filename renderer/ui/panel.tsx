import { Group } from '@mantine/core';
import { type ReactNode, useId } from 'react';
import classes from './panel.module.css';

type Props = { readonly title: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode };

/** A part of one thing's page: its title, what can be done in it, and its content on raised ground. */
export function Panel({ title, actions, children }: Props) {
  const titleId = useId();
  return (
    <section className={classes['panel']} aria-labelledby={titleId}>
      <header className={classes['header']}>
        <h2 id={titleId} className={classes['title']}>
          {title}
        </h2>
        {actions !== undefined && <Group gap={8}>{actions}</Group>}
      </header>
      <div className={classes['content']}>{children}</div>
    </section>
  );
}
