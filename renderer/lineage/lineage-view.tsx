import { Button, Group, SegmentedControl, Skeleton } from '@mantine/core';
import { useThrottledValue } from '@mantine/hooks';
import { IconBinaryTree } from '@tabler/icons-react';
import { type KeyboardEvent, useCallback, useMemo, useState } from 'react';
import type { OutputOf } from '../../shared/contract/contract';
import { agentIdsBelow, LINEAGE_SIZE, type LineageAgent } from '../../shared/contract/lineage';
import { SpendBar } from '../spend/amounts';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { ConfirmCommand } from '../ui/confirm';
import { SearchField } from '../ui/fields';
import { AgentLinks, AgentText } from '../ui/names';
import { LoadRefusal } from '../ui/notice';
import { EmptyState, ViewPage } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import classes from './lineage.module.css';
import { LineageGraph } from './lineage-graph';
import { LineageList } from './lineage-list';
import { LineageStateMark, lineageState } from './lineage-state';
import { type LineageNode, lineageTree, nodeName, openAtFirst, otherParentIds, pathsTo } from './lineage-tree';
import { lineageStrings } from './strings-lineage';

/** How often the picture is drawn anew while much happens, in milliseconds. */
const DRAW_INTERVAL_MS = 2_000;

/** Lineage: who created what, as a graph or as an accessible tree of lines, with what can be done to a whole subtree. */
export function LineageView() {
  const { actions } = useDeskParts();
  const answer = useAnswer('lineage.tree', {}, ['agents', 'automations'], DRAW_INTERVAL_MS);
  const { value } = answer;
  const isEmpty = value !== undefined && value.agents.length + value.automations.length === 0;
  if (value !== undefined && !isEmpty) return <Loaded tree={value} refusalLine={<LoadRefusalOf {...answer} />} />;
  return (
    <ViewPage title={strings.app.views.lineage} subtitle={lineageStrings.subtitle}>
      <LoadRefusalOf {...answer} />
      {isEmpty && (
        <EmptyState
          icon={IconBinaryTree}
          title={lineageStrings.emptyTitle}
          words={lineageStrings.empty}
          next={{ label: lineageStrings.connect, act: () => actions.show('settings', 'connect') }}
        />
      )}
      {value === undefined && answer.refusal === undefined && (
        <Skeleton height="100%" role="status" aria-label={strings.answer.loading} />
      )}
    </ViewPage>
  );
}

function LoadRefusalOf({ refusal, reload }: Pick<ReturnType<typeof useAnswer>, 'refusal' | 'reload'>) {
  return <LoadRefusal refusal={refusal} onTryAgain={reload} />;
}

type LoadedProps = { readonly tree: OutputOf<'lineage.tree'>; readonly refusalLine: React.ReactNode };

function Loaded({ tree, refusalLine }: LoadedProps) {
  const root = useMemo(() => lineageTree(tree.agents, tree.automations), [tree]);
  const [form, setForm] = useState<'graph' | 'list'>('graph');
  /** What the operator opened or closed; everything else, also what comes later, is as it is at first. */
  const [chosen, setChosen] = useState<ReadonlyMap<string, boolean>>(new Map());
  const open = useMemo(() => {
    const keys = new Set(openAtFirst(root));
    for (const [key, isOpen] of chosen) {
      if (isOpen) keys.add(key);
      else keys.delete(key);
    }
    return keys;
  }, [root, chosen]);
  const [selectedKey, setSelectedKey] = useState<string>();
  const [sought, setSought] = useState<{ readonly key: string }>();
  const toggle = useCallback(
    (key: string) => setChosen((before) => new Map([...before, [key, !open.has(key)]])),
    [open],
  );
  const chooseAll = (isOpen: boolean) =>
    setChosen(new Map([...everyKey(root)].map((key) => [key, isOpen || key === root.key])));
  /** Opens the way to a node and brings it into sight. */
  const seek = useCallback((path: readonly LineageNode[]) => {
    const key = path.at(-1)?.key;
    if (key === undefined) return;
    setChosen((before) => new Map([...before, ...path.slice(0, -1).map((node) => [node.key, true] as const)]));
    setSelectedKey(key);
    setSought({ key });
  }, []);
  const drawing = {
    root,
    open,
    selectedKey,
    sought,
    depthLimit: tree.depthLimit,
    onSelect: setSelectedKey,
    onToggle: toggle,
  };
  const chosenNode = findNode(root, selectedKey);
  return (
    <ViewPage
      title={strings.app.views.lineage}
      subtitle={tree.isCut ? lineageStrings.cut(LINEAGE_SIZE) : lineageStrings.subtitle}
      toolbar={
        <>
          <SegmentedControl
            size="xs"
            aria-label={lineageStrings.display}
            value={form}
            onChange={(chosen) => setForm(chosen === 'list' ? 'list' : 'graph')}
            data={[
              { value: 'graph', label: lineageStrings.graph },
              { value: 'list', label: lineageStrings.list },
            ]}
          />
          <Search root={root} onSeek={seek} />
          <Button onClick={() => chooseAll(true)}>{lineageStrings.openAll}</Button>
          <Button onClick={() => chooseAll(false)}>{lineageStrings.closeAll}</Button>
        </>
      }
    >
      {refusalLine}
      <div className={classes['body']} data-chosen={chosenNode !== undefined}>
        <div className={classes['canvas']}>
          {form === 'graph' ? <LineageGraph {...drawing} /> : <LineageList {...drawing} />}
        </div>
        {chosenNode !== undefined && (
          <LineageDetails node={chosenNode} agents={tree.agents} warningRatio={tree.warningRatio} />
        )}
      </div>
    </ViewPage>
  );
}

