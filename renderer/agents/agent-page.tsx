import { Button, Flex, Stack, Text } from '@mantine/core';
import { IconCoinOff, IconCoins, IconPlayerPause, IconUserQuestion, IconUserSearch } from '@tabler/icons-react';
import { type ComponentType, useState } from 'react';
import type { AgentDetails } from '../../shared/contract/agent';
import { formatUsd } from '../format';
import { RuleList } from '../rules/rule-list';
import { paceWords } from '../spend/strings-spend';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ConfirmCommand } from '../ui/confirm';
import { Loaded } from '../ui/list-view';
import { AgentLinks, AgentName, AgentText } from '../ui/names';
import { Notice } from '../ui/notice';
import { filling, TabView, ViewPage } from '../ui/page';
import { Instant, When } from '../ui/times';
import ui from '../ui/ui.module.css';
import { AgentDaysChart, AgentFigures, AgentMarks } from './agent-figures';
import { AgentAllowance, AgentLimits } from './agent-limits';
import { AgentLineage } from './agent-lineage';
import { AgentPause } from './agent-pause';
import { AgentLatestSessions, AgentSessions } from './agent-sessions';
import { AgentAutomations, AgentGrants, AgentHistory, AgentRequests, AgentRuns } from './agent-tabs';
import { agentStrings } from './strings-agents';

const words = agentStrings.tabs;
const tabs = ['overview', 'sessions', 'automations', 'runs', 'requests', 'grants', 'rules', 'history'] as const;

type Tab = (typeof tabs)[number];

const panels = {
  sessions: AgentSessions,
  automations: AgentAutomations,
  runs: AgentRuns,
  requests: AgentRequests,
  grants: AgentGrants,
  rules: RuleList,
  history: AgentHistory,
} satisfies Record<Exclude<Tab, 'overview'>, ComponentType<{ readonly agentId: string }>>;

/** One agent: how it stands, what can be done about it, and all that it has and did. */
export function AgentPage({ agentId }: { readonly agentId: string }) {
  const [tab, setTab] = useState<Tab>('overview');
  const topics = ['agents', 'spend', 'limits', 'runs', 'tokens', 'approvals'] as const;
  const answer = useAnswer('agent.details', { agentId }, topics);
  const agent = answer.value;
  return (
    <ViewPage
      isDetail
      title={<AgentName agentId={agentId} />}
      // Its line is kept while it is not there yet.
      subtitle={agent === undefined ? '\u00a0' : <Standing agent={agent} />}
      actions={agent !== undefined && <AgentActions agent={agent} />}
    >
      <div className={ui['detail']}>
        {agent !== undefined && <AgentNotices agent={agent} onRequests={() => setTab('requests')} />}
        <TabView
          label={words.label}
          classNames={filling}
          tabs={tabs}
          tab={tab}
          onChange={setTab}
          renderName={(each) => words[each]}
        >
          {(shown) => {
            if (shown === 'overview') {
              return (
                <Loaded answer={answer} height={348}>
                  {(details) => <AgentOverview agent={details} onSessions={() => setTab('sessions')} />}
                </Loaded>
              );
            }
            const Panel = panels[shown];
            return <Panel agentId={agentId} />;
          }}
        </TabView>
      </div>
    </ViewPage>
  );
}

function Standing({ agent }: { readonly agent: AgentDetails }) {
  const { firstSeenAtMs, lastSeenAtMs } = agent;
  return (
    <Flex component="span" display="inline-flex" wrap="wrap" align="center" gap="2px 14px">
      <AgentMarks
        isPaused={agent.pausedAtMs !== undefined}
        isSpendPaused={agent.spendPausedAtMs !== undefined}
        isReviewRequired={agent.review?.reviewRequired === true}
      />
      {agent.waitingCount > 0 && <b>{agentStrings.waiting(agent.waitingCount)}</b>}
      {firstSeenAtMs !== undefined && lastSeenAtMs !== undefined && (
        <span>
          {agentStrings.seen} <Instant atMs={lastSeenAtMs} />, {agentStrings.since} <When atMs={firstSeenAtMs} />
        </span>
      )}
    </Flex>
  );
}

const CHART_DAYS = 90;

