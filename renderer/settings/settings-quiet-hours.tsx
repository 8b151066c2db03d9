import { Checkbox, Group, Switch } from '@mantine/core';
import type { QuietHours } from '../../shared/contract/notifications';
import { weekdayName } from '../format';
import type { SetPreferences } from '../state/use-set-preferences';
import { LeftField } from '../ui/left-field';
import ui from '../ui/ui.module.css';
import classes from './settings-notifications.module.css';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.notifications.quiet;

/** The days as they are written in a week: Monday first; 0 is Sunday. */
const days = [1, 2, 3, 4, 5, 6, 0] as const;

type Props = Pick<SetPreferences, 'set'> & { readonly quietHours: QuietHours };

/** The hours and days in which only hard stops are shown. */
export function QuietHoursSettings({ quietHours, set }: Props) {
  const change = (more: (stored: QuietHours) => Partial<QuietHours>) =>
    void set((stored) => ({ quietHours: { ...stored.quietHours, ...more(stored.quietHours) } }));
  const { isOn, fromMinute, toMinute } = quietHours;
  return (
    <fieldset className={classes['part']}>
      <legend>{words.title}</legend>
      <Switch
        label={words.on}
        description={words.detail}
        checked={isOn}
        onChange={(event) => {
          const isNowOn = event.currentTarget.checked;
          change(() => ({ isOn: isNowOn }));
        }}
      />
      <Group gap="10px 14px" align="flex-end">
        <TimeField
          label={words.from}
          minute={fromMinute}
          isOff={!isOn}
          onChange={(next) => change(() => ({ fromMinute: next }))}
        />
        <TimeField
          label={words.to}
          minute={toMinute}
          isOff={!isOn}
          onChange={(next) => change(() => ({ toMinute: next }))}
        />
        <span className={ui['hint']}>{toMinute <= fromMinute && words.overMidnight}</span>
      </Group>
      <Group gap="6px 14px" role="group" aria-label={words.days}>
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
      {isOn && quietHours.days.length === 0 && <p className={ui['hint']}>{words.noDay}</p>}
    </fieldset>
  );
}

type TimeProps = {
  readonly label: string;
  readonly minute: number;
  readonly isOff: boolean;
  readonly onChange: (minute: number) => void;
};

function TimeField({ label, minute, isOff, onChange }: TimeProps) {
  return (
    <LeftField
      type="time"
      w="8.5rem"
      label={label}
      stored={minute}
      textOf={wallClock}
      parse={minuteOf}
      disabled={isOff}
      onStore={onChange}
    />
  );
}

function minuteOf(text: string): number | undefined {
  const match = /^(\d{2}):(\d{2})$/.exec(text);
  return match === null ? undefined : Number(match[1]) * 60 + Number(match[2]);
}

function wallClock(minute: number): string {
  return [Math.floor(minute / 60), minute % 60].map((part) => String(part).padStart(2, '0')).join(':');
}
