import { Button, Switch } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { OutputOf } from '../../shared/contract';
import type { Refusal } from '../../shared/errors';
import { useDesk, useDeskParts } from '../state/desk-context';
import type { Tokens } from '../state/use-tokens';
import { settingsStrings } from '../strings-settings';
import { Notice } from './notice';
import { SecretOnce } from './secret-once';
import { Failure, SettingsSection } from './settings-section';

const words = settingsStrings.decideOverApi;

/** Whether programs may decide: on means that an operator token exists, off that there is none. Off until turned on. */
export function DecideOverApiSettings({ tokens, reload }: Tokens) {
  const { desk } = useDeskParts();
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [isTurnedOff, setTurnedOff] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const [made, setMade] = useState<OutputOf<'token.create'>>();
  const canLauncherDecide = useDesk((state) => state.status?.canLauncherDecide === true);
  const active = tokens?.filter((token) => token.kind === 'operator' && token.revokedAtMs === undefined) ?? [];
  const isOn = active.length > 0;

  const turnOn = async () => {
    setSending(true);
    const result = await desk.request('token.create', { kind: 'operator', name: words.tokenName });
    setSending(false);
    setRefusal(result.ok ? undefined : result.refusal);
    if (!result.ok) return;
    setMade(result.value);
    setAsking(false);
    reload();
  };

  const turnOff = async () => {
    setSending(true);
    const results = await Promise.all(active.map(({ tokenId }) => desk.request('token.revoke', { tokenId })));
    const failed = results.find((result) => !result.ok);
    setSending(false);
    setRefusal(failed?.ok === false ? failed.refusal : undefined);
    setTurnedOff(failed === undefined);
    setMade(undefined);
    reload();
  };

  const change = (shouldBeOn: boolean) => {
    setTurnedOff(false);
    setRefusal(undefined);
    if (shouldBeOn) setAsking(true);
    else void turnOff();
  };

  return (
    <SettingsSection id="settings-operator" title={words.title}>
      <Switch
        label={words.label}
        description={isOn ? words.on : canLauncherDecide ? words.offButLauncher : words.off}
        checked={isOn}
        disabled={tokens === undefined || isSending}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {canLauncherDecide && (
        <Notice tone="warning" icon={IconAlertTriangle} role="status">
          {words.launcher}
        </Notice>
      )}
      {isAsking && !isOn && (
        <Notice
          tone="warning"
          icon={IconAlertTriangle}
          role="status"
          actions={
            <>
              <Button size="compact-md" loading={isSending} onClick={() => void turnOn()}>
                {words.turnOn}
              </Button>
              <Button size="compact-md" variant="default" onClick={() => setAsking(false)}>
                {words.keepOff}
              </Button>
            </>
          }
        >
          {words.warning}
        </Notice>
      )}
      {isTurnedOff && !isOn && !isAsking && (
        <Notice tone="plain" icon={IconCircleCheck} role="status">
          {words.turnedOff}
        </Notice>
      )}
      <Failure refusal={refusal} />
      {made !== undefined && <SecretOnce token={made.token} secret={made.secret} onDone={() => setMade(undefined)} />}
    </SettingsSection>
  );
}
