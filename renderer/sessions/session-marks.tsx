import { Box } from '@mantine/core';
import {
  IconAlertCircle,
  IconBan,
  IconCircleCheck,
  IconCircleDot,
  type Icon as IconComponent,
  IconHandStop,
  IconPlayerPause,
  IconSquare,
} from '@tabler/icons-react';
import { projectFolderOf, projectOf } from '../../shared/act/engine-facts';
import { engineNames } from '../../shared/contract/engine';
import { isTerminal } from '../../shared/contract/run';
import type { SessionLine } from '../../shared/contract/session-desk';
import { subAgentName } from '../../shared/contract/sub-agent';
import { visibleLine } from '../../shared/kernel/visible-text';
import { formatUsd } from '../format';
import { UnknownCost } from '../spend/amounts';
import { EngineMark, ProjectMark } from '../ui/act-marks';
import { Mark, type Tone } from '../ui/mark';
import { AgentText, Name } from '../ui/names';
import ui from '../ui/ui.module.css';
import { type SessionState, sessionStrings } from './strings-sessions';

/** How a session stands: what waits of it comes first, for that is up to the operator. */
export function sessionState({ status, waitingCount }: Pick<SessionLine, 'status' | 'waitingCount'>): SessionState {
  if (status === 'cancelled') return 'stopped';
  if (isTerminal(status)) return 'ended';
  if (waitingCount > 0) return 'waiting';
  return status === 'paused' || status === 'pausing' ? 'paused' : 'live';
}

const states: Readonly<Record<SessionState, readonly [IconComponent, Tone]>> = {
  live: [IconCircleDot, 'yes'],
  waiting: [IconHandStop, 'waiting'],
  paused: [IconPlayerPause, 'no'],
  ended: [IconSquare, 'plain'],
  stopped: [IconBan, 'plain'],
};

/** The same in words, with how many requests wait. */
export function sessionStateWords(session: Pick<SessionLine, 'status' | 'waitingCount'>): string {
  const state = sessionState(session);
  return state === 'waiting' ? sessionStrings.waits(session.waitingCount) : sessionStrings.state[state];
}

/** How a session stands, as a mark. */
export function SessionMark({ session }: { readonly session: SessionLine }) {
  const [icon, tone] = states[sessionState(session)];
  return <Mark icon={icon} tone={tone} words={sessionStateWords(session)} />;
}

/** Whether it is that of a sub-agent. */
export const isSubAgent = ({ workerId, agentId }: Pick<SessionLine, 'workerId' | 'agentId'>) => workerId !== agentId;

/** Characters of an id that tell sessions apart. */
const SHORT_ID = 8;

/** What a session is called: its first prompt, else the beginning of its id; a sub-agent by its kind, with the beginning of its id. */
export function sessionName(session: Pick<SessionLine, 'workerId' | 'agentId' | 'title' | 'sessionId'>): string {
  if (isSubAgent(session)) return subAgentName(session.workerId);
  return session.title ?? sessionStrings.unnamed(session.sessionId.slice(0, SHORT_ID));
}

/** The folder of the project that a session works in. */
export function sessionProject({ workspace, worktree }: Pick<SessionLine, 'workspace' | 'worktree'>): string {
  return projectFolderOf({ cwd: workspace, worktree }) ?? workspace;
}

/** What a screen reader calls a session. */
export function spokenName(session: SessionLine): string {
  const name = visibleLine(sessionName(session), 80);
  const project = visibleLine(projectOf(sessionProject(session)), 80);
  const kind = isSubAgent(session) ? `${sessionStrings.subAgentOf} ` : '';
  return `${kind}${name}, ${project}, ${engineNames[session.engine]}, ${sessionStateWords(session)}`;
}

/** What a session is called, and below it where it works; a sub-agent stands under its session, further in. */
type NameProps = {
  readonly session: SessionLine & { readonly subAgentCount?: number };
  /** Whether its engine is told here, for want of a column. */
  readonly isEngineShown: boolean;
};

export function SessionName({ session, isEngineShown }: NameProps) {
  const { branch, subAgentCount = 0 } = session;
  if (isSubAgent(session)) {
    return (
      <Box component="span" pl={22}>
        <span className={ui['dim']}>{sessionStrings.subAgentOf} </span>
        <AgentText text={sessionName(session)} />
      </Box>
    );
  }
  return (
    <span className={ui['two']}>
      <span className={ui['cut']}>
        <Name text={sessionName(session)} />
      </span>
      <span className={`${ui['cut']} ${ui['small']}`}>
        {isEngineShown && <EngineMark engine={session.engine} />} <ProjectMark folder={sessionProject(session)} />
        {branch !== undefined && (
          <>
            {' · '}
            <AgentText text={branch} />
          </>
        )}
        {subAgentCount > 0 && ` · ${sessionStrings.subAgents(subAgentCount)}`}
      </span>
    </span>
  );
}

/** What a session cost as far as anybody says. */
export function SessionCost({ costNanos, totalTokens }: Pick<SessionLine, 'costNanos' | 'totalTokens'>) {
  if (costNanos !== null) return <span>{formatUsd(costNanos)}</span>;
  return totalTokens === 0 ? <span className={ui['dim']}>–</span> : <UnknownCost />;
}

/** How a call ended. */
export function ResultMark({ result }: { readonly result: 'done' | 'failed' | 'going' | 'unknown' }) {
  const { result: words } = sessionStrings;
  if (result === 'failed') return <Mark icon={IconAlertCircle} tone="no" words={words.failed} />;
  if (result === 'done') return <Mark icon={IconCircleCheck} tone="plain" words={words.done} />;
  return <span className={ui['dim']}>{words[result]}</span>;
}
