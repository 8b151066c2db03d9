import { Switch } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { Token } from '../../shared/contract/token';
import { succeeded } from '../../shared/kernel/errors';
import type { AnswerOf } from '../bridge';
import { useDesk } from '../state/desk-context';
import { CommandDialog } from '../ui/confirm';
import { Notice } from '../ui/notice';
import { useSending } from '../ui/use-send';
import { SecretOnce } from './secret-once';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.decideOverApi;

type Props = { readonly tokens: readonly Token[] | undefined; readonly reload: () => void };

/** Whether programs may decide: on means that an operator token exists, off that there is none. Off until turned on. */
export function DecideOverApiSettings({ tokens, reload }: Props) {
  const [isAsking, setAsking] = useState(false);
  const [made, setMade] = useState<AnswerOf<'token.create'>>();
  const canLauncherDecide = useDesk((state) => state.status?.canLauncherDecide === true);
  const active = tokens?.filter((token) => token.kind === 'operator' && token.revokedAtMs === undefined) ?? [];
  const isOn = active.length > 0;
  const turnOff = useSending(async (desk, _input: object) => {
    const results = await Promise.all(active.map(({ tokenId }) => desk.request('token.revoke', { tokenId })));
    setMade(undefined);
    reload();
    return results.find((result) => !result.ok) ?? succeeded({});
  });
  const change = (shouldBeOn: boolean) => {
    turnOff.forget();
    if (shouldBeOn) setAsking(true);
    else void turnOff.send({});
  };

  return (
    <SettingsSection id="settings-operator" title={words.title}>
      <Switch
        label={words.label}
        description={isOn ? words.on : canLauncherDecide ? words.offButLauncher : words.off}
        checked={isOn}
        disabled={tokens === undefined || turnOff.isInFlight}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      {canLauncherDecide && (
        <Notice tone="warning" role="status">
          {words.launcher}
        </Notice>
      )}
      {isAsking && (
        <CommandDialog
          title={words.turnOnTitle}
          label={words.turnOn}
          command="token.create"
          input={{ kind: 'operator', name: words.tokenName }}
          onDone={(answer) => {
            setMade(answer);
            reload();
          }}
          onClose={() => setAsking(false)}
        >
          <Notice tone="warning">{words.warning}</Notice>
        </CommandDialog>
      )}
      {turnOff.answer !== undefined && !isOn && (
        <Notice tone="plain" icon={IconCircleCheck} role="status">
          {words.turnedOff}
        </Notice>
      )}
      <Failure refusal={turnOff.refusal} />
      {made !== undefined && <SecretOnce token={made.token} secret={made.secret} onDone={() => setMade(undefined)} />}
    </SettingsSection>
  );
}
