import { Skeleton, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import { engineFactsOf } from '../../shared/act/engine-facts';
import type { Approval } from '../../shared/contract/approval';
import type { LastWords, Words } from '../../shared/contract/desk-contract';
import { engineNames } from '../../shared/contract/engine';
import { hiddenLines, Prose } from '../act/prose';
import { sessionName } from '../sessions/session-marks';
import { CallWhy } from '../sessions/session-timeline';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { AgentText, TextButton } from '../ui/names';
import { LoadRefusal } from '../ui/notice';
import { When } from '../ui/times';
import ui from '../ui/ui.module.css';
import classes from './session-pane.module.css';
import { queueStrings } from './strings-queue';

const words = queueStrings.pane;

/** Calls of the session that are shown at most. */
const MOST_CALLS = 10;

/** Calls that are looked through for them. */
const MOST_LOOKED_AT = 100;

/** Beside the card where there is room: the session that a request comes from, what was said in it last, and what it did. */
export function SessionPane({ approval }: { readonly approval: Approval | undefined }) {
  const facts = engineFactsOf(approval?.context);
  return (
    <aside className={classes['pane']} aria-label={words.label} tabIndex={0}>
      {approval === undefined || facts?.sessionId === undefined ? (
        <p className={ui['dim']}>{words.none}</p>
      ) : (
        <Session key={approval.approvalId} approval={approval} engineName={engineNames[facts.engine]} />
      )}
    </aside>
  );
}

type SessionProps = { readonly approval: Approval; readonly engineName: string };

function Session({ approval: { approvalId }, engineName }: SessionProps) {
  const { desk } = useDeskParts();
  const [found, setFound] = useState<LastWords | 'refused'>();
  useEffect(() => {
    let isOver = false;
    void desk.request('desk.lastWords', { approvalId }).then((answer) => {
      if (!isOver) setFound(answer.ok ? answer.value : 'refused');
    });
    return () => {
      isOver = true;
    };
  }, [desk, approvalId]);
  if (found === undefined) return <Skeleton height={160} role="status" aria-label={words.label} />;
  if (found === 'refused') return <p className={ui['dim']}>{words.unreadable}</p>;
  const { runId, operator, agent } = found;
  if (runId === undefined) return <p className={ui['dim']}>{words.unknown}</p>;
  return (
    <Stack gap={18}>
      <SessionLine runId={runId} />
      {operator !== undefined && <SaidPart title={words.asked} said={operator} />}
      {agent !== undefined && <SaidPart title={words.said(engineName)} said={agent} />}
      {(operator !== undefined || agent !== undefined) && <p className={ui['hint']}>{words.source}</p>}
      {operator === undefined && agent === undefined && <p className={ui['dim']}>{words.noTranscript(engineName)}</p>}
      <RecentCalls runId={runId} approvalId={approvalId} />
    </Stack>
  );
}

/** What the session is called, which leads to it. */
function SessionLine({ runId }: { readonly runId: string }) {
  const { actions } = useDeskParts();
  const { value } = useAnswer('sessions.details', { runId }, ['sessions', 'runs']);
  return (
    <Part title={words.session}>
      {value === undefined ? (
        <Skeleton height={20} />
      ) : (
        <TextButton onClick={() => actions.show('sessions', runId)}>
          <AgentText text={sessionName(value.session)} />
        </TextButton>
      )}
    </Part>
  );
}

function SaidPart({ title, said: { text, isCut, atMs } }: { readonly title: string; readonly said: Words }) {
  const [isWhole, setWhole] = useState(false);
  return (
    <Part title={title} time={atMs}>
      <Prose
        text={text}
        label={title}
        isWhole={isWhole || hiddenLines(text) === 0}
        onShowWhole={() => setWhole(true)}
      />
      {isCut && <p className={ui['hint']}>{words.cut}</p>}
    </Part>
  );
}

type CallsProps = { readonly runId: string; readonly approvalId: string };

/** What the session did last, the newest first, beside the call that is on the card. */
function RecentCalls({ runId, approvalId }: CallsProps) {
  const { value, refusal, reload } = useAnswer('sessions.calls', { runId, limit: MOST_LOOKED_AT }, [
    'sessions',
    'approvals',
  ]);
  const { value: details } = useAnswer('sessions.details', { runId }, ['sessions', 'runs']);
  // What waits stands in the list already.
  const calls = value?.calls
    .filter((call) => call.approvalId !== approvalId && call.decision?.status !== 'pending')
    .slice(0, MOST_CALLS);
  return (
    <Part title={words.calls}>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {calls?.length === 0 && <p className={ui['dim']}>{words.noCalls}</p>}
      <ol className={classes['calls']}>
        {details !== undefined &&
          calls?.map((call) => (
            <li key={call.callId}>
              <span className={ui['cut']}>
                <AgentText text={call.title} />
              </span>
              <span className={classes['why']}>
                <CallWhy call={call} session={details.session} />
                <span className={ui['small']}>
                  <When atMs={call.atMs} />
                </span>
              </span>
            </li>
          ))}
      </ol>
    </Part>
  );
}

type PartProps = { readonly title: string; readonly time?: number | undefined; readonly children: ReactNode };

function Part({ title, time, children }: PartProps) {
  return (
    <section>
      <Title order={3} size="sm" fw={600} c="dimmed" mb={6}>
        {title}{' '}
        {time !== undefined && (
          <span className={ui['small']}>
            <When atMs={time} />
          </span>
        )}
      </Title>
      {children}
    </section>
  );
}
