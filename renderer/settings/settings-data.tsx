import { Button, Code, Stack, Title } from '@mantine/core';
import { IconDatabaseExport, IconFileExport, IconFileImport } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import type { OutputOf } from '../../shared/contract/contract';
import { type Refusal, succeeded } from '../../shared/kernel/errors';
import { formatNumber } from '../format';
import { AgentText } from '../ui/names';
import { CommandRefusal, Notice, Outcome } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSend, useSending } from '../ui/use-send';
import classes from './settings.module.css';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.data;

/** The state as a file, the way back in, and a copy of the whole database. */
export function DataSettings() {
  return (
    <SettingsSection part="data">
      <Part title={words.exportTitle} details={[words.exportDetail]}>
        <SaveFile name="desk.exportState" button={words.exportButton} saved={words.exported} icon={IconFileExport} />
      </Part>
      <Part title={words.importTitle} details={[words.importDetail]}>
        <ImportState />
      </Part>
      <Part title={words.backupTitle} details={[words.backupDetail, words.restore]}>
        <SaveFile name="desk.backUp" button={words.backupButton} saved={words.backedUp} icon={IconDatabaseExport} />
      </Part>
    </SettingsSection>
  );
}

type PartProps = { readonly title: string; readonly details: readonly string[]; readonly children: ReactNode };

function Part({ title, details, children }: PartProps) {
  return (
    <Stack gap={6} align="flex-start" w="min(46rem, 100%)" className={classes['data'] ?? ''}>
      <Title order={3} size="sm">
        {title}
      </Title>
      {details.map((detail) => (
        <p key={detail} className={ui['hint']}>
          {detail}
        </p>
      ))}
      {children}
    </Stack>
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
        size="sm"
        leftSection={<ButtonIcon size={16} aria-hidden />}
        loading={isInFlight}
        onClick={() => void send({})}
      >
        {button}
      </Button>
      {file?.state === 'saved' && (
        <Outcome tone="yes">
          {saved} <Code className={ui['path'] ?? ''}>{file.path}</Code>
        </Outcome>
      )}
      <Outcome tone="failure">{file?.state === 'failed' && words.notWritten(file.message)}</Outcome>
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
  const [file, setFile] = useState<OpenedFile>();
  const opening = useSend('desk.openStateFile');
  const importing = useSending(async (desk, { name, text, onConflict }: OpenedFile & { onConflict?: OnConflict }) => {
    const result = await desk.request('state.import', { text, ...(onConflict !== undefined && { onConflict }) });
    return result.ok ? succeeded({ ...result.value, name, onConflict }) : result;
  });
  const clear = () => {
    importing.forget();
    opening.forget();
    setFile(undefined);
  };
  const open = async () => {
    clear();
    const result = await opening.send({});
    if (!result.ok || result.value.state === 'failed' || result.value.state === 'cancelled') return;
    setFile(result.value);
    await importing.send(result.value);
  };

  return (
    <>
      <Button
        size="sm"
        leftSection={<IconFileImport size={16} aria-hidden />}
        loading={importing.isInFlight}
        onClick={() => void open()}
      >
        {words.importButton}
      </Button>
      <Failure refusal={opening.refusal} />
      <Outcome tone="failure">{opening.answer?.state === 'failed' && words.notRead(opening.answer.message)}</Outcome>
      {file !== undefined && importing.refusal !== undefined && (
        <ImportRefused
          refusal={importing.refusal}
          name={file.name}
          onChoose={(onConflict) => void importing.send({ ...file, onConflict })}
          onCancel={clear}
        />
      )}
      {importing.answer !== undefined && <ImportDone imported={importing.answer} />}
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
            <Button size="compact-md" onClick={() => onChoose('skip')}>
              {words.skip}
            </Button>
            <Button variant="filled" size="compact-md" color="red" onClick={() => onChoose('replace')}>
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
    <Outcome tone="failure">
      {words.problemsTitle(issues.length, name)}
      <Lines label={words.problems} lines={issues.map(({ path, message }) => [path, message])} />
    </Outcome>
  );
}

function ImportDone({ imported }: { readonly imported: Imported }) {
  const { name, counts, conflicts, unknownPaths, onConflict } = imported;
  const written = Object.entries(counts).filter(([, count]) => count > 0);
  return (
    <Outcome tone="yes">
      {words.imported(name)} {written.length === 0 && words.nothingNew}
      {conflicts.length > 0 && (
        <div>{(onConflict === 'replace' ? words.replaced : words.skipped)(conflicts.length)}</div>
      )}
      {written.length > 0 && (
        <ul aria-label={words.importedCounts}>
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
    </Outcome>
  );
}

type LinesProps = { readonly label: string; readonly lines: readonly (readonly [string, string?])[] };

/** Places in a file, and what is there; written by whoever wrote the file. */
function Lines({ label, lines }: LinesProps): ReactNode {
  const rest = lines.length - MOST_LINES;
  return (
    <ul className={`${ui['framed']} ${classes['lines']}`} aria-label={label} tabIndex={0}>
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
