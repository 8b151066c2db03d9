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
import { type LineOfChange, linesOfRuns, mostEditsIn, type RunOfLines, runsOfChange } from '../../shared/act/line-diff';
import { visibleText } from '../../shared/kernel/visible-text';
import { AgentText } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './act.module.css';
import { CodeRows } from './code-rows';
import { cutPoint } from './exact-text';
import { actStrings } from './strings-act';

/** What the disk says of a file: whether it is there, what is in it, and where each piece begins in it. */
export type FileOnDisk = {
  readonly isThere: boolean;
  readonly content?: string;
  readonly starts: readonly ({ readonly before: number; readonly after: number } | null)[];
};

/** How much of a file is shown: so many lines, and so many characters of them. */
export type ShownOfFile = { readonly lines: number; readonly characters: number };

/** Lines that are shown at first. */
export const FIRST_LINES = 24;

/** What is shown at first: enough for nearly all, and quick to draw, whatever an agent writes into one line. */
export const FIRST_SHOWN: ShownOfFile = { lines: FIRST_LINES, characters: 20_000 };

/** What each further step shows besides. */
const STEP: ShownOfFile = { lines: 2_000, characters: 200_000 };

/** Lines that stay which are shown around those that do not. */
const AROUND = 4;

/** A part of a file as it is drawn: lines in a row, or how many unchanged ones are left out. */
type Part =
  | {
      readonly kind: 'rows';
      readonly runs: readonly RunOfLines[];
      readonly piece: number;
      readonly place?: string | undefined;
    }
  | { readonly kind: 'same'; readonly count: number };

/** Such a part with its lines, as far as they are shown; the last of them may go on. */
type ShownPart =
  | Exclude<Part, { kind: 'rows' }>
  | (Extract<Part, { kind: 'rows' }> & { readonly rows: readonly LineOfChange[]; readonly goesOn: boolean });

/** A file as it is drawn. */
export type DrawnFile = {
  readonly change: FileChange;
  readonly parts: readonly Part[];
  readonly lineCount: number;
  readonly characterCount: number;
  readonly isWholeFile: boolean;
};

/** Whether some of its lines are not shown, or not whole. */
export function isFileCut({ lineCount, characterCount }: DrawnFile, { lines, characters }: ShownOfFile): boolean {
  return lineCount > lines || characterCount > characters;
}

/**
 * What is drawn of a file, compared line by line up to so many edits; of one that is written whole what differs from what is on the
 * disk, where that is known.
 */
export function drawnFile(change: FileChange, disk: FileOnDisk | undefined, mostEdits: number): DrawnFile {
  const { how, pieces } = change;
  const isDiff = how === 'edit' || disk?.content !== undefined;
  const parts = pieces.flatMap((piece, index): readonly Part[] => {
    const onDisk = how === 'write' ? { before: disk?.content ?? '', after: piece.after } : undefined;
    const runs = runsOfChange(onDisk ?? piece, onDisk === undefined ? mostEdits : mostEditsIn([onDisk]));
    return isDiff ? partsOf(runs, index, piece) : [{ kind: 'rows', runs, piece: index }];
  });
  const texts = parts.flatMap((part) => (part.kind === 'rows' ? part.runs : [])).flatMap((run) => run.texts);
  const characterCount = texts.reduce((sum, text) => sum + text.length, 0);
  return { change, parts, lineCount: texts.length, characterCount, isWholeFile: !isDiff };
}

/** The lines that change and those around them; many that stay in a row are left out. */
function partsOf(runs: readonly RunOfLines[], piece: number, { place }: ChangedPiece): readonly Part[] {
  const parts: Part[] = [];
  let shown: RunOfLines[] = [];
  const end = () => {
    if (shown.length > 0) {
      parts.push({ kind: 'rows', runs: shown, piece, place: parts.length === 0 ? place : undefined });
    }
    shown = [];
  };
  for (const [index, run] of runs.entries()) {
    const count = run.texts.length;
    const [first, last] = [index === 0 ? 0 : AROUND, index === runs.length - 1 ? 0 : AROUND];
    if (run.kind !== 'same' || count - first - last <= AROUND) {
      shown.push(run);
      continue;
    }
    if (first > 0) shown.push({ ...run, texts: run.texts.slice(0, first) });
    end();
    parts.push({ kind: 'same', count: count - first - last });
    const skipped = count - last;
    if (last > 0) {
      const [before, after] = [run.before + skipped, run.after + skipped];
      shown.push({ kind: 'same', texts: run.texts.slice(skipped), before, after });
    }
  }
  end();
  return parts;
}

