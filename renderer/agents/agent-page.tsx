import { Tabs } from '@mantine/core';
import { useState } from 'react';
import type { AgentDetails } from '../../shared/contract/agent';
import { RuleList } from '../rules/rule-list';
import { useAnswer } from '../state/use-answer';
import { AgentText } from '../ui/agent-text';
import { Instant } from '../ui/deadline';
import { Loaded } from '../ui/list-view';
import { ViewPage } from '../ui/view-page';
import { AgentActions } from './agent-actions';
import { AgentMarks } from './agent-marks';
import { AgentNotices } from './agent-notices';
import { AgentOverview } from './agent-overview';
import classes from './agent-page.module.css';
import { AgentAutomations, AgentGrants } from './agent-rights';
import { AgentHistory, AgentRequests, AgentRuns } from './agent-traces';
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
