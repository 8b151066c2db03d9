import { Box, Flex, Skeleton, Text, UnstyledButton } from '@mantine/core';
import { IconKeyboard, IconMoodPuzzled } from '@tabler/icons-react';
import { useEffect, useRef } from 'react';
import { operatorStatus } from '../../shared/missed';
import { useDesk, useDeskParts, useKeys } from '../state/desk-context';
import { selectedApproval } from '../state/desk-store';
import { recentOf } from '../state/queue';
import { strings, type Verdict } from '../strings';
import { TextButton } from '../ui/names';
import { Notice } from '../ui/notice';
import { Examples } from './examples';
import classes from './queue.module.css';
import { handleQueueKey } from './queue-keys';
import { CARD_ID, RequestCard } from './request-card';
import { RequestGroup } from './request-group';
import { RequestList } from './request-list';
import { ApprovalTitle, StatusMark } from './request-marks';
import { SessionsProvider } from './sessions';
import { EmptyQueue, FirstStart } from './welcome';

/** The queue: what waits and what was decided on the left, the chosen request whole on the right. */
export function QueueView() {
  const areExamplesShown = useDesk((state) => state.areExamplesShown);
  if (!areExamplesShown) return <Queue />;
  return (
    <Examples>
      <Queue />
    </Examples>
  );
}

function Queue() {
  useKeys(handleQueueKey);
  useKeepFocus();
  const openRefusal = useDesk((state) => state.openRefusal);
  return (
    <SessionsProvider>
      <div className={classes['queue']}>
        <div className={classes['left']}>
          <RequestList />
          <StatusLine />
        </div>
        <div className={classes['right']}>
          {openRefusal !== undefined && (
            <Box p="8px 24px 0">
              <Notice tone="plain" icon={IconMoodPuzzled} role="alert">
                <b>{strings.card.notFound}.</b> {openRefusal.sentence}
              </Notice>
            </Box>
          )}
          <Chosen />
        </div>
      </div>
    </SessionsProvider>
  );
}

function Chosen() {
  const approval = useDesk(selectedApproval);
  const isLoaded = useDesk((state) => state.queue !== undefined);
  const isRefused = useDesk((state) => state.loadRefusal !== undefined);
  const isEmpty = useDesk((state) => state.queue?.waitingCount === 0);
  const isFirst = useDesk((state) => state.queue !== undefined && recentOf(state.queue).length === 0);
  const openGroup = useDesk((state) => state.openGroup);
  if (!isLoaded) return isRefused ? null : <CardSkeleton />;
  // A new element for each request: nothing that was pressed, typed or scrolled on one carries over to the next.
  if (approval?.isPartial === true) return <Loading approvalId={approval.approvalId} revision={approval.revision} />;
  if (approval !== undefined) return <RequestCard key={approval.approvalId} approval={approval} />;
  if (openGroup !== undefined) return <RequestGroup key={openGroup} groupKey={openGroup} />;
  if (isEmpty) return isFirst ? <FirstStart /> : <EmptyQueue />;
  return (
    <Text c="dimmed" p={24}>
      {strings.card.nothingSelected}
    </Text>
  );
}

/** A large request is listed in part; the card waits for the whole of it. */
function Loading({ approvalId, revision }: { readonly approvalId: string; readonly revision: number }) {
  const { actions } = useDeskParts();
  useEffect(() => void actions.loadWhole(approvalId), [actions, approvalId, revision]);
  return <CardSkeleton />;
}

/** When the card with the focus goes, the focus goes to the next one instead of getting lost. */
function useKeepFocus(): void {
  const selectedId = useDesk((state) => state.selectedId);
  const before = useRef(selectedId);
  useEffect(() => {
    const isSwap = before.current !== undefined && before.current !== selectedId;
    before.current = selectedId;
    if (isSwap && document.activeElement === document.body) document.getElementById(CARD_ID)?.focus();
  }, [selectedId]);
}

function CardSkeleton() {
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

/** How long the last decision stays on the status line, in milliseconds. */
const SHOWN_MS = 12_000;

/** How long it is said that a key was ignored, in milliseconds. */
const IGNORED_MS = 3_000;

/** What was decided and is not sent yet, and the way to take it back. */
function UndoNote({ count, verdict }: { readonly count: number; readonly verdict: Verdict }) {
  const { actions } = useDeskParts();
  return (
    <>
      <Text component="span" inherit>
        {strings.decide.taken(verdict, count)}
      </Text>
      <TextButton onClick={() => void actions.undo()}>{strings.decide.undo}</TextButton>
    </>
  );
}

/** The foot of the list: what was decided last, for a moment, and the way to the keys. It never changes its height. */
function StatusLine() {
  const { actions, store } = useDeskParts();
  const decided = useDesk((state) => state.lastDecided);
  useEffect(() => {
    if (decided === undefined) return undefined;
    const timer = setTimeout(() => store.setState({ lastDecided: undefined }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [decided, store]);
  const isIgnored = useDesk((state) => state.isKeyIgnored);
  useEffect(() => {
    if (!isIgnored) return undefined;
    const timer = setTimeout(() => store.setState({ isKeyIgnored: false }), IGNORED_MS);
    return () => clearTimeout(timer);
  }, [isIgnored, store]);
  const decisions = useDesk((state) => state.decisions);
  const graced = Object.values(decisions).flatMap(({ phase, verdict }) => (phase === 'grace' ? [verdict] : []));
  return (
    <div className={classes['line']}>
      <Flex gap={8} align="flex-start" miw={0} role="status">
        {isIgnored && (
          <Text component="span" inherit>
            {strings.decide.ignored}
          </Text>
        )}
        {!isIgnored && graced.length > 0 && <UndoNote count={graced.length} verdict={graced.at(-1) ?? 'approve'} />}
        {!isIgnored && graced.length === 0 && decided !== undefined && (
          <>
            <StatusMark status={operatorStatus(decided.approval)} />
            <Text component="span" inherit lineClamp={2}>
              <ApprovalTitle approval={decided.approval} />
              {decided.isNoteLost && ` ${strings.decide.noteNotStored}`}
            </Text>
          </>
        )}
      </Flex>
      <UnstyledButton className={classes['keys']} onClick={() => actions.showKeys(true)} aria-keyshortcuts="?">
        <IconKeyboard size={18} stroke={1.6} aria-hidden />
        {strings.keys.hint}
      </UnstyledButton>
    </div>
  );
}