type Props = {
  readonly file: DrawnFile;
  readonly disk: FileOnDisk | undefined;
  readonly cwd: string | undefined;
  readonly shown: ShownOfFile;
  readonly onShow: (shown: ShownOfFile) => void;
};

const icons = { edit: IconPencil, write: IconFile, create: IconFilePlus, delete: IconFileMinus } as const;

/** A file that an act changes: its name, how much comes and goes, and the lines. */
export function FileView({ file, disk, cwd, shown, onShow }: Props) {
  const [isOpen, setOpen] = useState(true);
  const bodyId = useId();
  const { change, lineCount } = file;
  const first = useMemo(() => firstLines(file, shown), [file, shown]);
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
        <FileBody file={file} disk={disk} name={name} parts={first.parts} />
        {isFileCut(file, shown) && (
          <Group className={classes['more'] ?? ''}>
            <Button
              size="compact-xs"
              onClick={() =>
                onShow({ lines: shown.lines + STEP.lines, characters: shown.characters + STEP.characters })
              }
            >
              {actStrings.more(Math.min(STEP.lines, lineCount - first.wholeLines))}
            </Button>
          </Group>
        )}
      </div>
    </section>
  );
}

function FileNotes({ file: { change, parts, isWholeFile, lineCount }, disk }: Pick<Props, 'file' | 'disk'>) {
  const runs = parts.flatMap((part) => (part.kind === 'rows' ? part.runs : []));
  const count = (wanted: LineOfChange['kind']) =>
    runs.reduce((sum, { kind, texts }) => sum + (kind === wanted ? texts.length : 0), 0);
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

type BodyProps = Pick<Props, 'file' | 'disk'> & { readonly name: string; readonly parts: readonly ShownPart[] };

function FileBody({ file, disk, name, parts }: BodyProps) {
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
      {parts.map((part, index) =>
        part.kind === 'same' ? (
          <span key={index} className={classes['gap']}>
            {actStrings.unchanged(part.count)}
            {'\n'}
          </span>
        ) : (
          <span key={index}>
            {(part.place !== undefined || (index > 0 && parts[index - 1]?.kind === 'rows')) && (
              <span className={classes['gap']}>
                {part.place === undefined ? '⋯' : <AgentText text={part.place} />}
                {'\n'}
              </span>
            )}
            <CodeRows path={file.change.path} rows={part.rows} starts={startsOf(file, disk, part.piece)} />
            {part.goesOn && <span className={classes['gap']}>{actStrings.goesOn}</span>}
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

type FirstLines = { readonly parts: readonly ShownPart[]; readonly wholeLines: number };

/** As much of a file as is shown, and how many lines of it are whole. */
function firstLines({ parts, isWholeFile }: DrawnFile, { lines, characters }: ShownOfFile): FirstLines {
  let [wholeLines, charactersLeft, goesOn] = [0, characters, false];
  const shown = parts.flatMap((part): readonly ShownPart[] => {
    if (goesOn || wholeLines >= lines) return [];
    if (part.kind === 'same') return [part];
    const rows: LineOfChange[] = [];
    for (const row of linesOfRuns(part.runs)) {
      if (goesOn || wholeLines >= lines) break;
      goesOn = row.text.length > charactersLeft;
      const text = goesOn ? row.text.slice(0, cutPoint(row.text, charactersLeft)) : row.text;
      charactersLeft -= text.length;
      if (!goesOn) wholeLines += 1;
      // Nothing of a file that is shown as it will be is marked as new.
      rows.push({ ...row, text, ...(isWholeFile && { kind: 'same' }) });
    }
    return [{ ...part, rows, goesOn }];
  });
  return { parts: shown, wholeLines };
}
