import { Button, Group, UnstyledButton } from '@mantine/core';
import {
  IconChevronDown,
  IconChevronRight,
  IconFile,
  IconFileMinus,
  IconFilePlus,
  IconPencil,
} from '@tabler/icons-react';
import { useId, useMemo, useState } from 'react';
import type { ChangedPiece, FileChange } from '../../shared/act/act';
import { shownPath } from '../../shared/act/act-title';
import { type LineOfChange, linesOfChange } from '../../shared/act/line-diff';
import { visibleText } from '../../shared/kernel/visible-text';
import { AgentText } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { CodeRows } from './code-rows';
import { actStrings } from './strings-act';

/** What the disk says of a file: whether it is there, what is in it, and where each piece begins in it. */
export type FileOnDisk = {
  readonly isThere: boolean;
  readonly content?: string;
  readonly starts: readonly ({ readonly before: number; readonly after: number } | null)[];
};

/** Lines that are shown at first, and that each further step shows. */
export const FIRST_LINES = 24;
const STEP = 2_000;

/** Lines that stay which are shown around those that do not. */
const AROUND = 4;

/** A part of a file as it is drawn: lines in a row, or how many unchanged ones are left out. */
type Part =
  | {
      readonly kind: 'rows';
      readonly rows: readonly LineOfChange[];
      readonly piece: number;
      readonly place?: string | undefined;
    }
  | { readonly kind: 'same'; readonly count: number };

/** A file as it is drawn. */
export type DrawnFile = {
  readonly change: FileChange;
  readonly parts: readonly Part[];
  readonly lineCount: number;
  readonly isWholeFile: boolean;
};

/** What is drawn of a file; of one that is written whole what differs from what is on the disk, where that is known. */
export function drawnFile(change: FileChange, disk: FileOnDisk | undefined): DrawnFile {
  const { how, pieces } = change;
  const isDiff = how === 'edit' || disk?.content !== undefined;
  const parts = pieces.flatMap((piece, index): Part[] => {
    const before = how === 'write' ? (disk?.content ?? '') : piece.before;
    const rows = linesOfChange(before, piece.after);
    if (!isDiff) return [{ kind: 'rows', rows: rows.map((row) => ({ ...row, kind: 'same' })), piece: index }];
    return partsOf(rows, index, piece);
  });
  const lineCount = parts.reduce((sum, part) => sum + (part.kind === 'rows' ? part.rows.length : 0), 0);
  return { change, parts, lineCount, isWholeFile: !isDiff };
}

function partsOf(rows: readonly LineOfChange[], piece: number, { place }: ChangedPiece): Part[] {
  const isNear = rows.map(() => false);
  for (const [index, { kind }] of rows.entries()) {
    if (kind === 'same') continue;
    for (let near = Math.max(0, index - AROUND); near <= Math.min(rows.length - 1, index + AROUND); near += 1)
      isNear[near] = true;
  }
  const parts: Part[] = [];
  let start = 0;
  for (let index = 1; index <= rows.length; index += 1) {
    if (index < rows.length && isNear[index] === isNear[start]) continue;
    const run = rows.slice(start, index);
    parts.push(
      isNear[start] === true || run.length <= AROUND
        ? { kind: 'rows', rows: run, piece, place: parts.length === 0 ? place : undefined }
        : { kind: 'same', count: run.length },
    );
    start = index;
  }
  return parts;
}

type Props = {
  readonly file: DrawnFile;
  readonly disk: FileOnDisk | undefined;
  readonly cwd: string | undefined;
  /** How many of its lines are shown. */
  readonly shownCount: number;
  readonly onShow: (count: number) => void;
};

const icons = { edit: IconPencil, write: IconFile, create: IconFilePlus, delete: IconFileMinus } as const;

