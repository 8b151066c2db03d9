import { Button, Code, SegmentedControl, Switch } from '@mantine/core';
import { IconAlertTriangle, IconFolderOpen } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { DeskOutputOf, LoginStart } from '../../shared/desk-contract';
import type { Refusal } from '../../shared/errors';
import { useDesk, useDeskParts } from '../state/desk-context';
import { useSetPreferences } from '../state/use-set-preferences';
import { settingsStrings } from '../strings-settings';
import { CopyButton } from './copy-button';
import { Notice } from './notice';
import classes from './settings-desk.module.css';
import { Failure, SettingsSection } from './settings-section';

const themes = (['system', 'light', 'dark'] as const).map((value) => ({
  value,
  label: settingsStrings.appearance.themes[value],
}));

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

/** Whether the system starts Gatehouse when the operator logs in; the system's own settings may change it too. */
export function StartupSettings() {
  const { desk } = useDeskParts();
  const words = settingsStrings.startup;
  const [start, setStart] = useState<LoginStart>();
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  useEffect(() => {
    void desk.request('desk.loginStart', {}).then((result) => {
      if (result.ok) setStart(result.value);
      else setRefusal(result.refusal);
    });
  }, [desk]);
  const change = async (isOn: boolean) => {
    setSending(true);
    const result = await desk.request('desk.setLoginStart', { isOn });
    setSending(false);
    setRefusal(result.ok ? undefined : result.refusal);
    if (result.ok) setStart(result.value);
  };
  return (
    <SettingsSection id="settings-startup" title={words.title}>
      <Switch
        label={words.label}
        description={words.detail}
        checked={start?.isOn ?? false}
        disabled={start === undefined || isSending}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
      {start?.problem !== undefined && (
        <Notice tone="failure" icon={IconAlertTriangle} role="alert">
          {settingsStrings.failed(start.problem)}
        </Notice>
      )}
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

/** Which Gatehouse this is, where it keeps what it knows, and how to report what is wrong with it. */
export function AboutSettings() {
  const { desk } = useDeskParts();
  const words = settingsStrings.about;
  const status = useDesk((state) => state.status);
  const [about, setAbout] = useState<DeskOutputOf<'desk.about'>>();
  const [refusal, setRefusal] = useState<Refusal>();
  useEffect(() => {
    void desk.request('desk.about', {}).then((result) => result.ok && setAbout(result.value));
  }, [desk]);
  if (status === undefined) return null;
  const open = async () => {
    const result = await desk.request('desk.openDataFolder', {});
    setRefusal(result.ok ? undefined : result.refusal);
  };
  const facts = [
    [words.version, status.version],
    [words.electron, about?.electron],
    [words.chromium, about?.chromium],
    [words.node, about?.node],
    [words.system, about?.system],
  ] as const;
  const text = facts.map(([name, value]) => `${name}: ${value ?? ''}`).join('\n');
  return (
    <SettingsSection id="settings-about" title={words.title}>
      <dl className={classes['facts']}>
        {facts.map(([name, value]) => (
          <div key={name} className={classes['fact']}>
            <dt>{name}</dt>
            <dd>{value ?? words.unknown}</dd>
          </div>
        ))}
        <div className={classes['fact']}>
          <dt>{words.dataFolder}</dt>
          <dd>
            <Code className={classes['path'] ?? ''}>{status.dataFolder}</Code>
            <Button
              size="compact-sm"
              variant="default"
              leftSection={<IconFolderOpen size={15} aria-hidden />}
              onClick={() => void open()}
            >
              {words.open}
            </Button>
          </dd>
        </div>
        {about !== undefined && (
          <div className={classes['fact']}>
            <dt>{words.log}</dt>
            <dd>
              <Code className={classes['path'] ?? ''}>{about.logPath}</Code>
            </dd>
          </div>
        )}
      </dl>
      <Failure refusal={refusal} />
      <h3 className={classes['heading']}>{words.reportTitle}</h3>
      <p className={classes['hint']}>{words.report}</p>
      <CopyButton text={text} label={words.copy} />
    </SettingsSection>
  );
}
