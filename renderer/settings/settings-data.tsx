import { Button, Code } from '@mantine/core';
import { IconDatabaseExport, IconFileExport } from '@tabler/icons-react';
import { Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import classes from './settings-data.module.css';
import { ImportState } from './settings-import';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.data;

/** The state as a file, the way back in, and a copy of the whole database. */
export function DataSettings() {
  return (
    <SettingsSection id="settings-data" title={words.title}>
      <div className={classes['part']}>
        <h3>{words.exportTitle}</h3>
        <p>{words.exportDetail}</p>
        <SaveFile name="desk.exportState" button={words.exportButton} saved={words.exported} icon={IconFileExport} />
      </div>
      <div className={classes['part']}>
        <h3>{words.importTitle}</h3>
        <p>{words.importDetail}</p>
        <ImportState />
      </div>
      <div className={classes['part']}>
        <h3>{words.backupTitle}</h3>
        <p>{words.backupDetail}</p>
        <p>{words.restore}</p>
        <SaveFile name="desk.backUp" button={words.backupButton} saved={words.backedUp} icon={IconDatabaseExport} />
      </div>
    </SettingsSection>
  );
}

type SaveProps = {
  readonly name: 'desk.exportState' | 'desk.backUp';
  readonly button: string;
  /** Before the path that it was saved to. */
  readonly saved: string;
  readonly icon: typeof IconFileExport;
};

function SaveFile({ name, button, saved, icon: ButtonIcon }: SaveProps) {
  const { send, isInFlight, answer: file, refusal } = useSend(name);
  return (
    <>
      <Button
        variant="default"
        leftSection={<ButtonIcon size={16} aria-hidden />}
        loading={isInFlight}
        onClick={() => void send({})}
      >
        {button}
      </Button>
      {file?.state === 'saved' && (
        <Notice tone="yes" role="status">
          {saved} <Code className={ui['path'] ?? ''}>{file.path}</Code>
        </Notice>
      )}
      {file?.state === 'failed' && (
        <Notice tone="failure" role="alert">
          {words.notWritten(file.message)}
        </Notice>
      )}
      <Failure refusal={refusal} />
    </>
  );
}
