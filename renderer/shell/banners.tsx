import { Button } from '@mantine/core';
import { IconDatabaseExclamation, IconPlugConnectedX, IconPlugX } from '@tabler/icons-react';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { damageStrings } from '../strings-trouble';
import { LoadRefusal } from '../ui/load-refusal';
import { Notice } from '../ui/notice';
import { useSend } from '../ui/use-send';
import classes from './banners.module.css';
import { PairingBanners, UnguardedBanners } from './pairing-banner';

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
        <Button size="compact-sm" onClick={() => actions.show('settings', 'damage')}>
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
          <Button size="compact-sm" onClick={() => actions.show('settings', 'port')}>
            {strings.api.changePort}
          </Button>
          <Button size="compact-sm" variant="default" loading={isInFlight} onClick={() => void tryAgain()}>
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