/** What an agent spent, what it may still do, its own limits and its family. */
function AgentOverview({ agent, onSessions }: { readonly agent: AgentDetails; readonly onSessions: () => void }) {
  return (
    <Stack gap={18} pb={8}>
      <AgentFigures agent={agent} />
      <AgentLatestSessions agentId={agent.agentId} onAll={onSessions} />
      <AgentDaysChart
        agentId={agent.agentId}
        days={CHART_DAYS}
        weeklyCapNanos={agent.weeklyCapNanos}
        pace={paceWords(agent.pace)}
      />
      <div className={ui['columns']}>
        <Stack gap={18}>
          <AgentAllowance agentId={agent.agentId} />
          <AgentLineage agent={agent} />
        </Stack>
        <AgentLimits agent={agent} />
      </div>
    </Stack>
  );
}

/** What the operator can do about an agent: pause or resume it, and take all its tokens. */
function AgentActions({ agent }: { readonly agent: AgentDetails }) {
  const { agentId, pausedAtMs, activeTokens } = agent;
  const { disconnect } = agentStrings;
  return (
    <Button.Group>
      <AgentPause agentId={agentId} isPaused={pausedAtMs !== undefined} button={{ size: 'sm' }} />
      <ConfirmCommand
        input={{ agentId }}
        button={{ size: 'sm' }}
        label={disconnect.label}
        title={disconnect.title}
        command="agent.disconnect"
        isReady={activeTokens > 0}
        color="red"
      >
        <Text fw={600}>
          <AgentName agentId={agentId} />
        </Text>
        <Text>{activeTokens > 0 ? disconnect.words(activeTokens) : disconnect.none}</Text>
      </ConfirmCommand>
    </Button.Group>
  );
}

const noticeWords = agentStrings.notice;

type Props = { readonly agent: AgentDetails; readonly onRequests: () => void };

/** Why its spend stops an agent: its cap, and by how much it was passed, as far as both are known. */
function whyStopped({ weeklyCapNanos: cap, spend: { weekly }, spendPauseReason = '' }: AgentDetails): string {
  if (cap === null || weekly.costNanos < cap) return spendPauseReason === '' ? '' : `${spendPauseReason}.`;
  return noticeWords.reached(formatUsd(cap), formatUsd(weekly.costNanos), formatUsd(weekly.costNanos - cap));
}

/** Why an agent cannot go on as it is, since when, and what ends that; nothing while nothing stops it. */
function AgentNotices({ agent, onRequests }: Props) {
  const { actions } = useDeskParts();
  const { pausedAtMs, pauseReason, spendPausedAtMs, stoppedAbove, review, overrideUntilMs } = agent;
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
          <b>{noticeWords.paused}</b> <Instant atMs={pausedAtMs} />
          {pauseReason !== undefined && (
            <>
              {' '}
              {noticeWords.reason} <AgentText text={pauseReason} />
            </>
          )}
        </Notice>
      )}
      {stoppedAbove.pausedAgentIds.length > 0 && (
        <Notice tone="warning" icon={IconPlayerPause}>
          <b>{noticeWords.pausedAbove}</b> <AgentLinks agentIds={stoppedAbove.pausedAgentIds} />
        </Notice>
      )}
      {stoppedAbove.spendPausedAgentIds.length > 0 && (
        <Notice tone="failure" icon={IconCoinOff}>
          <b>{noticeWords.spendPausedAbove}</b> <AgentLinks agentIds={stoppedAbove.spendPausedAgentIds} />
        </Notice>
      )}
      {spendPausedAtMs !== undefined && (
        <Notice
          tone="failure"
          icon={IconCoinOff}
          actions={<Button onClick={onRequests}>{noticeWords.openRequests}</Button>}
        >
          <b>{noticeWords.spendPaused}</b> <Instant atMs={spendPausedAtMs} /> {whyStopped(agent)}{' '}
          {noticeWords.spendEnds}
        </Notice>
      )}
      {overrideUntilMs !== undefined && (
        <Notice tone="plain" icon={IconCoins}>
          {noticeWords.override} <Instant atMs={overrideUntilMs} isDeadline />
        </Notice>
      )}
      {review?.reviewRequired === true && (
        <Notice
          tone="warning"
          icon={IconUserSearch}
          actions={
            requestId !== undefined && (
              <Button onClick={() => void actions.open(requestId)}>{noticeWords.openReview}</Button>
            )
          }
        >
          {noticeWords.review(review.createdSinceReview)}
        </Notice>
      )}
    </>
  );
}
