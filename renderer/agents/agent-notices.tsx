import { Button } from '@mantine/core';
import { IconCoinOff, IconCoins, IconPlayerPause, IconUserQuestion, IconUserSearch } from '@tabler/icons-react';
import type { AgentDetails } from '../../shared/contract/agent';
import { useDeskParts } from '../state/desk-context';
import { AgentText } from '../ui/agent-text';
import { Instant } from '../ui/deadline';
import { AgentLinks } from '../ui/links';
import { Notice } from '../ui/notice';
import { agentStrings } from './strings-agents';

const words = agentStrings.notice;

type Props = { readonly agent: AgentDetails; readonly onRequests: () => void };

/** Why an agent cannot go on as it is, since when, and what ends that; nothing while nothing stops it. */
export function AgentNotices({ agent, onRequests }: Props) {
  const { actions } = useDeskParts();
  const { pausedAtMs, pauseReason, spendPausedAtMs, spendPauseReason, stoppedAbove, review, overrideUntilMs } = agent;
  const requestId = review?.reviewRequestId;
  return (
    <>
      {agent.lastSeenAtMs === undefined && (
        <Notice tone="plain" icon={IconUserQuestion}>
          {agentStrings.neverSeen}
        </Notice>
      )}
      {pausedAtMs !== undefined && (
        <Notice tone="warning" icon={IconPlayerPause}>
          <b>{words.paused}</b> <Instant atMs={pausedAtMs} />
          {pauseReason !== undefined && (
            <>
              {' '}
              {words.reason} <AgentText text={pauseReason} />
            </>
          )}
        </Notice>
      )}
      {stoppedAbove.pausedAgentIds.length > 0 && (
        <Notice tone="warning" icon={IconPlayerPause}>
          <b>{words.pausedAbove}</b> <AgentLinks agentIds={stoppedAbove.pausedAgentIds} />
        </Notice>
      )}
      {stoppedAbove.spendPausedAgentIds.length > 0 && (
        <Notice tone="failure" icon={IconCoinOff}>
          <b>{words.spendPausedAbove}</b> <AgentLinks agentIds={stoppedAbove.spendPausedAgentIds} />
        </Notice>
      )}
      {spendPausedAtMs !== undefined && (
        <Notice tone="failure" icon={IconCoinOff} actions={<RequestsButton onRequests={onRequests} />}>
          <b>{words.spendPaused}</b> <Instant atMs={spendPausedAtMs} />{' '}
          {spendPauseReason !== undefined && `${spendPauseReason}. `}
          {words.spendEnds}
        </Notice>
      )}
      {overrideUntilMs !== undefined && (
        <Notice tone="plain" icon={IconCoins}>
          {words.override} <Instant atMs={overrideUntilMs} isDeadline />
        </Notice>
      )}
      {review?.reviewRequired === true && (
        <Notice
          tone="warning"
          icon={IconUserSearch}
          actions={
            requestId !== undefined && (
              <Button size="compact-sm" variant="default" onClick={() => void actions.open(requestId)}>
                {words.openReview}
              </Button>
            )
          }
        >
          {words.review(review.createdSinceReview)}
        </Notice>
      )}
    </>
  );
}

function RequestsButton({ onRequests }: { readonly onRequests: () => void }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onRequests}>
      {words.openRequests}
    </Button>
  );
}
