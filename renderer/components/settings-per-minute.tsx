import { TextInput } from '@mantine/core';
import { useState } from 'react';
import type { SetPreferences } from '../state/use-set-preferences';
import { settingsStrings } from '../strings-settings';
import classes from './settings-notifications.module.css';

const words = settingsStrings.notifications;

type Props = Pick<SetPreferences, 'set'> & { readonly current: number };

/** How many notifications may come up within a minute; stored when the field is left or Enter is pressed. */
export function PerMinute({ current, set }: Props) {
  const [typed, setTyped] = useState<string>();
  const value = /^\d{1,2}$/.test(typed ?? '') ? Number(typed) : undefined;
  const isInvalid = typed !== undefined && (value === undefined || value < 1 || value > 60);
  const leave = () => {
    if (typed === undefined || isInvalid || value === undefined) return;
    if (value !== current) void set({ notificationsPerMinute: value });
    setTyped(undefined);
  };
  return (
    <TextInput
      label={words.perMinute}
      description={words.perMinuteDetail}
      inputMode="numeric"
      classNames={{ wrapper: classes['number'] ?? '' }}
      value={typed ?? String(current)}
      error={isInvalid ? words.perMinuteInvalid : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => event.key === 'Enter' && leave()}
    />
  );
}
