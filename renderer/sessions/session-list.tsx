import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useMemo } from 'react';
import { engineNames } from '../../shared/contract/engine';
import type { SessionLine } from '../../shared/contract/session-desk';
import type { GivenOf } from '../bridge';
import { formatRelative, formatWholeInstant } from '../format';
import { usePages } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { ListView } from '../ui/list-view';
import { type Column, numberColumn } from '../ui/table';
import { useNow } from '../ui/times';
import { SessionCost, SessionMark, SessionName, spokenName } from './session-marks';
import { sessionStrings } from './strings-sessions';

const words = sessionStrings.columns;

/** What changes a list of sessions: their calls, their runs, what they ask and cost. */
export const sessionTopics = ['sessions', 'runs', 'approvals', 'spend'] as const;

type Props = {
  readonly filter: GivenOf<'sessions.overview'>;
  /** The name under which the place in the list is kept. */
  readonly keptAs: string;
  readonly empty: ReactNode;
};

/** Sessions, each with its sub-agents under way below it, further in; one is opened with a click or Enter. */
export function SessionList({ filter, keptAs, empty }: Props) {
  const { actions } = useDeskParts();
  const pages = usePages('sessions.overview', filter, sessionTopics, 'sessions');
  const columns = useSessionColumns();
  const rows = useMemo(() => pages.rows?.flatMap((session) => [session, ...session.subAgents]), [pages.rows]);
  return (
    <ListView
      pages={{ ...pages, rows }}
      label={sessionStrings.label}
      columns={columns}
      keyOf={({ runId }) => runId}
      nameOf={spokenName}
      onOpen={({ runId }) => actions.show('sessions', runId)}
      rowRem={3.1}
      keptAs={keptAs}
      empty={empty}
    />
  );
}

/** The columns of sessions; where there is little room, the engine is a sign before the project, and has no column. */
export function useSessionColumns(): readonly Column<SessionLine>[] {
  const now = useNow(15_000);
  const isWide = useMediaQuery('(min-width: 62em)', false, { getInitialValueInEffect: false });
  return useMemo(() => sessionColumns(now, isWide), [now, isWide]);
}

function sessionColumns(now: number, isWide: boolean): readonly Column<SessionLine>[] {
  return [
    {
      header: words.session,
      width: 'minmax(11.2rem, 3fr)',
      cell: (session) => <SessionName session={session} isEngineShown={!isWide} />,
    },
    ...(isWide
      ? [
          {
            header: words.engine,
            width: 'minmax(5.8rem, 0.6fr)',
            cell: ({ engine }: SessionLine) => engineNames[engine],
          },
        ]
      : []),
    { header: words.state, width: 'minmax(8.2rem, 1fr)', cell: (session) => <SessionMark session={session} /> },
    numberColumn(words.calls, '3.2rem', ({ counts }) => counts.calls),
    { header: words.cost, width: '5rem', isNumber: true, cell: (session) => <SessionCost {...session} /> },
    { header: words.heard, width: 'minmax(7.4rem, 0.6fr)', cell: (session) => <Heard session={session} now={now} /> },
  ];
}

function Heard({ session, now }: { readonly session: SessionLine; readonly now: number }) {
  const { lastCallAtMs, finishedAtMs, startedAtMs } = session;
  const atMs = Math.max(lastCallAtMs ?? 0, finishedAtMs ?? 0, startedAtMs);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
      {formatRelative(Math.min(atMs, now), now)}
    </time>
  );
}
