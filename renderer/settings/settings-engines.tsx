import { Box, Button, Flex, Group, NativeSelect, Text } from '@mantine/core';
import { IconCircleCheck, IconInfoCircle, IconPlug, IconPlugX, IconShieldOff } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ChangedEngine, Check, EnginePreview, EngineStatus } from '../../shared/contract/connection';
import {
  type AskMode,
  askModes,
  type Engine,
  engineNames,
  type IfUnavailable,
  type Strength,
  unavailableAnswers,
} from '../../shared/contract/engine';
import type { Result } from '../../shared/kernel/errors';
import { ExactText } from '../act/exact-text';
import { useDesk, useDeskParts } from '../state/desk-context';
import { Confirm } from '../ui/confirm';
import { LeftField, wholeNumber } from '../ui/fields';
import { Mark, YesNo } from '../ui/mark';
import { AgentLink, TextButton } from '../ui/names';
import { Notice, Outcome } from '../ui/notice';
import { type Fact, Facts } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { useSend, useSending } from '../ui/use-send';
import classes from './settings.module.css';
import { SettingsSection } from './settings-section';
import { connectStrings as words } from './strings-engines';

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
    <SettingsSection part="engines">
      <Text c={causes.length > 0 ? 'var(--gh-no)' : 'dimmed'} fw={causes.length > 0 ? 600 : undefined} role="status">
        {connected.length === 0 ? words.none : words.summary(connected.length, causes)}
      </Text>
      <ul className={`${ui['framed']} ${classes['engines']}`} aria-label={words.enginesTitle}>
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
  const { engine, state, cause, findings, isInstalled, hook, maxHoldSeconds } = status;
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
    <li className={classes['engine']} aria-label={engineNames[engine]}>
      <Group gap="6px 10px">
        <h3>{engineNames[engine]}</h3>
        <EngineMark status={status} />
        <Group gap={8} ml="auto">
          {!isConnected && button(words.connect, 'connect', isInstalled)}
          {isConnected && findings.length > 0 && cause !== 'session' && button(words.repair, 'connect', true)}
          {isConnected && button(words.test, 'test')}
          {isConnected && button(words.remove, 'remove', false, () => setRemoving(true))}
        </Group>
      </Group>
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
      {!isConnected && !isInstalled && <p className={ui['hint']}>{words.notFoundDetail(engine)}</p>}
      <EngineFacts status={status} />
      {!isConnected && <Preview engine={engine} />}
      {hook !== undefined && <EngineHook engine={engine} hook={hook} maxHoldSeconds={maxHoldSeconds} />}
      <Outcome tone="failure">{problem}</Outcome>
      <Outcome tone="yes">
        {done.length > 0 && (
          <>
            {done.map((line) => (
              <div key={line}>{line}</div>
            ))}
            {isConnected && <div>{words.nextStep(engine)}</div>}
          </>
        )}
      </Outcome>
      {checks !== undefined && <EngineChecks checks={checks} />}
    </li>
  );
}

/** What connecting would change in the engine's files, asked for when it is opened. */
function Preview({ engine }: { readonly engine: Engine }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details open={isOpen} onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.preview}</summary>
      {isOpen && <PreviewedFiles engine={engine} />}
    </details>
  );
}

function PreviewedFiles({ engine }: { readonly engine: Engine }) {
  const { desk } = useDeskParts();
  const [answer, setAnswer] = useState<EnginePreview>();
  useEffect(() => {
    let isOver = false;
    void desk.request('desk.previewEngine', { engine }).then((result) => {
      if (!isOver) setAnswer(result.ok ? result.value : { files: [], problem: result.refusal.sentence });
    });
    return () => {
      isOver = true;
    };
  }, [desk, engine]);
  return (
    <div className={classes['preview']}>
      <p className={ui['hint']}>{words.previewAsks}</p>
      <Outcome tone="failure">{answer?.problem}</Outcome>
      {answer?.files
        .filter(({ diff }) => diff !== '')
        .map(({ path, diff }) => (
          <ExactText key={path} text={diff} label={path} />
        ))}
    </div>
  );
}

const marks = {
  connected: [IconCircleCheck, 'yes'],
  unguarded: [IconShieldOff, 'no'],
  not_connected: [IconPlug, 'plain'],
  not_found: [IconPlugX, 'plain'],
} as const;

