import { Skeleton } from '@mantine/core';
import { memo, useEffect } from 'react';
import type { Approval } from '../../shared/approval';
import { approvalTitles, approvalTitleTexts } from '../../shared/approval-title';
import { gistOf } from '../act';
import { formatInstant } from '../format';
import { useDesk, useDeskParts } from '../state/desk-context';
import { recentOf, settledAtMs, waitingOf } from '../state/queue';
import { useNow } from '../state/use-now';
import { strings } from '../strings';
import { TimeLeft } from './deadline';
import classes from './request-list.module.css';
import { RequestTypeMark } from './request-type';
import { Sentence } from './sentence';
import { StatusMark } from './status-mark';

/** The element that the keys of the list belong to. */
export const LIST_ID = 'gatehouse-list';

const rowId = (approvalId: string) => `gatehouse-row-${approvalId}`;
const nothing: readonly Approval[] = [];

/** The waiting requests by deadline, then the settled ones; one list for keys and screen readers. */
export function RequestList() {
  const isLoaded = useDesk((state) => state.queue !== undefined);
  const waiting = useDesk((state) => (state.queue === undefined ? nothing : waitingOf(state.queue)));
  const recent = useDesk((state) => (state.queue === undefined ? nothing : recentOf(state.queue)));
  const waitingCount = useDesk((state) => state.queue?.waitingCount ?? 0);
  const selectedId = useDesk((state) => state.selectedId);

  useEffect(() => {
    if (selectedId !== undefined) document.getElementById(rowId(selectedId))?.scrollIntoView({ block: 'nearest' });
  }, [selectedId]);

  if (!isLoaded) return <ListSkeleton />;
  if (waitingCount === 0 && recent.length === 0) return <EmptyList />;
  const isListed = [...waiting, ...recent].some((approval) => approval.approvalId === selectedId);
  const active = selectedId !== undefined && isListed ? { 'aria-activedescendant': rowId(selectedId) } : {};
  const hiddenCount = waitingCount - waiting.length;
  return (
    <div
      id={LIST_ID}
      className={classes['list']}
      role="listbox"
      tabIndex={0}
      aria-label={strings.list.label}
      {...active}
    >
      <div role="group" aria-labelledby="gatehouse-waiting">
        <h2 id="gatehouse-waiting" className={classes['heading']} role="presentation">
          {strings.list.waiting} <span className={classes['count']}>{waitingCount}</span>
        </h2>
        {waiting.map((approval) => (
          <Row key={approval.approvalId} approval={approval} isSelected={approval.approvalId === selectedId} />
        ))}
        {waitingCount === 0 && <p className={classes['note']}>{strings.list.nothingWaiting}</p>}
        {hiddenCount > 0 && <p className={classes['note']}>{strings.list.more(hiddenCount)}</p>}
      </div>
      {recent.length > 0 && (
        <div role="group" aria-labelledby="gatehouse-recent">
          <h2 id="gatehouse-recent" className={classes['heading']} role="presentation">
            {strings.list.recent}
          </h2>
          {recent.map((approval) => (
            <Row key={approval.approvalId} approval={approval} isSelected={approval.approvalId === selectedId} />
          ))}
        </div>
      )}
    </div>
  );
}

type RowProps = { readonly approval: Approval; readonly isSelected: boolean };

const Row = memo(function Row({ approval, isSelected }: RowProps) {
  const { actions } = useDeskParts();
  const isWaiting = approval.status === 'pending';
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the focus and the keys
    <div
      id={rowId(approval.approvalId)}
      role="option"
      aria-selected={isSelected}
      className={classes['row']}
      data-waiting={isWaiting}
      onClick={() => actions.select(approval.approvalId)}
    >
      <span className={classes['top']}>
        <span className={classes['type']}>
          <RequestTypeMark type={approval.requestType} />
        </span>
        {isWaiting ? <TimeLeft atMs={approval.expiresAtMs} /> : <SettledTime approval={approval} />}
      </span>
      <span className={classes['title']}>
        <Sentence template={approvalTitles[approval.requestType]} slots={approvalTitleTexts(approval)} />
      </span>
      {isWaiting && <span className={classes['gist']}>{gistOf(approval)}</span>}
    </div>
  );
});

function SettledTime({ approval }: { readonly approval: Approval }) {
  const now = useNow(60_000);
  return (
    <span className={classes['settled']}>
      <StatusMark status={approval.status} />
      <span>{formatInstant(settledAtMs(approval), now)}</span>
    </span>
  );
}

function EmptyList() {
  return (
    <div className={classes['list']}>
      <h2 className={classes['heading']}>{strings.list.waiting}</h2>
      <p className={classes['note']}>{strings.list.nothingWaiting}</p>
    </div>
  );
}

function ListSkeleton() {
  return (
    <div className={classes['list']} aria-busy="true" aria-label={strings.connection.loading} role="status">
      <div className={classes['heading']}>{strings.list.waiting}</div>
      {[1, 2, 3, 4].map((row) => (
        <div key={row} className={classes['row']}>
          <Skeleton height={12} width="45%" mb={8} mt={3} />
          <Skeleton height={14} width="85%" mb={3} />
        </div>
      ))}
    </div>
  );
}
