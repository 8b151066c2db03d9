import { Button, Code, Group, Kbd } from '@mantine/core';
import { IconKeyboard, IconKeyboardOff } from '@tabler/icons-react';
import { type KeyboardEvent, useState } from 'react';
import type { DecideShortcutStatus } from '../../shared/contract/desk-contract';
import { DEFAULT_SHORTCUT, recordedShortcut, shortcutWords } from '../../shared/shortcut';
import { useDesk } from '../state/desk-context';
import { CopyButton } from '../ui/fields';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { Failure, SettingsSection, useSetPreferences } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.shortcut;

const isMac = navigator.platform.startsWith('Mac');

/** Which keys bring what waits up from every program, and what does the same where there can be none. */
export function ShortcutSettings() {
  const shortcut = useDesk((state) => state.preferences?.decideShortcut);
  const status = useDesk((state) => state.status?.decideShortcut);
  const { set, isSending, refusal } = useSetPreferences();
  const choose = (decideShortcut: string) => void set({ decideShortcut });
  if (shortcut === undefined || status === undefined) return null;
  return (
    <SettingsSection part="shortcut">
      <p className={ui['hint']}>{words.detail}</p>
      {status.state !== 'impossible' && (
        <>
          <Group gap={8}>
            <span>{words.now}</span>
            {shortcut === '' ? <b>{words.none}</b> : <Kbd>{shortcutWords(shortcut, isMac)}</Kbd>}
          </Group>
          <Recorder isOff={isSending} onRecorded={choose} />
          <Group gap={8}>
            {shortcut !== DEFAULT_SHORTCUT && (
              <Button disabled={isSending} onClick={() => choose(DEFAULT_SHORTCUT)}>
                {words.takeDefault(shortcutWords(DEFAULT_SHORTCUT, isMac))}
              </Button>
            )}
            {shortcut !== '' && (
              <Button
                disabled={isSending}
                leftSection={<IconKeyboardOff size={15} aria-hidden />}
                onClick={() => choose('')}
              >
                {words.turnOff}
              </Button>
            )}
          </Group>
        </>
      )}
      <WithoutKeys status={status} onTryAgain={() => choose(shortcut)} />
      <Failure refusal={refusal} />
    </SettingsSection>
  );
}

type RecorderProps = { readonly isOff: boolean; readonly onRecorded: (shortcut: string) => void };

/** A button that takes the next combination that is pressed on it; Esc and Tab leave it as it was. */
function Recorder({ isOff, onRecorded }: RecorderProps) {
  const [isRecording, setRecording] = useState(false);
  const [isUnfit, setUnfit] = useState(false);
  const record = (event: KeyboardEvent) => {
    if (!isRecording) return;
    const isPlain = !event.ctrlKey && !event.altKey && !event.metaKey;
    if (isPlain && event.key === 'Tab') return setRecording(false);
    // What is recorded does nothing else here.
    event.preventDefault();
    event.stopPropagation();
    if (isPlain && event.key === 'Escape') return setRecording(false);
    const recorded = recordedShortcut(
      {
        key: event.key,
        code: event.code,
        ctrlKey: event.ctrlKey,
        altKey: event.altKey,
        shiftKey: event.shiftKey,
        metaKey: event.metaKey,
      },
      isMac,
    );
    if (recorded === 'wait') return;
    setUnfit(recorded === 'unfit');
    if (recorded === 'unfit') return;
    setRecording(false);
    onRecorded(recorded.shortcut);
  };
  return (
    <Group gap={8}>
      <Button
        size="sm"
        variant={isRecording ? 'filled' : 'default'}
        leftSection={<IconKeyboard size={16} aria-hidden />}
        aria-pressed={isRecording}
        disabled={isOff}
        onClick={() => {
          setUnfit(false);
          setRecording(!isRecording);
        }}
        onKeyDown={record}
        onBlur={() => setRecording(false)}
      >
        {words.record}
      </Button>
      <span role="status" className={ui['hint']}>
        {isRecording && (isUnfit ? words.unfit : words.recording)}
      </span>
    </Group>
  );
}

type WithoutKeysProps = { readonly status: DecideShortcutStatus; readonly onTryAgain: () => void };

/** Why the keys do nothing, and what does the same. */
function WithoutKeys({ status: { state, command }, onTryAgain }: WithoutKeysProps) {
  if (state === 'on') return null;
  return (
    <Notice
      tone={state === 'off' ? 'plain' : 'warning'}
      icon={IconKeyboardOff}
      role="status"
      actions={state === 'taken' && <Button onClick={onTryAgain}>{words.tryAgain}</Button>}
    >
      <div>{words.states[state]}</div>
      {state === 'impossible' && (
        <Group gap={8} mt={6}>
          <Code className={ui['path'] ?? ''}>{command}</Code>
          <CopyButton text={command} label={words.copy} />
        </Group>
      )}
    </Notice>
  );
}
