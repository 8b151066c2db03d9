import { Button, Checkbox, Group, Switch } from '@mantine/core';
import { IconBellOff, IconBellZ } from '@tabler/icons-react';
import type { Preferences } from '../../shared/contract/desk-contract';
import { type MuteChoice, notificationKinds, type QuietHours } from '../../shared/contract/notifications';
import { formatInstant, weekdayName } from '../format';
import { useDesk, useDeskParts } from '../state/desk-context';
import { LeftField, wholeNumber } from '../ui/fields';
import { Notice } from '../ui/notice';
import { useNow } from '../ui/times';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import classes from './settings.module.css';
import { PushSettingsPart } from './settings-push';
import { Failure, type SetPreferences, SettingsSection, useSetPreferences } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.notifications;

/** What is notified and when, and whether this system can show it at all. */
export function NotificationSettings() {
  const preferences = useDesk((state) => state.preferences);
  const status = useDesk((state) => state.status);
  const { set, isSending, refusal } = useSetPreferences();
  const isOn = preferences?.areNotificationsOn ?? false;
  return (
    <SettingsSection part="notifications">
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
            <DigestTime preferences={preferences} set={set} />
          </fieldset>
          <MuteNow mutedUntilMs={preferences.mutedUntilMs} />
          <QuietHoursSettings quietHours={preferences.quietHours} set={set} />
          <PushSettingsPart push={preferences.push} set={set} />
          <fieldset className={classes['part']}>
            <legend>{words.amount}</legend>
            <LeftField
              label={words.perMinute}
              description={words.perMinuteDetail}
              inputMode="numeric"
              styles={{ wrapper: { width: '7rem' } }}
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

type DigestProps = Pick<SetPreferences, 'set'> & { readonly preferences: Preferences };

/** When the digest of the day comes, where it is chosen. */
function DigestTime({ preferences, set }: DigestProps) {
  const { areNotificationsOn, notificationKinds: kinds, digestMinute } = preferences;
  return (
    <LeftField
      type="time"
      w="8.5rem"
      label={words.digestAt}
      description={words.digestDetail}
      styles={{ description: { width: '28rem', maxWidth: '80vw' } }}
      stored={digestMinute}
      textOf={wallClock}
      parse={minuteOf}
      disabled={!areNotificationsOn || !kinds.digest}
      onStore={(minute) => void set({ digestMinute: minute })}
    />
  );
}

function MuteNow({ mutedUntilMs }: { readonly mutedUntilMs: number | null }) {
  const { store } = useDeskParts();
  const now = useNow(15_000);
  const { send, inFlight, refusal } = useSend('desk.mute');
  const isMuted = mutedUntilMs !== null && now < mutedUntilMs;
  const mute = async (until: MuteChoice) => {
    const result = await send({ until });
    if (result.ok) store.setState({ preferences: result.value });
  };
  return (
    <fieldset className={classes['part']}>
      <legend>{words.muteTitle}</legend>
      <div role="status">{isMuted ? words.mutedUntil(formatInstant(mutedUntilMs, now)) : words.notMuted}</div>
      <Group gap="10px 14px" align="flex-end">
        {(isMuted ? (['off'] as const) : (['hour', 'tomorrow'] as const)).map((until) => (
          <Button
            key={until}
            size="compact-md"
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

const quietWords = settingsStrings.notifications.quiet;

/** The days as they are written in a week: Monday first; 0 is Sunday. */
const days = [1, 2, 3, 4, 5, 6, 0] as const;

type QuietProps = Pick<SetPreferences, 'set'> & { readonly quietHours: QuietHours };

/** The hours and days in which only hard stops are shown. */
function QuietHoursSettings({ quietHours, set }: QuietProps) {
  const change = (more: (stored: QuietHours) => Partial<QuietHours>) =>
    void set((stored) => ({ quietHours: { ...stored.quietHours, ...more(stored.quietHours) } }));
  const { isOn, fromMinute, toMinute } = quietHours;
  return (
    <fieldset className={classes['part']}>
      <legend>{quietWords.title}</legend>
      <Switch
        label={quietWords.on}
        description={quietWords.detail}
        checked={isOn}
        onChange={(event) => {
          const isNowOn = event.currentTarget.checked;
          change(() => ({ isOn: isNowOn }));
        }}
      />
      <Group gap="10px 14px" align="flex-end">
        {(['from', 'to'] as const).map((end) => (
          <LeftField
            key={end}
            type="time"
            w="8.5rem"
            label={quietWords[end]}
            stored={quietHours[`${end}Minute`]}
            textOf={wallClock}
            parse={minuteOf}
            disabled={!isOn}
            onStore={(minute) => change(() => ({ [`${end}Minute`]: minute }))}
          />
        ))}
        <span className={ui['hint']}>{toMinute <= fromMinute && quietWords.overMidnight}</span>
      </Group>
      <Group gap="6px 14px" role="group" aria-label={quietWords.days}>
        {days.map((day) => (
          <Checkbox
            key={day}
            label={weekdayName(day)}
            iconColor="var(--gh-on-brass)"
            checked={quietHours.days.includes(day)}
            disabled={!isOn}
            onChange={(event) => {
              const isChosen = event.currentTarget.checked;
              change((stored) => {
                const others = stored.days.filter((each) => each !== day);
                return { days: isChosen ? [...others, day].toSorted((one, other) => one - other) : others };
              });
            }}
          />
        ))}
      </Group>
      {isOn && quietHours.days.length === 0 && <p className={ui['hint']}>{quietWords.noDay}</p>}
    </fieldset>
  );
}

function minuteOf(text: string): number | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

function wallClock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
