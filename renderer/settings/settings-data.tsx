import { Button, Code } from '@mantine/core';
import { IconDatabaseExport, IconFileExport, IconFileImport } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { OutputOf } from '../../shared/contract/contract';
import type { Refusal } from '../../shared/kernel/errors';
import { formatNumber } from '../format';
import { useDeskParts } from '../state/desk-context';
import { AgentText } from '../ui/names';
import { CommandRefusal, Notice } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import classes from './settings.module.css';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.data;

/** The state as a file, the way back in, and a copy of the whole database. */
export function DataSettings() {
  return (
    <SettingsSection id="settings-data" title={words.title}>
      <div className={classes['dataPart']}>
        <h3>{words.exportTitle}</h3>
        <p>{words.exportDetail}</p>
        <SaveFile name="desk.exportState" button={words.exportButton} saved={words.exported} icon={IconFileExport} />
      </div>
      <div className={classes['dataPart']}>
        <h3>{words.importTitle}</h3>
        <p>{words.importDetail}</p>
        <ImportState />
      </div>
      <div className={classes['dataPart']}>
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

type OpenedFile = { readonly name: string; readonly text: string };
type Conflict = OutputOf<'state.import'>['conflicts'][number];
type OnConflict = 'skip' | 'replace';
type Imported = OutputOf<'state.import'> & { readonly name: string; readonly onConflict: OnConflict | undefined };

/** Lines of a list that are drawn at most; the rest is counted. */
const MOST_LINES = 200;

/** Imports a state file: whole or not at all; what is here already is asked about, and every problem is named. */
function ImportState() {
  const { desk } = useDeskParts();
  const { send, isInFlight, refusal, forget } = useSend('state.import');
  const [file, setFile] = useState<OpenedFile>();
  const [imported, setImported] = useState<Imported>();
  const [notRead, setNotRead] = useState<string>();
  const [openRefusal, setOpenRefusal] = useState<Refusal>();

  const clear = () => {
    forget();
    setFile(undefined);
    setImported(undefined);
    setNotRead(undefined);
    setOpenRefusal(undefined);
  };
  const importIt = async (opened: OpenedFile, onConflict?: OnConflict) => {
    const result = await send({ text: opened.text, ...(onConflict !== undefined && { onConflict }) });
    if (result.ok) setImported({ ...result.value, name: opened.name, onConflict });
  };
  const open = async () => {
    clear();
    const result = await desk.request('desk.openStateFile', {});
    if (!result.ok) return setOpenRefusal(result.refusal);
    if (result.value.state === 'failed') return setNotRead(result.value.message);
    if (result.value.state === 'cancelled') return undefined;
    setFile(result.value);
    return importIt(result.value);
  };

  return (
    <>
      <Button
        variant="default"
        leftSection={<IconFileImport size={16} aria-hidden />}
        loading={isInFlight}
        onClick={() => void open()}
      >
        {words.importButton}
      </Button>
      <Failure refusal={openRefusal} />
      {notRead !== undefined && (
        <Notice tone="failure" role="alert">
          {words.notRead(notRead)}
        </Notice>
      )}
      {file !== undefined && refusal !== undefined && (
        <ImportRefused
          refusal={refusal}
          name={file.name}
          onChoose={(onConflict) => void importIt(file, onConflict)}
          onCancel={clear}
        />
      )}
      {imported !== undefined && <ImportDone imported={imported} />}
    </>
  );
}

type RefusedProps = {
  readonly refusal: Refusal;
  readonly name: string;
  readonly onChoose: (onConflict: OnConflict) => void;
  readonly onCancel: () => void;
};

function ImportRefused({ refusal, name, onChoose, onCancel }: RefusedProps) {
  if (refusal.code === 'STATE_IMPORT_CONFLICTS') {
    const conflicts = (refusal.details?.['conflicts'] ?? []) as readonly Conflict[];
    return (
      <Notice
        tone="warning"
        role="alert"
        actions={
          <>
            <Button size="compact-md" variant="default" onClick={() => onChoose('skip')}>
              {words.skip}
            </Button>
            <Button size="compact-md" color="red" onClick={() => onChoose('replace')}>
              {words.replace}
            </Button>
            <Button size="compact-md" variant="subtle" onClick={onCancel}>
              {words.cancel}
            </Button>
          </>
        }
      >
        {words.conflictTitle(conflicts.length, name)}
        <Lines label={words.conflicts} lines={conflicts.map(({ section, id }) => [id, words.section(section)])} />
      </Notice>
    );
  }
  const { issues } = refusal;
  if (issues === undefined) return <CommandRefusal refusal={refusal} />;
  return (
    <Notice tone="failure" role="alert">
      {words.problemsTitle(issues.length, name)}
      <Lines label={words.problems} lines={issues.map(({ path, message }) => [path, message])} />
    </Notice>
  );
}

function ImportDone({ imported }: { readonly imported: Imported }) {
  const { name, counts, conflicts, unknownPaths, onConflict } = imported;
  const written = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    <Notice tone="yes" role="status">
      {words.imported(name)} {written.length === 0 && words.nothingNew}
      {conflicts.length > 0 && (
        <div>{(onConflict === 'replace' ? words.replaced : words.skipped)(conflicts.length)}</div>
      )}
      {written.length > 0 && (
        <ul className={classes['counts']} aria-label={words.importedCounts}>
          {written.map(([section, count]) => (
            <li key={section}>
              {section.replace(/^gatehouse\./, '').replaceAll('_', ' ')}: {formatNumber(count)}
            </li>
          ))}
        </ul>
      )}
      {unknownPaths.length > 0 && (
        <>
          <div>{words.unknown(unknownPaths.length)}</div>
          <Lines label={words.unknown(unknownPaths.length)} lines={unknownPaths.map((path) => [path])} />
        </>
      )}
    </Notice>
  );
}

type LinesProps = { readonly label: string; readonly lines: readonly (readonly [string, string?])[] };

/** Places in a file, and what is there; written by whoever wrote the file. */
function Lines({ label, lines }: LinesProps): ReactNode {
  const rest = lines.length - MOST_LINES;
  return (
    <ul className={classes['lines']} aria-label={label} tabIndex={0}>
      {lines.slice(0, MOST_LINES).map(([path, what]) => (
        <li key={`${path} ${what ?? ''}`}>
          <code>
            <AgentText text={path} />
          </code>{' '}
          {what !== undefined && <AgentText text={what} />}
        </li>
      ))}
      {rest > 0 && <li>{words.more(rest)}</li>}
    </ul>
  );
}
