import { Button, Flex } from '@mantine/core';
import { useState } from 'react';
import type { Automation } from '../../shared/contract/automation';
import { cutPoint, LongParagraphs } from '../act/exact-text';
import { AgentLink, AgentParagraphs, AgentText, Name } from '../ui/names';
import { Facts, Panel } from '../ui/page';
import ui from '../ui/ui.module.css';
import { JsonTree } from './json-tree';
import { automationStrings } from './strings-automations';

const { detail } = automationStrings;

/** What an automation does: schedule, agents and steps as its maker defined them, and the whole of it on demand. */
export function AutomationDefinition({ automation }: { readonly automation: Automation }) {
  const [isWhole, setWhole] = useState(false);
  const { description, schedule, agents = [], flow } = automation;
  const hasDescription = description !== undefined && description !== null && description.trim() !== '';
  return (
    <Panel
      title={detail.definition}
      actions={
        <Button aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? detail.hideWhole : detail.showWhole}
        </Button>
      }
    >
      {hasDescription && <AgentParagraphs text={description} />}
      <Facts
        facts={[
          [detail.schedule, <Schedule key="schedule" schedule={schedule} />],
          [detail.agents, <Agents key="agents" agents={agents} />],
          [detail.flow, <Flow key="flow" nodes={flow?.nodes ?? []} />],
        ]}
      />
      {isWhole && <JsonTree value={automation} label={detail.whole} />}
    </Panel>
  );
}

/** Characters of a text in a line, and fields of a schedule; what they leave out is in the whole definition. */
const LONGEST_IN_LINE = 1_000;
const MOST_FIELDS = 30;

const startOf = (text: string) =>
  text.length <= LONGEST_IN_LINE ? text : `${text.slice(0, cutPoint(text, LONGEST_IN_LINE))}…`;

/** A schedule is whatever its maker wrote; its plain fields are shown one by one, what is nested as JSON. */
function Schedule({ schedule }: { readonly schedule: unknown }) {
  if (typeof schedule !== 'object' || schedule === null) {
    return (
      <AgentText
        text={schedule === undefined || schedule === null ? detail.noSchedule : startOf(JSON.stringify(schedule))}
      />
    );
  }
  const fields = Object.entries(schedule);
  return (
    <Flex component="span" wrap="wrap" gap="2px 14px" align="baseline">
      {fields.slice(0, MOST_FIELDS).map(([name, value]) => (
        <span key={name}>
          <span className={ui['dim']}>
            <AgentText text={startOf(name.replaceAll('_', ' '))} />
          </span>{' '}
          <AgentText text={startOf(typeof value === 'string' ? value : JSON.stringify(value))} />
        </span>
      ))}
      {fields.length > MOST_FIELDS && (
        <span className={ui['dim']}>{detail.moreFields(fields.length - MOST_FIELDS)}</span>
      )}
    </Flex>
  );
}

function Agents({ agents }: { readonly agents: NonNullable<Automation['agents']> }) {
  if (agents.length === 0) return detail.noAgents;
  return (
    <Flex component="ul" direction="column" gap={6}>
      {agents.map(({ agentId, displayName, mcpPolicy }) => (
        <li key={agentId}>
          <AgentLink agentId={agentId} /> {typeof displayName === 'string' && <AgentText text={startOf(displayName)} />}{' '}
          {(mcpPolicy?.allowedServers ?? []).length > 0 && (
            <span className={ui['dim']}>
              MCP: <AgentText text={startOf((mcpPolicy?.allowedServers ?? []).join(', '))} />
            </span>
          )}
        </li>
      ))}
    </Flex>
  );
}

type Node = NonNullable<NonNullable<Automation['flow']>['nodes']>[number];

/** Steps that are drawn at first, and that each further click draws. */
const STEPS = 50;

function Flow({ nodes }: { readonly nodes: readonly Node[] }) {
  const [count, setCount] = useState(STEPS);
  if (nodes.length === 0) return detail.noFlow;
  const hidden = nodes.length - count;
  return (
    <Flex component="ol" direction="column" gap={6}>
      {nodes.slice(0, count).map(({ nodeId, agentId, objective, dependsOn }, index) => (
        <li key={index}>
          <Flex component="span" wrap="wrap" gap="2px 14px" align="baseline">
            {nodeId !== undefined && <Name text={nodeId} />}
            {agentId !== undefined && <AgentLink agentId={agentId} />}
            {(dependsOn ?? []).length > 0 && (
              <span className={ui['dim']}>
                {detail.after} <AgentText text={startOf((dependsOn ?? []).join(', '))} />
              </span>
            )}
          </Flex>
          {objective !== undefined && <LongParagraphs text={objective} />}
        </li>
      ))}
      {hidden > 0 && (
        <li>
          <Button size="compact-xs" onClick={() => setCount(count + STEPS)}>
            {detail.moreSteps(Math.min(STEPS, hidden), hidden)}
          </Button>
        </li>
      )}
    </Flex>
  );
}
