import { Button, Code, SegmentedControl, Switch } from '@mantine/core';
import { IconBellOff, IconFolderOpen } from '@tabler/icons-react';
import { useState } from 'react';
import type { Preferences } from '../../shared/desk-contract';
import type { Refusal } from '../../shared/errors';
import { useDesk, useDeskParts } from '../state/desk-context';
import { settingsStrings } from '../strings-settings';
import { Notice } from './notice';
import classes from './settings-desk.module.css';
import { Failure, SettingsSection } from './settings-section';

const themes = (['system', 'light', 'dark'] as const).map((value) => ({
  value,
  label: settingsStrings.appearance.themes[value],
}));

/** Changes preferences; what the window then shows is what was stored, not what was clicked. */
function useSetPreferences() {
  const { desk, store } = useDeskParts();
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const set = async (change: Partial<Preferences>) => {
    setSending(true);
    const result = await desk.request('desk.setPreferences', change);
    setSending(false);
    setRefusal(result.ok ? undefined : result.refusal);
    if (result.ok) store.setState({ preferences: result.value });
  };
  return { set, isSending, refusal };
}

/** Light, dark, or as the system has it. */
export function AppearanceSettings() {
  const theme = useDesk((state) => state.preferences?.theme);
  const { set, isSending, refusal } = useSetPreferences();
  return (
    <SettingsSection id="settings-appearance" title={settingsStrings.appearance.title}>
      <SegmentedControl
        aria-label={settingsStrings.appearance.theme}
        data={themes}
        value={theme ?? 'system'}
        disabled={theme === undefined || isSending}
        onChange={(value) => void set({ theme: value })}
      />
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

/** Whether new requests are notified, and whether this system can show it at all. */
export function NotificationSettings() {
  const isOn = useDesk((state) => state.preferences?.areNotificationsOn);
  const status = useDesk((state) => state.status);
  const { set, isSending, refusal } = useSetPreferences();
  return (
    <SettingsSection id="settings-notifications" title={settingsStrings.notifications.title}>
      <Switch
        label={settingsStrings.notifications.on}
        description={settingsStrings.notifications.detail}
        checked={isOn ?? false}
        disabled={isOn === undefined || isSending}
        onChange={(event) => void set({ areNotificationsOn: event.currentTarget.checked })}
      />
      {status?.areNotificationsPossible === false && (
        <Notice tone="warning" icon={IconBellOff}>
          {settingsStrings.notifications.impossible}
        </Notice>
      )}
      {status?.hasTray === false && <p className={classes['hint']}>{settingsStrings.notifications.noTray}</p>}
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

/** Which Gatehouse this is, and where it keeps what it knows. */
export function AboutSettings() {
  const { desk } = useDeskParts();
  const status = useDesk((state) => state.status);
  const [refusal, setRefusal] = useState<Refusal>();
  if (status === undefined) return null;
  const open = async () => {
    const result = await desk.request('desk.openDataFolder', {});
    setRefusal(result.ok ? undefined : result.refusal);
  };
  return (
    <SettingsSection id="settings-about" title={settingsStrings.about.title}>
      <dl className={classes['facts']}>
        <dt>{settingsStrings.about.version}</dt>
        <dd>{status.version}</dd>
        <dt>{settingsStrings.about.dataFolder}</dt>
        <dd>
          <Code className={classes['path']}>{status.dataFolder}</Code>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconFolderOpen size={15} aria-hidden />}
            onClick={() => void open()}
          >
            {settingsStrings.about.open}
          </Button>
        </dd>
      </dl>
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}