function Search({
  root,
  onSeek,
}: {
  readonly root: LineageNode;
  readonly onSeek: (path: readonly LineageNode[]) => void;
}) {
  const [text, setText] = useState('');
  const [index, setIndex] = useState(0);
  const settled = useThrottledValue(text, 150);
  const found = useMemo(() => pathsTo(root, settled), [root, settled]);
  const go = (to: number, paths = found) => {
    const path = paths[to % Math.max(1, paths.length)];
    if (path === undefined) return;
    setIndex(to % paths.length);
    onSeek(path);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? index + found.length - 1 : index + (settled === text ? 1 : 0));
  };
  return (
    <>
      <SearchField
        w={260}
        label={lineageStrings.search}
        value={text}
        onChange={(next) => {
          setText(next);
          go(0, pathsTo(root, next));
        }}
        onKeyDown={onKeyDown}
      />
      <span role="status" className={ui['dim']}>
        {settled.trim() !== '' &&
          (found.length === 0 ? strings.answer.noMatches : lineageStrings.found(index + 1, found.length))}
      </span>
    </>
  );
}

function everyKey(node: LineageNode): ReadonlySet<string> {
  const keys = new Set<string>();
  const add = (one: LineageNode) => {
    keys.add(one.key);
    for (const child of one.children) add(child);
  };
  add(node);
  return keys;
}

function findNode(node: LineageNode, key: string | undefined): LineageNode | undefined {
  if (key === undefined || node.key === key) return key === undefined ? undefined : node;
  for (const child of node.children) {
    const found = findNode(child, key);
    if (found !== undefined) return found;
  }
  return undefined;
}

type Props = {
  readonly node: LineageNode;
  /** All that are drawn, so that whoever is below it by another lineage counts too. */
  readonly agents: readonly LineageAgent[];
  readonly warningRatio: number;
};

/** What is known of the chosen node, and what can be done with it. */
function LineageDetails({ node, agents, warningRatio }: Props) {
  return (
    <aside className={classes['details']} aria-label={lineageStrings.details}>
      <Chosen key={node.key} node={node} agents={agents} warningRatio={warningRatio} />
    </aside>
  );
}

function Chosen({ node, agents, warningRatio }: Props) {
  const others = node.kind === 'agent' ? otherParentIds(node.agent) : [];
  const state = lineageState(node);
  return (
    <>
      <h2>{node.kind === 'root' ? lineageStrings.you : <AgentText text={nodeName(node)} />}</h2>
      {state !== undefined && <LineageStateMark state={state} />}
      {node.kind === 'agent' && node.agent === undefined && <p className={ui['dim']}>{lineageStrings.neverSeen}</p>}
      {node.size > 0 && <p className={ui['dim']}>{lineageStrings.createdBelow(node.size)}</p>}
      {node.kind === 'agent' && node.agent !== undefined && (
        <>
          <div>
            <div className={ui['dim']}>{lineageStrings.weekOfSubtree}</div>
            <SpendBar
              costNanos={node.agent.weeklyCostNanos}
              capNanos={node.agent.weeklyCapNanos}
              warningRatio={warningRatio}
            />
          </div>
          {others.length > 0 && (
            <div>
              <div className={ui['dim']}>{lineageStrings.otherParents}</div>
              <AgentLinks agentIds={others} />
            </div>
          )}
          <div>
            <div className={ui['dim']}>{lineageStrings.lastSeen}</div>
            <Instant atMs={node.agent.lastSeenAtMs} />
          </div>
        </>
      )}
      <Actions node={node} agents={agents} />
    </>
  );
}

function Actions({ node, agents }: Pick<Props, 'node' | 'agents'>) {
  const { actions } = useDeskParts();
  if (node.kind === 'root') return null;
  if (node.kind === 'automation') {
    const { automationId } = node.automation;
    return (
      <Group gap={8}>
        <Button onClick={() => actions.show('automations', automationId)}>{lineageStrings.openAutomation}</Button>
      </Group>
    );
  }
  const { agentId, agent } = node;
  const descents = agents.map((one) => ({ agentId: one.agentId, chains: [one.ancestorIds, ...one.otherChains] }));
  const paused = 1 + agentIdsBelow(descents, agentId).size;
  const offers = [
    ['agent.resume', 'resumeAgent', agent?.isPaused === true],
    ['agent.pause', 'pauseAgent', agent?.isPaused !== true],
    ['agents.pauseSubtree', 'pauseSubtree', paused > 1],
  ] as const;
  return (
    <Group gap={8}>
      <Button onClick={() => actions.show('agents', agentId)}>{lineageStrings.openAgent}</Button>
      {offers.map(([command, words, isOffered]) => (
        <ConfirmCommand
          key={command}
          isOffered={isOffered}
          label={lineageStrings[words]}
          command={command}
          input={{ agentId }}
          title={lineageStrings[`${words}Title`](agentId)}
          reasonLabel={lineageStrings.reason}
          color={words === 'pauseSubtree' ? 'red' : undefined}
        >
          <p>{lineageStrings[`${words}Effect`](paused)}</p>
        </ConfirmCommand>
      ))}
    </Group>
  );
}
