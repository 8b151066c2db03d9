import { Box, Button, TextInput } from '@mantine/core';
import {
  IconDatabaseExclamation,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPlugX,
  IconShieldOff,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { DeskStatus } from '../../shared/contract/desk-contract';
import { MAX_ACTOR_ID_LENGTH } from '../../shared/kernel/id-length';
import { connectStrings } from '../settings/strings-engines';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { Name } from '../ui/names';
import { LoadRefusal, Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import classes from './shell.module.css';
import { damageStrings } from './strings-shell';

/** What is wrong with the whole window, above everything else, each with what to do about it. */
export function Banners() {
  return (
    <div className={classes['banners']}>
      <OutOfTouch />
      <LoadFailed />
      <ApiFailed />
      <DamagedRows />
      <PairingBanners />
      <UnguardedBanners />
    </div>
  );
}

function OutOfTouch() {
  const isOut = useDesk((state) => state.connection === 'outOfTouch');
  if (!isOut) return null;
  return (
    <Notice tone="failure" icon={IconPlugConnectedX} role="alert">
      <b>{strings.connection.outOfTouch}</b>
      <div>{strings.connection.outOfTouchDetail}</div>
    </Notice>
  );
}

function LoadFailed() {
  const { refresh } = useDeskParts();
  const refusal = useDesk((state) => state.loadRefusal);
  return <LoadRefusal refusal={refusal} onTryAgain={refresh} title={strings.connection.loadFailed} />;
}

function DamagedRows() {
  const { actions } = useDeskParts();
  const count = useDesk((state) => state.status?.unreadable.count ?? 0);
  const isInSettings = useDesk((state) => state.place.view === 'settings');
  // Settings says the same, with what to do.
  if (count === 0 || isInSettings) return null;
  return (
    <Notice
      tone="failure"
      icon={IconDatabaseExclamation}
      role="alert"
      actions={
        <Button variant="filled" onClick={() => actions.show('settings', 'damage')}>
          {damageStrings.show}
        </Button>
      }
    >
      <b>{damageStrings.found(count)}</b>
      <div>{damageStrings.meaning}</div>
    </Notice>
  );
}

function ApiFailed() {
  const { store, actions } = useDeskParts();
  const api = useDesk((state) => state.status?.api);
  const isInSettings = useDesk((state) => state.place.view === 'settings');
  const { send, isInFlight } = useSend('desk.retryApi');
  // Settings says the same where it can be changed.
  if (api?.state !== 'failed' || isInSettings) return null;
  const tryAgain = async () => {
    const result = await send({});
    if (result.ok) store.setState({ status: result.value });
  };
  return (
    <Notice
      tone="warning"
      icon={IconPlugX}
      role="alert"
      actions={
        <>
          <Button variant="filled" onClick={() => actions.show('settings', 'port')}>
            {strings.api.changePort}
          </Button>
          <Button loading={isInFlight} onClick={() => void tryAgain()}>
            {strings.api.tryAgain}
          </Button>
        </>
      }
    >
      <b>{api.reason === 'port_taken' ? strings.api.portTaken(api.port) : strings.api.failed(api.port)}</b>
      {api.reason === 'other' && <div>{api.message}</div>}
    </Notice>
  );
}

const words = connectStrings.pairing;

/**
 * Programs that ask to be connected, each with its code. A banner and no dialog, so that it takes no focus: a key that was
 * meant for a request must not connect anybody.
 */
function PairingBanners() {
  const pairings = useDesk((state) => state.status?.pairings);
  const [problem, setProblem] = useState<string>();
  return (
    <>
      {pairings?.map((pairing) => (
        <PairingBanner key={pairing.connectionId} pairing={pairing} onAnswered={setProblem} />
      ))}
      {problem !== undefined && (
        <Notice
          tone="failure"
          icon={IconPlugConnected}
          role="alert"
          actions={<Button onClick={() => setProblem(undefined)}>{connectStrings.close}</Button>}
        >
          {words.failed(problem)}
        </Notice>
      )}
    </>
  );
}

type Props = {
  readonly pairing: DeskStatus['pairings'][number];
  /** Called with why the answer did not count. */
  readonly onAnswered: (problem: string | undefined) => void;
};

function PairingBanner({ pairing: { connectionId, engine, agentId, code, isKnownAgent }, onAnswered }: Props) {
  const { send, inFlight } = useSend('desk.answerPairing');
  const [parentId, setParentId] = useState('');
  const answer = async (isAccepted: boolean) => {
    const parent = isAccepted && parentId.trim() !== '' ? { parentAgentId: parentId.trim() } : {};
    const result = await send({ connectionId, isAccepted, ...parent });
    onAnswered(result.ok ? result.value.problem : result.refusal.sentence);
  };
  return (
    <Notice
      tone="warning"
      icon={IconPlugConnected}
      role="alert"
      actions={
        <>
          <Button
            variant="filled"
            aria-label={connectStrings.named(words.connect, engine)}
            loading={inFlight?.isAccepted === true}
            disabled={inFlight?.isAccepted === false}
            onClick={() => void answer(true)}
          >
            {words.connect}
          </Button>
          <Button
            aria-label={connectStrings.named(words.refuse, engine)}
            loading={inFlight?.isAccepted === false}
            disabled={inFlight?.isAccepted === true}
            onClick={() => void answer(false)}
          >
            {words.refuse}
          </Button>
        </>
      }
    >
      <b>{words.title(engine)}</b>
      <div>
        {words.before} <Name text={agentId} />. {words.after}{' '}
        <Box component="b" ff="monospace" fz="md" lts="0.06em" className={ui['line'] ?? ''}>
          {code}
        </Box>
      </div>
      {isKnownAgent && <div>{words.known}</div>}
      <TextInput
        maw="24rem"
        mt={6}
        size="xs"
        label={words.parent}
        description={words.parentDetail}
        value={parentId}
        maxLength={MAX_ACTOR_ID_LENGTH}
        onChange={(event) => setParentId(event.currentTarget.value)}
      />
    </Notice>
  );
}

/** Engines whose tool calls do not come here any more; Settings says the same where it can be mended. */
function UnguardedBanners() {
  const { actions } = useDeskParts();
  const engines = useDesk((state) => state.status?.engines);
  const isInSettings = useDesk((state) => state.place.view === 'settings');
  if (isInSettings) return null;
  return engines
    ?.filter(({ state }) => state === 'unguarded')
    .map(({ engine, findings }) => (
      <Notice
        key={engine}
        tone="failure"
        icon={IconShieldOff}
        role="alert"
        actions={
          <Button variant="filled" onClick={() => actions.show('settings', 'engines')}>
            {connectStrings.unguarded.open}
          </Button>
        }
      >
        <b>{connectStrings.unguarded.title(engine)}</b>
        <div>{findings[0]}</div>
      </Notice>
    ));
}
