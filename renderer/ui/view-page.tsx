import { ActionIcon, Group } from '@mantine/core';
import { IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import classes from './view-page.module.css';

type Props = {
  readonly title: ReactNode;
  /** One sentence on what is seen here. */
  readonly subtitle?: ReactNode;
  /** What can be done with all of it, at the end of the title's line. */
  readonly actions?: ReactNode;
  /** Search and filters, below the title. */
  readonly toolbar?: ReactNode;
  /** For one thing within a view: shows the way back, and takes the focus, since what had it is gone. */
  readonly isDetail?: boolean;
  readonly children: ReactNode;
};

/** The frame of every view but the queue: title, actions, filters, and the content, which scrolls or fills the rest. */
export function ViewPage({ title, subtitle, actions, toolbar, isDetail = false, children }: Props) {
  const parts = useDeskParts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isDetail) heading.current?.focus();
  }, [isDetail]);
  return (
    <div className={classes['page']}>
      <header className={classes['header']}>
        {isDetail && (
          <ActionIcon variant="subtle" color="gray" aria-label={strings.app.back} onClick={parts.actions.goBack}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        )}
        <div className={classes['titles']}>
          <h1 ref={heading} tabIndex={-1} className={classes['title']}>
            {title}
          </h1>
          {subtitle !== undefined && <p className={classes['subtitle']}>{subtitle}</p>}
        </div>
        {actions !== undefined && <Group gap={8}>{actions}</Group>}
      </header>
      {toolbar !== undefined && <div className={classes['toolbar']}>{toolbar}</div>}
      <div className={classes['content']}>{children}</div>
    </div>
  );
}
