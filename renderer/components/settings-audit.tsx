import { Button, Code } from '@mantine/core';
import { IconAlertTriangle, IconCircleCheck, IconKey } from '@tabler/icons-react';
import { useState } from 'react';
import { useDesk, useDeskParts } from '../state/desk-context';
import { settingsStrings } from '../strings-settings';
import { Notice } from './notice';
import { SettingsSection } from './settings-section';

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
        <Notice tone="warning" icon={IconAlertTriangle} role="status">
          {words.keys[key]}
        </Notice>
      ) : (
        <div>{words.keys[key]}</div>
      )}
      {fileTrouble !== undefined && (
        <Notice tone="warning" icon={IconAlertTriangle} role="status">
          {words.fileTrouble(fileTrouble)}
        </Notice>
      )}
      {key !== 'unavailable' && <ChangeKey />}
    </SettingsSection>
  );
}

/** Changes the key, and says what signs from then on. */
function ChangeKey() {
  const { desk } = useDeskParts();
  const [isSending, setSending] = useState(false);
  const [outcome, setOutcome] = useState<{ readonly publicKey?: string; readonly problem?: string }>();
  const change = async () => {
    setSending(true);
    const result = await desk.request('desk.rotateSigningKey', {});
    setSending(false);
    setOutcome(result.ok ? result.value : { problem: result.refusal.sentence });
  };
  return (
    <>
      <div>{words.changeKeyDetail}</div>
      <div>
        <Button
          variant="default"
          leftSection={<IconKey size={16} aria-hidden />}
          loading={isSending}
          onClick={() => void change()}
        >
          {words.changeKey}
        </Button>
      </div>
      {outcome?.publicKey !== undefined && (
        <Notice tone="yes" icon={IconCircleCheck} role="status">
          {words.keyChanged} <Code>{outcome.publicKey}</Code>
        </Notice>
      )}
      {outcome?.problem !== undefined && (
        <Notice tone="failure" icon={IconAlertTriangle} role="alert">
          {outcome.problem}
        </Notice>
      )}
    </>
  );
}
