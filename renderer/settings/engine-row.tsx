import { Anchor, Button } from '@mantine/core';
import { IconCircleCheck, IconPlug, IconPlugX, IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { ChangedEngine, Check, EngineStatus } from '../../shared/contract/connection';
import { engineNames } from '../../shared/contract/engine';
import type { Result } from '../../shared/kernel/errors';
import { useDeskParts } from '../state/desk-context';
import { Confirm } from '../ui/confirm';
import { Instant } from '../ui/deadline';
import { type Fact, Facts } from '../ui/facts';
import { AgentLink } from '../ui/links';
import { Mark } from '../ui/mark';
import { Notice } from '../ui/notice';
import { useSending } from '../ui/use-send';
import { EngineChecks } from './engine-checks';
import { EngineHook } from './engine-hook';
import classes from './settings-engines.module.css';
import { connectStrings as words } from './strings-connect';

/** What each button asks for. */
const requests = { connect: 'desk.connectEngine', test: 'desk.testEngine', remove: 'desk.disconnectEngine' } as const;

type Task = keyof typeof requests;
type TaskAnswer = ChangedEngine & { readonly checks: readonly Check[] };

/** One engine: where it stands, and the buttons for that. */
export function EngineRow({ status }: { readonly status: EngineStatus }) {
  const { engine, state, findings, isInstalled, hook, maxHoldSeconds } = status;
  const [isRemoving, setRemoving] = useState(false);
  const { send, inFlight, answer, refusal } = useSending(
    async (desk, what: Task): Promise<Result<Partial<TaskAnswer>>> => {
      const result = await desk.request(requests[what], { engine });
      setRemoving(false);
      return result;
    },
  );
  const problem = answer?.problem ?? refusal?.sentence;
  const { done = [], checks } = answer ?? {};
  const isConnected = state !== 'not_connected';
  const ask = (what: Task) => void send(what);
  const button = (label: string, what: Task, isMain = false, onClick: () => void = () => ask(what)) => (
    <Button
      size="compact-sm"
      variant={isMain ? 'filled' : 'default'}
      aria-label={words.named(label, engine)}
      loading={inFlight === what}
      disabled={inFlight !== undefined && inFlight !== what}
      onClick={onClick}
    >
      {label}
    </Button>
  );

  return (
    <li className={classes['row']} aria-label={engineNames[engine]}>
      <div className={classes['head']}>
        <h3>{engineNames[engine]}</h3>
        <EngineMark status={status} />
        <div className={classes['buttons']}>
          {!isConnected && button(words.connect, 'connect', isInstalled)}
          {isConnected && findings.length > 0 && button(words.repair, 'connect', true)}
          {isConnected && button(words.test, 'test')}
          {isConnected && button(words.remove, 'remove', false, () => setRemoving(true))}
        </div>
      </div>
      {isRemoving && (
        <Confirm
          title={words.named(words.remove, engine)}
          label={words.removeYes}
          color="red"
          isInFlight={inFlight === 'remove'}
          onConfirm={() => ask('remove')}
          onClose={() => setRemoving(false)}
        >
          <p>{words.removeQuestion}</p>
        </Confirm>
      )}
      {findings.map((finding) => (
        <Notice key={finding} tone={state === 'unguarded' ? 'failure' : 'warning'}>
          {finding}
        </Notice>
      ))}
      {!isConnected && !isInstalled && <p className={classes['detail']}>{words.notFoundDetail(engine)}</p>}
      <EngineFacts status={status} />
      {hook !== undefined && <EngineHook engine={engine} hook={hook} maxHoldSeconds={maxHoldSeconds} />}
      {problem !== undefined && (
        <Notice tone="failure" role="alert">
          {problem}
        </Notice>
      )}
      {done.length > 0 && (
        <Notice tone="yes" role="status">
          {done.map((line) => (
            <div key={line}>{line}</div>
          ))}
        </Notice>
      )}
      {checks !== undefined && <EngineChecks checks={checks} />}
    </li>
  );
}

function EngineMark({ status: { state, isInstalled } }: { readonly status: EngineStatus }) {
  switch (state) {
    case 'connected':
      return <Mark icon={IconCircleCheck} tone="yes" words={words.states.connected} />;
    case 'unguarded':
      return <Mark icon={IconShieldOff} tone="no" words={words.states.unguarded} />;
    case 'not_connected':
      return isInstalled ? (
        <Mark icon={IconPlug} tone="plain" words={words.states.not_connected} />
      ) : (
        <Mark icon={IconPlugX} tone="plain" words={words.states.not_found} />
      );
  }
}

function EngineFacts({ status }: { readonly status: EngineStatus }) {
  const { actions } = useDeskParts();
  const { agentId, connectedAtMs, lastSeenAtMs, files, state } = status;
  const paths = files.map((path) => (
    <span key={path} className={classes['path']}>
      {path}
    </span>
  ));
  if (state === 'not_connected') return <Facts facts={[[words.filesToCome, paths]]} />;
  const facts: readonly Fact[] = [
    [words.asks, agentId === undefined ? undefined : <AgentLink agentId={agentId} />],
    [words.since, connectedAtMs === undefined ? undefined : <Instant atMs={connectedAtMs} />],
    [words.lastSeen, lastSeenAtMs === undefined ? words.never : <Instant atMs={lastSeenAtMs} />],
    [
      words.spend,
      agentId === undefined ? undefined : (
        <Anchor component="button" type="button" fz="inherit" onClick={() => actions.show('spend')}>
          {words.spendOpen}
        </Anchor>
      ),
    ],
    [words.files, paths],
  ];
  return <Facts facts={facts} />;
}
