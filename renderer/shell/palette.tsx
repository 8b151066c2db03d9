import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import {
  IconArrowRight,
  IconClockPlay,
  IconKeyboard,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugConnected,
  IconRobot,
  IconSearch,
  IconShieldCheck,
} from '@tabler/icons-react';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { placedTitle } from '../../shared/act/approval-title';
import { projectOf } from '../../shared/act/engine-facts';
import type { AgentSummary } from '../../shared/contract/agent';
import type { ListedApproval } from '../../shared/contract/approval';
import { viewNames } from '../../shared/kernel/view-names';
import { visibleLine } from '../../shared/kernel/visible-text';
import { operatorStatus } from '../../shared/missed';
import { agentStrings } from '../agents/strings-agents';
import { RequestIcon, StatusMark } from '../queue/request-marks';
import { SessionMark, sessionName, sessionProject } from '../sessions/session-marks';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { EngineMark } from '../ui/act-marks';
import { CommandDialog } from '../ui/confirm';
import { AgentText } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './shell.module.css';
import { paletteStrings } from './strings-shell';
import { viewIcons } from './view-icons';

/** Matches of each kind that are shown; who wants more goes to the view. */
const MOST_OF_A_KIND = 6;

type Asking =
  | { readonly what: 'pauseAll' | 'resumeAll' }
  | { readonly what: 'pause' | 'resume'; readonly agentId: string };

const [store, spotlight] = createSpotlight();

/** Opens the palette, or closes it where it is open. */
export const togglePalette = () => spotlight.toggle();

/** The palette (Ctrl/Cmd+K): every view, session, agent, automation, request and action by a few letters of its name. */
export function Palette() {
  const [query, setQuery] = useState('');
  const [asking, setAsking] = useState<Asking>();
  return (
    <>
      <Spotlight.Root
        store={store}
        query={query}
        onQueryChange={setQuery}
        // The window has its key, which may be pressed before this is here.
        shortcut={null}
        scrollable
        maxHeight={420}
        // The lock writes a style element that the page's policy would refuse.
        lockScroll={false}
        // Names the dialog; it says the same as the field does, so it is not drawn.
        title={paletteStrings.label}
        styles={{ header: { display: 'none' } }}
      >
        <Spotlight.Search
          placeholder={paletteStrings.placeholder}
          aria-label={paletteStrings.placeholder}
          leftSection={<IconSearch size={18} stroke={1.6} aria-hidden />}
        />
        <Spotlight.ActionsList>
          <Entries query={query} onAsk={setAsking} />
        </Spotlight.ActionsList>
      </Spotlight.Root>
      {asking !== undefined && <Question asking={asking} onClose={() => setAsking(undefined)} />}
    </>
  );
}

/** Asks before agents are paused or resumed. */
function Question({ asking, onClose }: { readonly asking: Asking; readonly onClose: () => void }) {
  const shared = { reasonLabel: paletteStrings.reason, onClose };
  const color = asking.what.startsWith('pause') ? ('red' as const) : undefined;
  if (!('agentId' in asking)) {
    const { label, title, effect } = paletteStrings[asking.what];
    return (
      <CommandDialog {...shared} label={label} title={title} color={color} command={`agents.${asking.what}`} input={{}}>
        <p>{effect}</p>
      </CommandDialog>
    );
  }
  const { agentId, what } = asking;
  const { label, title, words } = agentStrings[what];
  return (
    <CommandDialog {...shared} label={label} title={title} color={color} command={`agent.${what}`} input={{ agentId }}>
      <Text fw={600}>
        <AgentText text={agentId} />
      </Text>
      <Text>{words}</Text>
    </CommandDialog>
  );
}

type Entry = {
  readonly key: string;
  readonly icon: ReactNode;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly act: () => void;
};

/**
 * Has the first entry selected whenever there are others: what is found late comes in beside what is there, and Spotlight itself counts
 * from the place that the selected one had before.
 */
function useSelection(query: string): void {
  const shown = useRef('');
  useEffect(() => {
    const entries = [...document.querySelectorAll(`[id="${store.getState().listId}"] [data-action]`)];
    const now = query === '' ? '' : entries.map(({ textContent }) => textContent).join('\n');
    if (now === shown.current) return;
    shown.current = now;
    if (now === '') return;
    for (const [index, entry] of entries.entries()) entry.toggleAttribute('data-selected', index === 0);
    store.updateState((state) => ({ ...state, selected: 0 }));
  });
}

type EntriesProps = { readonly query: string; readonly onAsk: (asking: Asking) => void };

function Entries({ query, onAsk }: EntriesProps) {
  const { actions } = useDeskParts();
  const [settled] = useDebouncedValue(query.trim(), 120);
  const fixed = [
    ...viewNames.map((view, index) => {
      const Icon = viewIcons[view];
      return {
        key: view,
        icon: <Icon size={16} aria-hidden />,
        label: strings.app.views[view],
        hint: `Alt+${index + 1}`,
        act: () => actions.show(view),
      };
    }),
    {
      key: 'connect',
      icon: <IconPlugConnected size={16} aria-hidden />,
      label: paletteStrings.connect,
      act: () => actions.show('settings', 'connect'),
    },
    {
      key: 'rules',
      icon: <IconShieldCheck size={16} aria-hidden />,
      label: paletteStrings.rules,
      act: () => actions.show('settings', 'rules'),
    },
    {
      key: 'pauseAll',
      icon: <IconPlayerPause size={16} aria-hidden />,
      label: paletteStrings.pauseAll.label,
      act: () => onAsk({ what: 'pauseAll' }),
    },
    {
      key: 'resumeAll',
      icon: <IconPlayerPlay size={16} aria-hidden />,
      label: paletteStrings.resumeAll.label,
      act: () => onAsk({ what: 'resumeAll' }),
    },
    {
      key: 'keys',
      icon: <IconKeyboard size={16} aria-hidden />,
      label: strings.keys.title,
      hint: '?',
      act: () => actions.showKeys(true),
    },
  ].filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase()));
  useSelection(settled);
  return (
    <>
      <Group label={paletteStrings.actions} entries={fixed} />
      {settled !== '' && <Found text={settled} hasFixed={fixed.length > 0} onAsk={onAsk} />}
    </>
  );
}

