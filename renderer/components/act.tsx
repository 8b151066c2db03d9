import { SegmentedControl } from '@mantine/core';
import { IconAlertTriangle, IconInfoCircle } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { Approval } from '../../shared/approval';
import { allowanceWithoutAct, type ShownAct, shownAct } from '../act';
import { strings } from '../strings';
import { queueStrings } from '../strings-queue';
import classes from './act.module.css';
import { DiffText } from './diff-text';
import { ExactText } from './exact-text';
import { Notice } from './notice';

type Props = {
  readonly approval: Approval;
  readonly shownLength: number;
  readonly onShowMore: () => void;
};

/** The longest text of the act, in characters: what must be shown for it to be seen whole. */
export function actLength(approval: Approval): number {
  const act = shownAct(approval);
  if (act.kind === 'none') return 0;
  switch (act.kind) {
    case 'json':
      return act.json.length;
    case 'command':
      return Math.max(act.command.length, act.restJson?.length ?? 0);
    case 'diff':
      return Math.max(act.diff.length, act.restJson?.length ?? 0);
  }
}

/** What would be done, whole; or, where nobody said, what approving would allow. */
export function Act({ approval, shownLength, onShowMore }: Props) {
  const act = useMemo(() => shownAct(approval), [approval]);
  const more = { shownLength, onShowMore };
  if (act.kind === 'none') return <NoAct approval={approval} />;
  if (act.kind === 'json') return <ExactText text={act.json} kind="json" label={strings.card.act} {...more} />;
  if (act.kind === 'diff') return <Changes act={act} {...more} />;
  return (
    <>
      <ExactText text={act.command} kind="command" label={strings.card.command} {...more} />
      {act.restJson !== undefined && (
        <ExactText text={act.restJson} kind="json" label={strings.card.alsoInTheAct} {...more} />
      )}
    </>
  );
}

type ChangesProps = Omit<Props, 'approval'> & { readonly act: Extract<ShownAct, { kind: 'diff' }> };

function Changes({ act, ...more }: ChangesProps) {
  const [view, setView] = useState<'diff' | 'raw'>('diff');
  return (
    <div className={classes['changes']}>
      <SegmentedControl
        size="xs"
        className={classes['view'] ?? ''}
        aria-label={queueStrings.act.view}
        value={view}
        onChange={setView}
        data={[
          { value: 'diff', label: queueStrings.act.diff },
          { value: 'raw', label: queueStrings.act.raw },
        ]}
      />
      {view === 'raw' ? (
        <ExactText text={act.json} kind="json" label={strings.card.act} {...more} />
      ) : (
        <>
          <DiffText text={act.diff} label={queueStrings.act.diffLabel} {...more} />
          {act.restJson !== undefined && (
            <ExactText text={act.restJson} kind="json" label={strings.card.alsoInTheAct} {...more} />
          )}
        </>
      )}
    </div>
  );
}

function NoAct({ approval }: { readonly approval: Approval }) {
  switch (allowanceWithoutAct(approval)) {
    case 'anything':
      return (
        <Notice tone="warning" icon={IconAlertTriangle}>
          {strings.card.noAction}
        </Notice>
      );
    case 'standing':
      return (
        <Notice tone="plain" icon={IconInfoCircle}>
          {strings.card.noActionStanding}
        </Notice>
      );
    case 'decisionOnly':
      return (
        <Notice tone="plain" icon={IconInfoCircle}>
          {strings.card.decisionOnly}
        </Notice>
      );
  }
}
