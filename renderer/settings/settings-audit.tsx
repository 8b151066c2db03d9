import { Button, Code } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { useDesk } from '../state/desk-context';
import { Notice } from '../ui/notice';
import { useSend } from '../ui/use-send';
import { SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.auditLog;

/** Who keeps the key that signs the audit log, what that means, and what keeps checkpoints from being written. */
export function AuditLogSettings() {
  const checkpoints = useDesk((state) => state.status?.checkpoints);
  if (checkpoints === undefined) return null;
  const { key, fileTrouble } = checkpoints;
  const isWarning = key === 'file' || key === 'unavailable';
  return (
    <SettingsSection id="settings-audit" title={words.title}>
      {isWarning ? (
        <Notice tone="warning" role="status">
          {words.keys[key]}
        </Notice>
      ) : (
        <div>{words.keys[key]}</div>
      )}
      {fileTrouble !== undefined && (
        <Notice tone="warning" role="status">
          {words.fileTrouble(fileTrouble)}
        </Notice>
      )}
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
      <div>
        <Button
          variant="default"
          leftSection={<IconKey size={16} aria-hidden />}
          loading={isInFlight}
          onClick={() => void send({})}
        >
          {words.changeKey}
        </Button>
      </div>
      {answer?.publicKey !== undefined && (
        <Notice tone="yes" role="status">
          {words.keyChanged} <Code>{answer.publicKey}</Code>
        </Notice>
      )}
      {problem !== undefined && (
        <Notice tone="failure" role="alert">
          {problem}
        </Notice>
      )}
    </>
  );
}
