import { Box, Text, UnstyledButton } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconKeyboard, IconMoodPuzzled } from '@tabler/icons-react';
import { useDesk, useDeskParts, useKeys } from '../state/desk-context';
import { selectedApproval } from '../state/desk-store';
import { recentOf } from '../state/queue';
import { strings } from '../strings';
import { Notice } from '../ui/notice';
import { onDemand } from '../ui/on-demand';
import { CardOf, CardSkeleton, useKeepFocus } from './card-of';
import { Examples } from './examples';
import { LastDecision } from './last-decision';
import classes from './queue.module.css';
import { handleQueueKey } from './queue-keys';
import { RequestGroup } from './request-group';
import { RequestList } from './request-list';
import paneClasses from './session-pane.module.css';
import { SessionsProvider } from './sessions';
import { queueStrings } from './strings-queue';
import { EmptyQueue, FirstStart, useConnected } from './welcome';

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

/** Beside the card where there is room: the session that a request comes from. */
export const SessionPane = onDemand(
  () => import('./session-pane').then((script) => script.SessionPane),
  () => <aside className={paneClasses['pane']} aria-label={queueStrings.pane.label} aria-busy="true" />,
);

/** Windows with room for the session beside the card. */
const WIDE = '(min-width: 100em)';

function Queue() {
  useKeys(handleQueueKey);
  useKeepFocus();
  const openRefusal = useDesk((state) => state.openRefusal);
  const approval = useDesk(selectedApproval);
  const isWide = useMediaQuery(WIDE, false, { getInitialValueInEffect: false });
  return (
    <SessionsProvider>
      <div className={classes['queue']} data-panes={isWide ? 3 : 2}>
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
        {isWide && <SessionPane approval={approval} />}
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
  const isConnected = useConnected().length > 0;
  if (!isLoaded) return isRefused ? null : <CardSkeleton />;
  if (approval !== undefined) return <CardOf approval={approval} />;
  if (openGroup !== undefined) return <RequestGroup key={openGroup} groupKey={openGroup} />;
  if (isEmpty) return isFirst && !isConnected ? <FirstStart /> : <EmptyQueue />;
  return (
    <Text c="dimmed" p={24}>
      {strings.card.nothingSelected}
    </Text>
  );
}

/** The foot of the list: what was decided last, for a moment, and the way to the keys. It never changes its height. */
function StatusLine() {
  const { actions } = useDeskParts();
  return (
    <div className={classes['line']}>
      <LastDecision />
      <UnstyledButton className={classes['keys']} onClick={() => actions.showKeys(true)} aria-keyshortcuts="?">
        <IconKeyboard size={18} stroke={1.6} aria-hidden />
        {strings.keys.hint}
      </UnstyledButton>
    </div>
  );
}
