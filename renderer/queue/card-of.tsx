import { Box, Skeleton } from '@mantine/core';
import { useEffect, useRef } from 'react';
import type { ListedApproval } from '../../shared/contract/approval';
import { useDesk, useDeskParts } from '../state/desk-context';
import { Contained } from '../ui/contained';
import { CARD_ID, RequestCard } from './request-card';

/** The card of a request, whole; of one that is known in part, what stands in its place until it is. */
export function CardOf({ approval }: { readonly approval: ListedApproval }) {
  // A new element for each request: nothing that was pressed, typed or scrolled on one carries over to the next.
  if (approval.isPartial === true) return <Loading approvalId={approval.approvalId} revision={approval.revision} />;
  return (
    <Contained key={approval.approvalId}>
      <RequestCard approval={approval} />
    </Contained>
  );
}

/** A large request is listed in part; the card waits for the whole of it. */
function Loading({ approvalId, revision }: { readonly approvalId: string; readonly revision: number }) {
  const { actions } = useDeskParts();
  useEffect(() => void actions.loadWhole(approvalId), [actions, approvalId, revision]);
  return <CardSkeleton />;
}

/** What stands in the place of a card that is on its way. */
export function CardSkeleton() {
  return (
    <Box maw="52rem" p="20px 24px" aria-hidden>
      <Skeleton height={14} width={120} mb={14} />
      <Skeleton height={24} width="70%" mb={14} />
      <Skeleton height={14} width="30%" mb={28} />
      <Skeleton height={120} mb={28} />
      <Skeleton height={14} width="90%" mb={10} />
      <Skeleton height={14} width="60%" />
    </Box>
  );
}

/** When the card with the focus goes, the focus goes to the next one instead of getting lost. */
export function useKeepFocus(): void {
  const selectedId = useDesk((state) => state.selectedId);
  const before = useRef(selectedId);
  useEffect(() => {
    const isSwap = before.current !== undefined && before.current !== selectedId;
    before.current = selectedId;
    if (isSwap && document.activeElement === document.body) document.getElementById(CARD_ID)?.focus();
  }, [selectedId]);
}
