import {
  IconArrowBackUp,
  IconBan,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconHistory,
  IconHourglassOff,
  IconPlugConnected,
  IconRobot,
  IconShieldCheck,
  IconShieldX,
  IconTerminal2,
} from '@tabler/icons-react';
import type { ComponentProps } from 'react';
import { engineNames } from '../../shared/contract/engine';
import { isTerminal } from '../../shared/contract/run';
import type { ToldCall } from '../../shared/contract/session';
import type { SessionLine } from '../../shared/contract/session-desk';
import { visibleLine } from '../../shared/kernel/visible-text';
import { spanWords } from '../automations/strings-automations';
import { formatExactInstant, formatWholeInstant } from '../format';
import { patternText } from '../rules/rule-words';
import { usePages } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ListView } from '../ui/list-view';
import { Mark } from '../ui/mark';
import { AgentText } from '../ui/names';
import { EmptyState } from '../ui/page';
import type { Column } from '../ui/table';
import ui from '../ui/ui.module.css';
import { ResultMark } from './session-marks';
import { sessionStrings } from './strings-sessions';

const { timeline: words, why } = sessionStrings;

type Why = ComponentProps<typeof Mark>;

/** Why a call that nobody was asked about went as it did. */
function whyUnasked({ answer }: ToldCall, { engine, permissionMode }: SessionLine): Why {
  switch (answer) {
    case 'allow':
      return { icon: IconPlugConnected, tone: 'plain', words: why.own };
    case 'deny':
      return { icon: IconBan, tone: 'no', words: why.stopped };
    case 'terminal':
      return { icon: IconTerminal2, tone: 'plain', words: why.terminal };
    case 'ask':
      return { icon: IconClockPause, tone: 'plain', words: why.asked };
    case 'nothing': {
      const name = engineNames[engine];
      const mode = permissionMode === undefined ? undefined : visibleLine(permissionMode, 30);
      return {
        icon: IconRobot,
        tone: 'plain',
        words: mode === undefined ? why.engine(name) : why.engineMode(name, mode),
      };
    }
  }
}

/** What the rule that decided is about; nothing of one that cannot be read any more. */
function ruleName({ rule }: NonNullable<ToldCall['decision']>): string | undefined {
  if (rule === undefined) return undefined;
  const tool = rule.pattern.kind === 'any' && rule.toolName !== undefined ? `${visibleLine(rule.toolName, 60)}, ` : '';
  return `${tool}${patternText(rule.pattern)}`;
}

/** Why a call was carried out or not: the operator, a standing rule, the terminal, or the engine alone. */
function whyOf(call: ToldCall, session: SessionLine): Why {
  const { decision, answer } = call;
  if (decision === undefined) return whyUnasked(call, session);
  const isByTerminal = answer === 'terminal';
  if (decision.isMissed) {
    return { icon: IconHourglassOff, tone: 'waiting', words: isByTerminal ? why.missedYes : why.missed };
  }
  switch (decision.status) {
    case 'pending':
      return { icon: IconClockPause, tone: 'waiting', words: why.waits };
    case 'denied':
      if (isByTerminal) return { icon: IconCircleX, tone: 'no', words: why.tooLate };
      return decision.toolRuleId === undefined
        ? { icon: IconCircleX, tone: 'no', words: why.youDenied }
        : { icon: IconShieldX, tone: 'no', words: why.ruleDenied(ruleName(decision)) };
    case 'approved':
      if (isByTerminal) return { icon: IconTerminal2, tone: 'plain', words: why.terminal };
      return decision.toolRuleId === undefined
        ? { icon: IconCircleCheck, tone: 'yes', words: why.you }
        : { icon: IconShieldCheck, tone: 'yes', words: why.rule(ruleName(decision)) };
    case 'cancelled':
      return isByTerminal
        ? { icon: IconTerminal2, tone: 'plain', words: why.terminal }
        : { icon: IconArrowBackUp, tone: 'plain', words: why.withdrawn };
    case 'expired':
      return { icon: IconHourglassOff, tone: 'plain', words: isByTerminal ? why.terminal : why.expired };
  }
}

/** Why a call was carried out or not, as a mark. */
export function CallWhy({ call, session }: { readonly call: ToldCall; readonly session: SessionLine }) {
  return <Mark {...whyOf(call, session)} />;
}

/** Of a call that is not over, the time after which nobody says any more how it went, in milliseconds. */
const LONGEST_CALL_MS = 15 * 60_000;

function resultOf(call: ToldCall, session: SessionLine): ComponentProps<typeof ResultMark>['result'] | undefined {
  const { endedAtMs, isError, answer, decision, atMs } = call;
  if (endedAtMs !== undefined) return isError === true ? 'failed' : 'done';
  if (answer === 'deny' || decision?.status === 'denied' || decision?.status === 'pending') return undefined;
  if (decision?.isMissed === true || decision?.status === 'cancelled') return undefined;
  return isTerminal(session.status) || Date.now() - atMs > LONGEST_CALL_MS ? 'unknown' : 'going';
}

function columnsOf(session: SessionLine): readonly Column<ToldCall>[] {
  return [
    {
      header: words.columns.when,
      width: '6.9rem',
      cell: ({ atMs }) => (
        <time dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
          {formatExactInstant(atMs, Date.now())}
        </time>
      ),
    },
    {
      header: words.columns.call,
      width: 'minmax(11.4rem, 3fr)',
      cell: ({ title }) => (
        <span title={visibleLine(title, 400)}>
          <AgentText text={title} />
        </span>
      ),
    },
    {
      header: words.columns.why,
      width: 'minmax(12.4rem, 1.3fr)',
      cell: (call) => <Mark {...whyOf(call, session)} />,
    },
    {
      header: words.columns.took,
      width: 'minmax(5.4rem, 0.3fr)',
      isNumber: true,
      cell: ({ atMs, endedAtMs }) =>
        endedAtMs === undefined ? <span className={ui['dim']}>–</span> : spanWords(Math.max(0, endedAtMs - atMs)),
    },
    {
      header: words.columns.result,
      width: '5.3rem',
      cell: (call) => {
        const result = resultOf(call, session);
        return result === undefined ? <span className={ui['dim']}>–</span> : <ResultMark result={result} />;
      },
    },
  ];
}

/** Every call of a session, asked about or not, the newest first, as they come; one that was asked about opens its request. */
export function SessionTimeline({ session }: { readonly session: SessionLine }) {
  const { actions } = useDeskParts();
  const { runId, counts } = session;
  const pages = usePages('sessions.calls', { runId }, ['sessions', 'approvals'], 'calls');
  return (
    <ListView
      pages={pages}
      label={words.label}
      columns={columnsOf(session)}
      keyOf={({ callId }) => String(callId)}
      nameOf={(call) => `${visibleLine(call.title, 120)}, ${whyOf(call, session).words}`}
      onOpen={({ approvalId }) => approvalId !== undefined && void actions.open(approvalId)}
      rowRem={2.25}
      keptAs={`timeline ${runId}`}
      empty={<EmptyState icon={IconHistory} {...(counts.calls > 0 ? words.forgotten : words.none)} />}
    />
  );
}
