import { SegmentedControl, Stack } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Approval } from '../../shared/contract/approval';
import { strings } from '../strings';
import { Notice } from '../ui/notice';
import { DiffText } from './diff-text';
import { ExactText, type ShownPart } from './exact-text';
import { allowanceWithoutAct, type ShownAct, shownAct } from './shown-act';
import { queueStrings } from './strings-queue';

type Props = { readonly approval: Approval; readonly more: ShownPart };

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
export function Act({ approval, more }: Props) {
  const act = useMemo(() => shownAct(approval), [approval]);
  if (act.kind === 'none') return <NoAct approval={approval} />;
  if (act.kind === 'json') return <ExactText text={act.json} kind="json" label={strings.card.act} more={more} />;
  if (act.kind === 'diff') return <Changes act={act} more={more} />;
  return (
    <>
      <ExactText text={act.command} kind="command" label={strings.card.command} more={more} />
      {act.restJson !== undefined && (
        <ExactText text={act.restJson} kind="json" label={strings.card.alsoInTheAct} more={more} />
      )}
    </>
  );
}

type ChangesProps = Omit<Props, 'approval'> & { readonly act: Extract<ShownAct, { kind: 'diff' }> };

function Changes({ act, more }: ChangesProps) {
  const [view, setView] = useState<'diff' | 'raw'>('diff');
  return (
    <Stack gap={6}>
      <SegmentedControl
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        aria-label={queueStrings.act.view}
        value={view}
        onChange={setView}
        data={[
          { value: 'diff', label: queueStrings.act.diff },
          { value: 'raw', label: queueStrings.act.raw },
        ]}
      />
      {view === 'raw' ? (
        <ExactText text={act.json} kind="json" label={strings.card.act} more={more} />
      ) : (
        <>
          <DiffText text={act.diff} label={queueStrings.act.diffLabel} {...more} />
          {act.restJson !== undefined && (
            <ExactText text={act.restJson} kind="json" label={strings.card.alsoInTheAct} more={more} />
          )}
        </>
      )}
    </Stack>
  );
}

function NoAct({ approval }: { readonly approval: Approval }) {
  switch (allowanceWithoutAct(approval)) {
    case 'anything':
      return <Notice tone="warning">{strings.card.noAction}</Notice>;
    case 'standing':
      return <Notice tone="plain">{strings.card.noActionStanding}</Notice>;
    case 'decisionOnly':
      return <Notice tone="plain">{strings.card.decisionOnly}</Notice>;
  }
}