function EngineMark({ status: { state, isInstalled } }: { readonly status: EngineStatus }) {
  const shown = state === 'not_connected' && !isInstalled ? 'not_found' : state;
  const [icon, tone] = marks[shown];
  return <Mark icon={icon} tone={tone} words={words.states[shown]} />;
}

function EngineFacts({ status }: { readonly status: EngineStatus }) {
  const { actions } = useDeskParts();
  const { agentId, connectedAtMs, lastSeenAtMs, files, state, strength } = status;
  const paths = files.map((path) => (
    <div key={path} className={ui['mono']}>
      {path}
    </div>
  ));
  if (state === 'not_connected') return <Facts facts={[[words.filesToCome, paths]]} />;
  const facts: readonly Fact[] = [
    [words.asks, agentId === undefined ? undefined : <AgentLink agentId={agentId} />],
    [words.since, connectedAtMs === undefined ? undefined : <Instant atMs={connectedAtMs} />],
    [words.lastSeen, lastSeenAtMs === undefined ? words.never : <Instant atMs={lastSeenAtMs} />],
    [words.strength, strength && <HookFailure key="strength" engine={status.engine} strength={strength} />],
    [
      words.spend,
      agentId === undefined ? undefined : (
        <TextButton key="spend" onClick={() => actions.show('spend')}>
          {words.spendOpen}
        </TextButton>
      ),
    ],
    [words.files, paths],
  ];
  return <Facts facts={facts} />;
}

/** What becomes of a call whose hook fails, and the command that changes it, where it can be changed. */
function HookFailure({ engine, strength }: { readonly engine: Engine; readonly strength: Strength }) {
  const what = words.strengthOf(engine, strength);
  if (engine === 'opencode') return what;
  return (
    <>
      {what}; {words.strengthChange} {/* On a line of its own where it has no room beside the words. */}
      <Box component="code" display="inline-block" className={ui['mono'] ?? ''}>
        {words.strengthCommand(engine, strength)}
      </Box>
    </>
  );
}

type Hook = NonNullable<EngineStatus['hook']>;

type Props = { readonly engine: Engine; readonly hook: Hook; readonly maxHoldSeconds: number };

const choices = unavailableAnswers.map((value) => ({ value, label: words.ifUnavailableChoices[value] }));
const askChoices = askModes.map((value) => ({ value, label: words.askModeChoices[value] }));

/** How a connected engine's hook behaves; each change is stored at once, the time when its field is left. */
function EngineHook({ engine, hook, maxHoldSeconds }: Props) {
  const { send, answer, refusal } = useSend('desk.setEngineHook');
  const problem = answer?.problem ?? refusal?.sentence;
  const store = (change: Partial<Hook>) => void send({ engine, hook: { ...hook, ...change } });
  return (
    <div className={classes['hook']} role="group" aria-label={`${words.hookTitle}: ${engineNames[engine]}`}>
      <NativeSelect
        label={words.askMode}
        description={words.askModeDetails[hook.askMode]}
        // Below, so that fields beside each other are in one line.
        inputWrapperOrder={['label', 'input', 'description', 'error']}
        data={askChoices}
        value={hook.askMode}
        onChange={(event) => store({ askMode: event.currentTarget.value as AskMode })}
      />
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
      {hook.ifUnavailable === 'allow' && <Notice tone="warning">{words.allowWarning}</Notice>}
      <Outcome tone="failure">{problem}</Outcome>
    </div>
  );
}

/** What was tried on a connection and what came of each, with what to do where it is not well. */
function EngineChecks({ checks }: { readonly checks: readonly Check[] }) {
  return (
    <div role="status" aria-label={words.checks}>
      <Flex component="ul" direction="column" gap={4}>
        {checks.map(({ name, isOk, isNote, says, fix }) => (
          <li key={`${name} ${says}`} className={classes['check']}>
            {isNote === true ? (
              <Mark icon={IconInfoCircle} tone="plain" words={words.note} />
            ) : (
              <YesNo isYes={isOk} words={isOk ? words.ok : words.notOk} />
            )}
            <span>{`${says.charAt(0).toUpperCase()}${says.slice(1)}.`}</span>
            {!isOk && fix !== undefined && <span className={`${ui['hint']} ${classes['fix']}`}>{fix}</span>}
          </li>
        ))}
      </Flex>
    </div>
  );
}
