import { Button, Code, Group, Input, SegmentedControl, Switch, Title } from '@mantine/core';
import { IconDatabaseExclamation, IconFolderOpen, IconKey } from '@tabler/icons-react';
import { visibleLine } from '../../shared/kernel/visible-text';
import { damageStrings } from '../shell/strings-shell';
import { useAnswer } from '../state/answers';
import { useDesk } from '../state/desk-context';
import { CopyButton } from '../ui/fields';
import { Notice, Outcome } from '../ui/notice';
import { Facts } from '../ui/page';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import { Failure, SettingsSection, useSetPreferences } from './settings-section';
import { settingsStrings } from './strings-settings';

const themes = (['system', 'light', 'dark'] as const).map((value) => ({
  value,
  label: settingsStrings.appearance.themes[value],
}));

const undoTimes = [0, 1_000, 3_000, 5_000].map((ms) => ({
  value: String(ms),
  label: settingsStrings.appearance.undoTime(ms / 1_000),
}));

/** Light, dark, or as the system has it; and how long a decision by one key can be taken back. */
export function AppearanceSettings() {
  const words = settingsStrings.appearance;
  const theme = useDesk((state) => state.preferences?.theme);
  const undoMs = useDesk((state) => state.preferences?.undoMs);
  const { set, isSending, refusal } = useSetPreferences();
  return (
    <SettingsSection part="appearance">
      <SegmentedControl
        aria-label={settingsStrings.appearance.theme}
        data={themes}
        value={theme ?? 'system'}
        disabled={theme === undefined || isSending}
        onChange={(value) => void set({ theme: value })}
      />
      <Input.Wrapper label={words.undo} description={words.undoDetail} mt={12}>
        <SegmentedControl
          mt={6}
          aria-label={words.undo}
          data={undoTimes}
          value={String(undoMs ?? 1_000)}
          disabled={undoMs === undefined || isSending}
          onChange={(value) => void set({ undoMs: Number(value) })}
        />
      </Input.Wrapper>
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

/** Whether the system starts Gatehouse when the operator logs in; the system's own settings may change it too. */
export function StartupSettings() {
  const words = settingsStrings.startup;
  const stored = useAnswer('desk.loginStart', {}, []);
  const { send, isInFlight, answer, refusal = stored.refusal } = useSend('desk.setLoginStart');
  const start = answer ?? stored.value;
  const change = async (isOn: boolean) => {
    await send({ isOn });
    stored.reload();
  };
  return (
    <SettingsSection part="startup">
      <Switch
        label={words.label}
        description={words.detail}
        checked={start?.isOn ?? false}
        disabled={start === undefined || isInFlight}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
      <Outcome tone="failure">{start?.problem !== undefined && settingsStrings.failed(start.problem)}</Outcome>
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

/** Which Gatehouse this is, where it keeps what it knows, and how to report what is wrong with it. */
export function AboutSettings() {
  const words = settingsStrings.about;
  const status = useDesk((state) => state.status);
  const { value: about } = useAnswer('desk.about', {}, []);
  const { send, refusal } = useSend('desk.openDataFolder');
  if (status === undefined) return null;
  const facts = [
    [words.version, status.version],
    [words.electron, about?.electron],
    [words.chromium, about?.chromium],
    [words.node, about?.node],
    [words.system, about?.system],
  ] as const;
  const text = facts.map(([name, value]) => `${name}: ${value ?? ''}`).join('\n');
  return (
    <SettingsSection part="about">
      <Facts
        facts={[
          ...facts.map(([name, value]) => [name, value ?? words.unknown] as const),
          [
            words.dataFolder,
            <Group key="folder" gap={8}>
              <Code className={ui['path'] ?? ''}>{status.dataFolder}</Code>
              <Button leftSection={<IconFolderOpen size={15} aria-hidden />} onClick={() => void send({})}>
                {words.open}
              </Button>
            </Group>,
          ],
          [words.log, about && <Code className={ui['path'] ?? ''}>{about.logPath}</Code>],
        ]}
      />
      <Failure refusal={refusal} />
      <Title order={3} size="sm">
        {words.reportTitle}
      </Title>
      <p className={ui['hint']}>{words.report}</p>
      <CopyButton text={text} label={words.copy} />
    </SettingsSection>
  );
}

const words = settingsStrings.auditLog;

/** Who keeps the key that signs the audit log, what that means, and what keeps checkpoints from being written. */
export function AuditLogSettings() {
  const checkpoints = useDesk((state) => state.status?.checkpoints);
  if (checkpoints === undefined) return null;
  const { key, fileTrouble } = checkpoints;
  const isWarning = key === 'file' || key === 'unavailable';
  return (
    <SettingsSection part="audit">
      {isWarning ? <Outcome tone="warning">{words.keys[key]}</Outcome> : <div>{words.keys[key]}</div>}
      <Outcome tone="warning">{fileTrouble !== undefined && words.fileTrouble(fileTrouble)}</Outcome>
      {key !== 'unavailable' && <ChangeKey />}
    </SettingsSection>
  );
}

/** Changes the key, and says what signs from then on. */
function ChangeKey() {
  const { send, isInFlight, answer, refusal } = useSend('desk.rotateSigningKey');
  const problem = answer?.problem ?? refusal?.sentence;
  return (
    <>
      <div>{words.changeKeyDetail}</div>
      <Button
        size="sm"
        leftSection={<IconKey size={16} aria-hidden />}
        loading={isInFlight}
        onClick={() => void send({})}
      >
        {words.changeKey}
      </Button>
      {answer?.publicKey !== undefined && (
        <Outcome tone="yes">
          {words.keyChanged} <Code>{answer.publicKey}</Code>
        </Outcome>
      )}
      <Outcome tone="failure">{problem}</Outcome>
    </>
  );
}

/** Which rows of the database cannot be read, what that means, and what to do about it. */
export function DamageSettings() {
  const unreadable = useDesk((state) => state.status?.unreadable);
  if (unreadable === undefined) return null;
  const { count, first } = unreadable;
  if (count === 0) return <SettingsSection part="damage">{damageStrings.none}</SettingsSection>;
  return (
    <SettingsSection part="damage">
      <Notice tone="failure" icon={IconDatabaseExclamation} role="status">
        <b>{damageStrings.found(count)}</b>
        <div>{damageStrings.meaning}</div>
        <ol>
          {damageStrings.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
      </Notice>
      <ul className={ui['list']}>
        {first.map(({ table, id, problem }) => (
          <li key={`${table} ${id}`}>
            <code>{table}</code> <code>{visibleLine(id, 200)}</code>: {problem}
          </li>
        ))}
      </ul>
      {count > first.length && <div>{damageStrings.more(count - first.length)}</div>}
    </SettingsSection>
  );
}
