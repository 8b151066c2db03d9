import { IconAlertTriangle } from '@tabler/icons-react';
import { useDesk } from '../state/desk-context';
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
    </SettingsSection>
  );
}
