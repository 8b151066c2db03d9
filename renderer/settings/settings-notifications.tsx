import { Button, Group, Switch } from '@mantine/core';
import { IconBellOff, IconBellZ } from '@tabler/icons-react';
import { type MuteChoice, notificationKinds } from '../../shared/contract/notifications';
import { formatInstant } from '../format';
import { useDesk, useDeskParts } from '../state/desk-context';
import { useNow } from '../state/use-now';
import { useSetPreferences } from '../state/use-set-preferences';
import { LeftField, wholeNumber } from '../ui/left-field';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import classes from './settings-notifications.module.css';
import { QuietHoursSettings } from './settings-quiet-hours';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.notifications;

/** What is notified and when, and whether this system can show it at all. */
export function NotificationSettings() {
  const preferences = useDesk((state) => state.preferences);
  const status = useDesk((state) => state.status);
  const { set, isSending, refusal } = useSetPreferences();
  const isOn = preferences?.areNotificationsOn ?? false;
  return (
    <SettingsSection id="settings-notifications" title={words.title}>
      <Switch
        label={words.on}
        description={words.detail}
        checked={isOn}
        disabled={preferences === undefined || isSending}
        onChange={(event) => void set({ areNotificationsOn: event.currentTarget.checked })}
      />
      {status?.areNotificationsPossible === false && (
        <Notice tone="warning" icon={IconBellOff}>
          {words.impossible}
        </Notice>
      )}
      {status?.hasTray === false && <p className={ui['hint']}>{words.noTray}</p>}
      {preferences !== undefined && (
        <>
          <fieldset className={classes['part']}>
            <legend>{words.kindsTitle}</legend>
            <div className={classes['kinds']}>
              {notificationKinds.map((kind) => (
                <Switch
                  key={kind}
                  label={words.kinds[kind]}
                  checked={preferences.notificationKinds[kind]}
                  disabled={!isOn}
                  onChange={(event) => {
                    const isShown = event.currentTarget.checked;
                    void set(({ notificationKinds: stored }) => ({
                      notificationKinds: { ...stored, [kind]: isShown },
                    }));
                  }}
                />
              ))}
            </div>
          </fieldset>
          <MuteNow mutedUntilMs={preferences.mutedUntilMs} />
          <QuietHoursSettings quietHours={preferences.quietHours} set={set} />
          <fieldset className={classes['part']}>
            <legend>{words.amount}</legend>
            <LeftField
              label={words.perMinute}
              description={words.perMinuteDetail}
              inputMode="numeric"
              classNames={{ wrapper: classes['number'] ?? '' }}
              stored={preferences.notificationsPerMinute}
              textOf={String}
              parse={(text) => wholeNumber(text, 1, 60)}
              problem={words.perMinuteInvalid}
              onStore={(notificationsPerMinute) => void set({ notificationsPerMinute })}
            />
            <Switch
              label={words.count}
              description={words.countDetail}
              checked={preferences.isCountShownInTray}
              disabled={isSending}
              onChange={(event) => void set({ isCountShownInTray: event.currentTarget.checked })}
            />
          </fieldset>
        </>
      )}
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

function MuteNow({ mutedUntilMs }: { readonly mutedUntilMs: number | null }) {
  const { store } = useDeskParts();
  const now = useNow(10_000);
  const { send, inFlight, refusal } = useSend('desk.mute');
  const isMuted = mutedUntilMs !== null && now < mutedUntilMs;
  const mute = async (until: MuteChoice) => {
    const result = await send({ until });
    if (result.ok) store.setState({ preferences: result.value });
  };
  return (
    <fieldset className={classes['part']}>
      <legend>{words.muteTitle}</legend>
      <Group gap="10px 14px" align="flex-end" role="status">
        <span>{isMuted ? words.mutedUntil(formatInstant(mutedUntilMs, now)) : words.notMuted}</span>
      </Group>
      <Group gap="10px 14px" align="flex-end">
        {(isMuted ? (['off'] as const) : (['hour', 'tomorrow'] as const)).map((until) => (
          <Button
            key={until}
            size="compact-md"
            variant="default"
            leftSection={until === 'off' ? undefined : <IconBellZ size={15} aria-hidden />}
            loading={inFlight?.until === until}
            disabled={inFlight !== undefined}
            onClick={() => void mute(until)}
          >
            {words.mute[until]}
          </Button>
        ))}
      </Group>
      <Failure refusal={refusal} />
    </fieldset>
  );
}
