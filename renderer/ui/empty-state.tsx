import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './empty-state.module.css';

type Props = {
  readonly icon: Icon;
  readonly title: string;
  /** What to do next, or when something will be here. */
  readonly children?: ReactNode;
  /** The same, where it is words alone. */
  readonly words?: string;
  readonly actions?: ReactNode;
};

/** What a view shows while there is nothing in it: what would be here, and the next step. */
export function EmptyState({ icon: EmptyIcon, title, words, children = words, actions }: Props) {
  return (
    <div className={classes['empty']}>
      <EmptyIcon size={40} stroke={1.25} aria-hidden />
      <h2 className={classes['title']}>{title}</h2>
      <div>{children}</div>
      {actions !== undefined && <div className={classes['actions']}>{actions}</div>}
    </div>
  );
}
