import { useDebouncedValue } from '@mantine/hooks';
import {
  IconClockPlay,
  IconKeyboard,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlugConnected,
  IconRobot,
  IconShieldCheck,
} from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { placedTitle } from '../../shared/act/approval-title';
import { projectOf } from '../../shared/act/engine-facts';
import type { AgentSummary } from '../../shared/contract/agent';
import type { ListedApproval } from '../../shared/contract/approval';
import type { Refusal } from '../../shared/kernel/errors';
import { viewNames } from '../../shared/kernel/view-names';
import { visibleLine } from '../../shared/kernel/visible-text';
import { operatorStatus } from '../../shared/missed';
import { RequestIcon, StatusMark } from '../queue/request-marks';
import { SessionMark, sessionName, sessionProject } from '../sessions/session-marks';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { EngineMark } from '../ui/act-marks';
import { AgentText } from '../ui/names';
import { paletteStrings } from './strings-shell';
import { viewIcons } from './view-icons';

/** Matches of each kind that are shown; who wants more goes to the view. */
const MOST_OF_A_KIND = 6;

/** How long typing has to rest before it is searched for, in milliseconds. */
const TYPING_MS = 120;

/** What is asked about before it is done. */
export type Asking =
  | { readonly what: 'pauseAll' | 'resumeAll' }
  | { readonly what: 'pause' | 'resume'; readonly agentId: string };

export type Asks = (asking: Asking) => void;

/** Something to go to or to do; the key is its own among all. */
export type Entry = {
  readonly key: string;
  readonly icon: ReactNode;
  readonly label: ReactNode;
  readonly hint?: ReactNode;
  readonly act: () => void;
};

/** Entries of a kind, never none. */
export type EntryGroup = { readonly label: string; readonly entries: readonly Entry[] };

type Found = { readonly text: string; readonly groups: readonly EntryGroup[] };

/** What is in the palette. */
export type Entries = {
  /** What has the words that are typed now. */
  readonly current: readonly EntryGroup[];
  /** What an older text had found, while the answer to this one is on its way. */
  readonly old: readonly EntryGroup[];
  readonly isLooking: boolean;
  /** Why not everything could be looked through. */
  readonly refusal: Refusal | undefined;
  readonly reload: () => void;
};

/** What has these words: the window's own places and actions at once, and all else together, once all of it is there. */
export function useEntries(typed: string, onAsk: Asks): Entries {
  const [settled] = useDebouncedValue(typed, TYPING_MS);
  const own = groupsOf({ label: paletteStrings.actions, entries: useOwnEntries(typed, onAsk) });
  const { isThere, refusal, reload, ...found } = useFound(typed === '' ? undefined : settled, onAsk);
  const isLooking = typed !== '' && (settled !== typed || !isThere);
  const [last, setLast] = useState<Found>();
  const shown = typed === '' || isLooking ? last : found;
  if (typed === '' && last !== undefined) setLast(undefined);
  if (shown !== undefined && shown !== last && shown.text !== last?.text) setLast(shown);
  if (isLooking) return { current: own, old: last?.groups ?? [], isLooking, refusal: undefined, reload };
  return { current: [...own, ...found.groups], old: [], isLooking, refusal, reload };
}

/** Those that have an entry. */
const groupsOf = (...groups: readonly EntryGroup[]) => groups.filter(({ entries }) => entries.length > 0);

/** The views, and what is done in the window as a whole. */
function useOwnEntries(typed: string, onAsk: Asks): readonly Entry[] {
  const { actions } = useDeskParts();
  const own = [
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
  ];
  return own.filter(({ label }) => label.toLowerCase().includes(typed.toLowerCase()));
}

/** What the words are found in; asked anew for each text, and not at all without one. */
function useFound(
  text: string | undefined,
  onAsk: Asks,
): Found & Pick<Entries, 'refusal' | 'reload'> & { readonly isThere: boolean } {
  const { actions } = useDeskParts();
  const limit = MOST_OF_A_KIND;
  // “pause scout” looks for scout.
  const [, verb, named = ''] = /^(pause|resume)\b(.*)$/i.exec(text ?? '') ?? [];
  const asked = text === undefined || text === '' ? undefined : { text, limit };
  const search = verb === undefined ? (text ?? '') : named.trim();
  const agents = useAnswer('agents.overview', asked && { search, limit }, []);
  const sessions = useAnswer('sessions.overview', asked, []);
  const automations = useAnswer('automations.search', asked, []);
  // Its words can be found a moment after a request is there.
  const waiting = useAnswer('approvals.search', asked && { scope: 'waiting', ...asked }, ['approvals']);
  const past = useAnswer('approvals.search', asked && { scope: 'past', ...asked }, ['approvals']);
  const answers = [agents, sessions, automations, waiting, past];
  const foundAgents = agents.value?.agents ?? [];
  const pausing = { label: paletteStrings.pausing, entries: foundAgents.map((agent) => pauseEntry(agent, onAsk)) };
  const groups = groupsOf(
    ...(verb === undefined ? [] : [pausing]),
    {
      label: strings.app.views.agents,
      entries: foundAgents.map(({ agentId }) => ({
        key: `agent ${agentId}`,
        icon: <IconRobot size={16} aria-hidden />,
        label: <AgentText text={agentId} />,
        act: () => actions.show('agents', agentId),
      })),
    },
    ...(verb === undefined ? [pausing] : []),
    {
      label: strings.app.views.sessions,
      entries: (sessions.value?.sessions ?? []).map((session) => ({
        key: `session ${session.runId}`,
        icon: <EngineMark engine={session.engine} />,
        label: `${visibleLine(sessionName(session), 80)} – ${visibleLine(projectOf(sessionProject(session)), 40)}`,
        hint: <SessionMark session={session} />,
        act: () => actions.show('sessions', session.runId),
      })),
    },
    {
      label: strings.app.views.automations,
      entries: (automations.value?.automations ?? []).map(({ automationId, name }) => ({
        key: `automation ${automationId}`,
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
  );
  return {
    text: text ?? '',
    groups,
    isThere: answers.every(({ value, refusal }) => value !== undefined || refusal !== undefined),
    refusal: answers.find(({ refusal }) => refusal !== undefined)?.refusal,
    reload: () => answers.forEach(({ reload }) => reload()),
  };
}

function pauseEntry({ agentId, isPaused }: Pick<AgentSummary, 'agentId' | 'isPaused'>, onAsk: Asks): Entry {
  const what = isPaused ? 'resume' : 'pause';
  const Icon = isPaused ? IconPlayerPlay : IconPlayerPause;
  return {
    key: `${what} ${agentId}`,
    icon: <Icon size={16} aria-hidden />,
    label: paletteStrings[what](visibleLine(agentId, 80)),
    act: () => onAsk({ what, agentId }),
  };
}

function requestEntry(approval: ListedApproval, act: () => void): Entry {
  return {
    key: `request ${approval.approvalId}`,
    icon: <RequestIcon request={approval} />,
    label: <AgentText text={placedTitle(approval)} />,
    hint: <StatusMark status={operatorStatus(approval)} toolRuleId={approval.toolRuleId} />,
    act,
  };
}
