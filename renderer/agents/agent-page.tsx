import { Button, Stack, Tabs, Text } from '@mantine/core';
import { IconCoinOff, IconCoins, IconPlayerPause, IconUserQuestion, IconUserSearch } from '@tabler/icons-react';
import { useState } from 'react';
import type { AgentDetails } from '../../shared/contract/agent';
import { RuleList } from '../rules/rule-list';
import { paceWords } from '../spend/strings-spend';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ConfirmCommand } from '../ui/confirm';
import { Loaded } from '../ui/list-view';
import { AgentLinks, AgentText } from '../ui/names';
import { Notice } from '../ui/notice';
import { ViewPage } from '../ui/page';
import { Instant } from '../ui/times';
import { AgentDaysChart, AgentFigures, AgentMarks } from './agent-figures';
import { AgentAllowance, AgentLimits } from './agent-limits';
import { AgentLineage } from './agent-lineage';
import { AgentAutomations, AgentGrants, AgentHistory, AgentRequests, AgentRuns } from './agent-tabs';
import classes from './agents.module.css';
import { agentStrings } from './strings-agents';

const words = agentStrings.tabs;
const tabs = ['overview', 'automations', 'runs', 'requests', 'grants', 'rules', 'history'] as const;

type Tab = (typeof tabs)[number];

/** One agent: how it stands, what can be done about it, and all that it has and did. */
export function AgentPage({ agentId }: { readonly agentId: string }) {
  const [tab, setTab] = useState<Tab>('overview');
  const topics = ['agents', 'spend', 'limits', 'runs', 'tokens', 'approvals'] as const;
  const answer = useAnswer('agent.details', { agentId }, topics);
  const agent = answer.value;
  return (
    <ViewPage
      isDetail
      title={<AgentText text={agentId} />}
      // Its line is kept while it is not there yet.
      subtitle={agent === undefined ? '\u00a0' : <Standing agent={agent} />}
      actions={agent !== undefined && <AgentActions agent={agent} />}
    >
      <div className={classes['page']}>
        {agent !== undefined && <AgentNotices agent={agent} onRequests={() => setTab('requests')} />}
        <Tabs
          classNames={{ root: classes['tabs'] ?? '', panel: classes['panel'] ?? '' }}
          value={tab}
          onChange={(chosen) => setTab(tabs.find((each) => each === chosen) ?? 'overview')}
          keepMounted={false}
        >
          <Tabs.List aria-label={words.label}>
            {tabs.map((each) => (
              <Tabs.Tab key={each} value={each}>
                {words[each]}
              </Tabs.Tab>
            ))}
          </Tabs.List>
          <Tabs.Panel value="overview">
            <Loaded answer={answer} height={348}>
              {(details) => <AgentOverview agent={details} />}
            </Loaded>
          </Tabs.Panel>
          <Tabs.Panel value="automations">
            <AgentAutomations agentId={agentId} />
          </Tabs.Panel>
          <Tabs.Panel value="runs">
            <AgentRuns agentId={agentId} />
          </Tabs.Panel>
          <Tabs.Panel value="requests">
            <AgentRequests agentId={agentId} />
          </Tabs.Panel>
          <Tabs.Panel value="grants">
            <AgentGrants agentId={agentId} />
          </Tabs.Panel>
          <Tabs.Panel value="rules">
            <RuleList agentId={agentId} />
          </Tabs.Panel>
          <Tabs.Panel value="history">
            <AgentHistory agentId={agentId} />
          </Tabs.Panel>
        </Tabs>
      </div>
    </ViewPage>
  );
}

function Standing({ agent }: { readonly agent: AgentDetails }) {
  const { firstSeenAtMs, lastSeenAtMs } = agent;
  return (
    <span className={classes['standing']}>
      <AgentMarks
        isPaused={agent.pausedAtMs !== undefined}
        isSpendPaused={agent.spendPausedAtMs !== undefined}
        isReviewRequired={agent.review?.reviewRequired === true}
      />
      {firstSeenAtMs !== undefined && lastSeenAtMs !== undefined && (
        <span>
          {agentStrings.seen} <Instant atMs={lastSeenAtMs} />, {agentStrings.since} <Instant atMs={firstSeenAtMs} />
        </span>
      )}
      {agent.waitingCount > 0 && <b>{agentStrings.waiting(agent.waitingCount)}</b>}
    </span>
  );
}

const CHART_DAYS = 90;

/** What an agent spent, what it may still do, its own limits and its family. */
function AgentOverview({ agent }: { readonly agent: AgentDetails }) {
  return (
    <Stack gap={18} pb={8}>
      <AgentFigures agent={agent} />
      <AgentDaysChart
        agentId={agent.agentId}
        days={CHART_DAYS}
        weeklyCapNanos={agent.weeklyCapNanos}
        pace={paceWords(agent.pace)}
      />
      <div className={classes['columns']}>
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
  return (
    <Button.Group>
      <Pause agent={agent} />
      <Resume agent={agent} />
      <Disconnect agent={agent} />
    </Button.Group>
  );
}

function Pause({ agent: { agentId, runsUnderWay, pausedAtMs } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.pause;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.pause"
      input={{ agentId }}
      reasonLabel={words.reason}
      isOffered={pausedAtMs === undefined}
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>
        {words.words} {words.runs(runsUnderWay)}
      </Text>
    </ConfirmCommand>
  );
}

function Resume({ agent: { agentId, pausedAtMs } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.resume;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.resume"
      input={{ agentId }}
      reasonLabel={agentStrings.pause.reason}
      isOffered={pausedAtMs !== undefined}
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>{words.words}</Text>
    </ConfirmCommand>
  );
}

function Disconnect({ agent: { agentId, activeTokens } }: { readonly agent: AgentDetails }) {
  const words = agentStrings.disconnect;
  return (
    <ConfirmCommand
      label={words.label}
      title={words.title}
      command="agent.disconnect"
      input={{ agentId }}
      isReady={activeTokens > 0}
      color="red"
      button={{ variant: 'default', size: 'sm' }}
    >
      <Who agentId={agentId} />
      <Text>{activeTokens > 0 ? words.words(activeTokens) : words.none}</Text>
    </ConfirmCommand>
  );
}

function Who({ agentId }: { readonly agentId: string }) {
  return (
    <Text fw={600}>
      <AgentText text={agentId} />
    </Text>
  );
}

const noticeWords = agentStrings.notice;

type Props = { readonly agent: AgentDetails; readonly onRequests: () => void };

/** Why an agent cannot go on as it is, since when, and what ends that; nothing while nothing stops it. */
function AgentNotices({ agent, onRequests }: Props) {
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
        <Notice tone="failure" icon={IconCoinOff} actions={<RequestsButton onRequests={onRequests} />}>
          <b>{noticeWords.spendPaused}</b> <Instant atMs={spendPausedAtMs} />{' '}
          {spendPauseReason !== undefined && `${spendPauseReason}. `}
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
              <Button size="compact-sm" variant="default" onClick={() => void actions.open(requestId)}>
                {noticeWords.openReview}
              </Button>
            )
          }
        >
          {noticeWords.review(review.createdSinceReview)}
        </Notice>
      )}
    </>
  );
}

function RequestsButton({ onRequests }: { readonly onRequests: () => void }) {
  return (
    <Button size="compact-sm" variant="default" onClick={onRequests}>
      {noticeWords.openRequests}
    </Button>
  );
}