type FoundProps = { readonly text: string; readonly hasFixed: boolean; readonly onAsk: (asking: Asking) => void };

/** What the words are found in; asked anew for each. */
function Found({ text, hasFixed, onAsk }: FoundProps) {
  const { actions } = useDeskParts();
  const limit = MOST_OF_A_KIND;
  // “pause scout” looks for scout.
  const [, verb, named = ''] = /^(pause|resume)\b\s*(.*)$/i.exec(text) ?? [];
  const agents = useAnswer('agents.overview', { search: verb === undefined ? text : named, limit }, []);
  const sessions = useAnswer('sessions.overview', { text, limit }, []);
  const automations = useAnswer('automations.search', { text, limit }, []);
  // Its words can be found a moment after a request is there.
  const waiting = useAnswer('approvals.search', { scope: 'waiting', text, limit }, ['approvals']);
  const past = useAnswer('approvals.search', { scope: 'past', text, limit }, ['approvals']);
  const answers = [agents, sessions, automations, waiting, past];
  const foundAgents = agents.value?.agents ?? [];
  const pausing = { label: paletteStrings.pausing, entries: foundAgents.map((agent) => pauseEntry(agent, onAsk)) };
  const groups: readonly GroupProps[] = [
    ...(verb === undefined ? [] : [pausing]),
    {
      label: strings.app.views.agents,
      entries: foundAgents.map(({ agentId }) => ({
        key: agentId,
        icon: <IconRobot size={16} aria-hidden />,
        label: <AgentText text={agentId} />,
        act: () => actions.show('agents', agentId),
      })),
    },
    ...(verb === undefined ? [pausing] : []),
    {
      label: strings.app.views.sessions,
      entries: (sessions.value?.sessions ?? []).map((session) => ({
        key: session.runId,
        icon: <EngineMark engine={session.engine} />,
        label: `${visibleLine(sessionName(session), 80)} – ${visibleLine(projectOf(sessionProject(session)), 40)}`,
        hint: <SessionMark session={session} />,
        act: () => actions.show('sessions', session.runId),
      })),
    },
    {
      label: strings.app.views.automations,
      entries: (automations.value?.automations ?? []).map(({ automationId, name }) => ({
        key: automationId,
        icon: <IconClockPlay size={16} aria-hidden />,
        label: <AgentText text={name} />,
        act: () => actions.show('automations', automationId),
      })),
    },
    {
      label: paletteStrings.requests,
      entries: [...(waiting.value?.approvals ?? []), ...(past.value?.approvals ?? [])]
        .slice(0, limit)
        .map((approval) => requestEntry(approval, () => void actions.open(approval.approvalId))),
    },
  ];
  useSelection(text);
  const isNothing = groups.every(({ entries }) => entries.length === 0);
  const isLoading = answers.some(({ value, refusal }) => value === undefined && refusal === undefined);
  return (
    <>
      {groups.map((group) => (
        <Group key={group.label} {...group} />
      ))}
      {isNothing && (isLoading || !hasFixed) && (
        <Spotlight.Empty>{isLoading ? strings.answer.loading : paletteStrings.nothing}</Spotlight.Empty>
      )}
    </>
  );
}

function pauseEntry(
  { agentId, isPaused }: Pick<AgentSummary, 'agentId' | 'isPaused'>,
  onAsk: EntriesProps['onAsk'],
): Entry {
  const what = isPaused ? 'resume' : 'pause';
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return {
    key: agentId,
    icon: <Icon size={16} aria-hidden />,
    label: paletteStrings[what](visibleLine(agentId, 80)),
    act: () => onAsk({ what, agentId }),
  };
}

function requestEntry(approval: ListedApproval, act: () => void): Entry {
  return {
    key: approval.approvalId,
    icon: <RequestIcon request={approval} />,
    label: <AgentText text={placedTitle(approval)} />,
    hint: <StatusMark status={operatorStatus(approval)} toolRuleId={approval.toolRuleId} />,
    act,
  };
}

type GroupProps = { readonly label: string; readonly entries: readonly Entry[] };

function Group({ label, entries }: GroupProps) {
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map(({ key, icon, label: name, hint, act }) => (
        <Spotlight.Action key={`${label} ${key}`} onClick={act} className={classes['action'] ?? ''}>
          {icon}
          <span className={`${ui['cut']} ${classes['name']}`}>{name}</span>
          {hint === undefined ? <IconArrowRight size={14} aria-hidden /> : <span>{hint}</span>}
        </Spotlight.Action>
      ))}
    </Spotlight.ActionsGroup>
  );
}
