import { Anchor, Button, NativeSelect } from '@mantine/core';
import { IconCircleCheck, IconCircleX, IconPlug, IconPlugX, IconShieldOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ChangedEngine, Check, EngineStatus } from '../../shared/contract/connection';
import { type Engine, engineNames, type IfUnavailable, unavailableAnswers } from '../../shared/contract/engine';
import type { Result } from '../../shared/kernel/errors';
import { useDesk, useDeskParts } from '../state/desk-context';
import { Confirm } from '../ui/confirm';
import { LeftField, wholeNumber } from '../ui/fields';
import { Mark } from '../ui/mark';
import { AgentLink } from '../ui/names';
import { Notice } from '../ui/notice';
import { type Fact, Facts } from '../ui/page';
import { Instant } from '../ui/times';
import { useSend, useSending } from '../ui/use-send';
import classes from './settings.module.css';
import { SettingsSection } from './settings-section';
import { connectStrings as words } from './strings-settings';

/** The engines of this machine: whether each is connected and guarded, and what can be done about it. */
export function EngineSettings() {
  const { desk } = useDeskParts();
  const engines = useDesk((state) => state.status?.engines);
  useEffect(() => {
    // Somebody may have changed a configuration a moment ago; what is found comes with the status.
    void desk.request('desk.lookAtEngines', {});
  }, [desk]);
  const connected = engines?.filter(({ state }) => state !== 'not_connected') ?? [];
  const causes = connected.flatMap(({ cause }) => cause ?? []);
  return (
    <SettingsSection id="settings-engines" title={words.enginesTitle}>
      <p className={classes['summary']} data-bad={causes.length > 0} role="status">
        {connected.length === 0 ? words.none : words.summary(connected.length, causes)}
      </p>
      <ul className={classes['list']} aria-label={words.enginesTitle}>
        {engines?.map((status) => (
          <EngineRow key={status.engine} status={status} />
        ))}
      </ul>
    </SettingsSection>
  );
}

/** What each button asks for. */
const requests = { connect: 'desk.connectEngine', test: 'desk.testEngine', remove: 'desk.disconnectEngine' } as const;

type Task = keyof typeof requests;
type TaskAnswer = ChangedEngine & { readonly checks: readonly Check[] };

/** One engine: where it stands, and the buttons for that. */
function EngineRow({ status }: { readonly status: EngineStatus }) {
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

type Hook = NonNullable<EngineStatus['hook']>;

type Props = { readonly engine: Engine; readonly hook: Hook; readonly maxHoldSeconds: number };

const choices = unavailableAnswers.map((value) => ({ value, label: words.ifUnavailableChoices[value] }));

/** How a connected engine's hook behaves; each change is stored at once, the time when its field is left. */
function EngineHook({ engine, hook, maxHoldSeconds }: Props) {
  const { send, answer, refusal } = useSend('desk.setEngineHook');
  const problem = answer?.problem ?? refusal?.sentence;
  const store = (change: Partial<Hook>) => void send({ engine, hook: { ...hook, ...change } });
  return (
    <div className={classes['hook']} role="group" aria-label={`${words.hookTitle}: ${engineNames[engine]}`}>
      <NativeSelect
        label={words.ifUnavailable}
        data={choices}
        value={hook.ifUnavailable}
        onChange={(event) => store({ ifUnavailable: event.currentTarget.value as IfUnavailable })}
      />
      <LeftField
        label={words.hold}
        inputMode="numeric"
        rightSection={<span>{words.holdUnit}</span>}
        rightSectionWidth="5.2rem"
        stored={hook.holdSeconds}
        textOf={String}
        parse={(text) => wholeNumber(text, 0, maxHoldSeconds)}
        problem={words.holdInvalid(maxHoldSeconds)}
        onStore={(holdSeconds) => store({ holdSeconds })}
      />
      {hook.ifUnavailable === 'allow' && (
        <div className={classes['warning']}>
          <Notice tone="warning">{words.allowWarning}</Notice>
        </div>
      )}
      {problem !== undefined && (
        <div className={classes['warning']}>
          <Notice tone="failure" role="alert">
            {problem}
          </Notice>
        </div>
      )}
    </div>
  );
}

/** What was tried on a connection and what came of each, with what to do where it is not well. */
function EngineChecks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <div role="status" aria-label={words.checks}>
      <ul className={classes['checks']}>
        {checks.map(({ name, isOk, says, fix }) => (
          <li key={`${name} ${says}`} className={classes['check']}>
            {isOk ? (
              <Mark icon={IconCircleCheck} tone="yes" words={words.ok} />
            ) : (
              <Mark icon={IconCircleX} tone="no" words={words.notOk} />
            )}
            <span>{`${says.charAt(0).toUpperCase()}${says.slice(1)}.`}</span>
            {!isOk && fix !== undefined && <span className={classes['fix']}>{fix}</span>}
          </li>
        ))}
      </ul>
    </div>
  );
}