/** A file that an act changes: its name, how much comes and goes, and the lines. */
export function FileView({ file, disk, cwd, shownCount, onShow }: Props) {
  const [isOpen, setOpen] = useState(true);
  const bodyId = useId();
  const { change, lineCount } = file;
  const name = shownPath(change.path, { cwd, maxLength: 400 });
  const Icon = disk?.isThere === false && change.how === 'write' ? icons.create : icons[change.how];
  const Chevron = isOpen ? IconChevronDown : IconChevronRight;
  return (
    <section className={`${ui['block']} ${classes['file']}`} aria-label={visibleText(name)}>
      <UnstyledButton
        className={classes['header']}
        aria-expanded={isOpen}
        aria-controls={bodyId}
        onClick={() => setOpen(!isOpen)}
      >
        <Chevron size={14} aria-hidden />
        <Icon size={15} stroke={1.75} aria-hidden />
        <span className={classes['path']} title={visibleText(change.path)}>
          <AgentText text={name} />
          {change.toPath !== undefined && (
            <>
              {' '}
              <span className={ui['dim']}>{actStrings.movedTo}</span>{' '}
              <AgentText text={shownPath(change.toPath, { cwd, maxLength: 400 })} />
            </>
          )}
        </span>
        <FileNotes file={file} disk={disk} />
      </UnstyledButton>
      <div id={bodyId} hidden={!isOpen}>
        <FileBody file={file} disk={disk} name={name} shownCount={shownCount} />
        {shownCount < lineCount && (
          <Group className={classes['more'] ?? ''}>
            <Button size="compact-xs" onClick={() => onShow(shownCount + STEP)}>
              {actStrings.more(Math.min(STEP, lineCount - shownCount))}
            </Button>
          </Group>
        )}
      </div>
    </section>
  );
}

function FileNotes({ file: { change, parts, isWholeFile, lineCount }, disk }: Pick<Props, 'file' | 'disk'>) {
  const rows = parts.flatMap((part) => (part.kind === 'rows' ? part.rows : []));
  const count = (kind: LineOfChange['kind']) => rows.filter((row) => row.kind === kind).length;
  const [added, removed] = isWholeFile ? [lineCount, 0] : [count('added'), count('removed')];
  const isNew = change.how === 'create' || (change.how === 'write' && disk?.isThere === false);
  const notes = [
    isNew ? actStrings.isNew : actStrings.how[change.how],
    change.pieces.some(({ isEverywhere }) => isEverywhere === true) ? actStrings.everywhere : '',
  ].filter((note) => note !== '');
  return (
    <span className={classes['notes']}>
      {notes.length > 0 && <span className={ui['dim']}>{notes.join(', ')}</span>}
      {added + removed > 0 && (
        <span role="img" aria-label={actStrings.counts(added, removed)}>
          <span data-kind="added">+{added}</span> {!isNew && <span data-kind="removed">−{removed}</span>}
        </span>
      )}
    </span>
  );
}

type BodyProps = Pick<Props, 'file' | 'disk' | 'shownCount'> & { readonly name: string };

function FileBody({ file, disk, name, shownCount }: BodyProps) {
  const shown = useMemo(() => firstLines(file.parts, shownCount), [file, shownCount]);
  if (file.change.how === 'delete') return <p className={classes['note']}>{actStrings.deletes}</p>;
  if (file.lineCount === 0) return <p className={classes['note']}>{actStrings.nothing}</p>;
  const hasNumbers =
    file.isWholeFile || file.change.how === 'write' || disk?.starts.some((start) => start !== null) === true;
  return (
    <pre
      className={classes['lines']}
      role="group"
      aria-label={actStrings.linesOf(visibleText(name))}
      dir="ltr"
      data-numbers={hasNumbers ? (file.isWholeFile ? 'one' : 'two') : 'none'}
    >
      {shown.map((part, index) =>
        part.kind === 'same' ? (
          <span key={index} className={classes['gap']}>
            {actStrings.unchanged(part.count)}
            {'\n'}
          </span>
        ) : (
          <span key={index}>
            {(part.place !== undefined || (index > 0 && shown[index - 1]?.kind === 'rows')) && (
              <span className={classes['gap']}>
                {part.place === undefined ? '⋯' : <AgentText text={part.place} />}
                {'\n'}
              </span>
            )}
            <CodeRows path={file.change.path} rows={part.rows} starts={startsOf(file, disk, part.piece)} />
          </span>
        ),
      )}
    </pre>
  );
}

function startsOf({ change, isWholeFile }: DrawnFile, disk: FileOnDisk | undefined, piece: number) {
  if (isWholeFile || change.how === 'write') return { before: 1, after: 1 };
  return disk?.starts[piece] ?? undefined;
}

function firstLines(parts: readonly Part[], most: number): readonly Part[] {
  let left = most;
  return parts.flatMap((part): Part[] => {
    if (left <= 0) return [];
    if (part.kind === 'same') return [part];
    const rows = part.rows.slice(0, left);
    left -= rows.length;
    return [{ ...part, rows }];
  });
}
