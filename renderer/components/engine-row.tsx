import { Anchor, Button } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconPlug, IconPlugX, IconShieldOff } from '@tabler/icons-react';
import { useState } from 'react';
import { engineNames } from '../../shared/engine';
import type { ChangedEngine, Check, EngineStatus } from '../../shared/engine-status';
import type { Result } from '../../shared/errors';
import { useDeskParts } from '../state/desk-context';
import { connectStrings as words } from '../strings-connect';
import { Instant } from './deadline';
import { EngineChecks } from './engine-checks';
import { EngineHook } from './engine-hook';
import { type Fact, Facts } from './facts';
import { AgentLink } from './links';
import { Mark } from './mark';
import { Notice } from './notice';
import classes from './settings-engines.module.css';

type Busy = 'connect' | 'test' | 'remove';

/** One engine: where it stands, and the buttons for that. */
export function EngineRow({ status }: { readonly status: EngineStatus }) {
  const { engine, state, findings, isInstalled, hook, maxHoldSeconds } = status;
  const { desk } = useDeskParts();
  const [busy, setBusy] = useState<Busy>();
  const [isRemoving, setRemoving] = useState(false);
  const [changed, setChanged] = useState<ChangedEngine>();
  const [checks, setChecks] = useState<readonly Check[]>();
  const isConnected = state !== 'not_connected';

  const change = async (what: Busy, ask: () => Promise<Result<ChangedEngine>>) => {
    setBusy(what);
    setChecks(undefined);
    setChanged(undefined);
    const result = await ask();
    setBusy(undefined);
    setRemoving(false);
    setChanged(result.ok ? result.value : { done: [], problem: result.refusal.sentence });
  };
  const connect = () => void change('connect', () => desk.request('desk.connectEngine', { engine }));
  const remove = () => void change('remove', () => desk.request('desk.disconnectEngine', { engine }));
  const test = async () => {
    setBusy('test');
    setChanged(undefined);
    const result = await desk.request('desk.testEngine', { engine });
    setBusy(undefined);
    if (result.ok) setChecks(result.value.checks);
    else setChanged({ done: [], problem: result.refusal.sentence });
  };
  const button = (label: string, what: Busy, onClick: () => void, isMain = false) => (
    <Button
      size="compact-sm"
      variant={isMain ? 'filled' : 'default'}
      aria-label={words.named(label, engine)}
      loading={busy === what}
      disabled={busy !== undefined && busy !== what}
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
          {!isConnected && button(words.connect, 'connect', connect, isInstalled)}
          {isConnected && findings.length > 0 && button(words.repair, 'connect', connect, true)}
          {isConnected && button(words.test, 'test', () => void test())}
          {isConnected && button(words.remove, 'remove', () => setRemoving(!isRemoving))}
        </div>
      </div>
      {isRemoving && (
        <div className={classes['confirm']} role="status">
          <span>{words.removeQuestion}</span>
          <Button size="compact-sm" color="red" loading={busy === 'remove'} onClick={remove}>
            {words.removeYes}
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => setRemoving(false)}>
            {words.removeNo}
          </Button>
        </div>
      )}
      {findings.map((finding) => (
        <Notice key={finding} tone={state === 'unguarded' ? 'failure' : 'warning'} icon={IconAlertTriangle}>
          {finding}
        </Notice>
      ))}
      {!isConnected && !isInstalled && <p className={classes['detail']}>{words.notFoundDetail(engine)}</p>}
      <EngineFacts status={status} />
      {hook !== undefined && <EngineHook engine={engine} hook={hook} maxHoldSeconds={maxHoldSeconds} />}
      {changed?.problem !== undefined && (
        <Notice tone="failure" icon={IconAlertTriangle} role="alert">
          {changed.problem}
        </Notice>
      )}
      {changed !== undefined && changed.done.length > 0 && (
        <Notice tone="yes" icon={IconCircleCheck} role="status">
          {changed.done.map((line) => (
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
