import { Button } from '@mantine/core';
import { IconFlask, IconTrash } from '@tabler/icons-react';
import { type ReactNode, useEffect, useState } from 'react';
import { queueStrings } from '../queue/strings-queue';
import { DeskProvider, useDesk, useDeskParts } from '../state/desk-context';
import { Notice } from '../ui/notice';
import { createExampleParts } from './example-desk';
import classes from './examples.module.css';

/** Shows what is inside over example requests, and says so above it; ends by itself when a real request waits. */
export function Examples({ children }: { readonly children: ReactNode }) {
  const real = useDeskParts();
  const [parts] = useState(() => createExampleParts(real));
  const realCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  useEffect(() => {
    if (realCount > 0) real.actions.showExamples(false);
  }, [real, realCount]);
  useEffect(() => parts.stop, [parts]);
  return (
    <div className={classes['examples']}>
      <div className={classes['banner']}>
        <Notice
          tone="warning"
          icon={IconFlask}
          role="status"
          actions={
            <Button
              size="compact-md"
              variant="default"
              leftSection={<IconTrash size={15} aria-hidden />}
              onClick={() => real.actions.showExamples(false)}
            >
              {queueStrings.examples.remove}
            </Button>
          }
        >
          {queueStrings.examples.banner}
        </Notice>
      </div>
      <DeskProvider parts={parts}>{children}</DeskProvider>
    </div>
  );
}
