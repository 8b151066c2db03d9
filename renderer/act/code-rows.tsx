import { diffWordsWithSpace } from 'diff';
import { type ReactNode, useMemo } from 'react';
import type { LineOfChange } from '../../shared/act/line-diff';
import { VisibleCharacters } from '../ui/names';
import classes from './act.module.css';
import type { Token } from './language';
import { useTokens } from './use-tokens';

/** A part of a line, from and up to these characters. */
type Range = { readonly start: number; readonly end: number };

type Props = {
  readonly path: string;
  readonly rows: readonly LineOfChange[];
  /** The numbers of the first lines, before and after, where they are known. */
  readonly starts?: { readonly before: number; readonly after: number } | undefined;
};

const signs = { same: ' ', removed: '−', added: '+' } as const;

/** Lines of a file with what becomes of them: by a sign as well as by a colour, with the words that differ marked. */
export function CodeRows({ path, rows, starts }: Props) {
  const before = useMemo(() => rows.filter(({ kind }) => kind !== 'added').map(({ text }) => text), [rows]);
  const after = useMemo(() => rows.filter(({ kind }) => kind !== 'removed').map(({ text }) => text), [rows]);
  const tokensBefore = useTokens(path, before);
  const tokensAfter = useTokens(path, after);
  const marks = useMemo(() => wordMarks(rows), [rows]);
  const [firstBefore, firstAfter] = [
    rows.find((row) => row.before !== undefined)?.before ?? 1,
    rows.find((row) => row.after !== undefined)?.after ?? 1,
  ];
  return rows.map(({ kind, text, before: old, after: young }, index) => {
    const tokens = kind === 'removed' ? tokensBefore[(old ?? 1) - firstBefore] : tokensAfter[(young ?? 1) - firstAfter];
    return (
      <span
        key={index}
        className={classes['row']}
        data-kind={kind}
        data-before={starts === undefined || old === undefined ? '' : old - 1 + starts.before}
        data-after={starts === undefined || young === undefined ? '' : young - 1 + starts.after}
      >
        <span className={classes['sign']}>{signs[kind]}</span>
        <Line text={text} tokens={tokens} marks={marks.get(index)} />
        {'\n'}
      </span>
    );
  });
}

type LineProps = {
  readonly text: string;
  readonly tokens: readonly Token[] | undefined;
  readonly marks: readonly Range[] | undefined;
};

/** A line, cut where its colour or its mark changes; its letters are those of the text, whatever the colours say. */
function Line({ text, tokens, marks = [] }: LineProps): ReactNode {
  const isKnown = tokens !== undefined && tokens.map((token) => token.text).join('') === text;
  if (!isKnown && marks.length === 0) return <VisibleCharacters text={text} />;
  const parts: ReactNode[] = [];
  let start = 0;
  for (const { text: part, kind } of isKnown ? tokens : [{ text, kind: undefined }]) {
    const end = start + part.length;
    const cuts = [
      start,
      ...marks.flatMap((mark) => [mark.start, mark.end]).filter((at) => at > start && at < end),
      end,
    ];
    for (const [index, from] of cuts.slice(0, -1).entries()) {
      const isMarked = marks.some((mark) => mark.start <= from && from < mark.end);
      parts.push(
        <span key={from} data-token={kind} data-marked={isMarked || undefined}>
          <VisibleCharacters text={text.slice(from, cuts[index + 1])} />
        </span>,
      );
    }
    start = end;
  }
  return parts;
}

/** Lines that are compared word by word at most, and characters of each. */
const MOST_PAIRS = 100;
const LONGEST_PAIR = 400;

/** Where words differ between lines that take each other's place, by the row's index. */
function wordMarks(rows: readonly LineOfChange[]): ReadonlyMap<number, readonly Range[]> {
  const marks = new Map<number, readonly Range[]>();
  let index = 0;
  while (index < rows.length) {
    const removed = countFrom(rows, index, 'removed');
    const added = countFrom(rows, index + removed, 'added');
    if (removed > 0 && removed === added && marks.size < 2 * MOST_PAIRS) {
      for (let pair = index; pair < index + removed; pair += 1) {
        const [old, young] = [rows[pair]?.text ?? '', rows[pair + removed]?.text ?? ''];
        const ranges = old.length + young.length > 2 * LONGEST_PAIR ? undefined : rangesOf(old, young);
        if (ranges === undefined) continue;
        marks.set(pair, ranges[0]);
        marks.set(pair + removed, ranges[1]);
      }
    }
    index += Math.max(1, removed + added);
  }
  return marks;
}

function countFrom(rows: readonly LineOfChange[], start: number, kind: LineOfChange['kind']): number {
  let count = 0;
  while (rows[start + count]?.kind === kind) count += 1;
  return count;
}

/** What goes and what comes; undefined where so much does that marks would say nothing. */
function rangesOf(old: string, young: string): readonly [readonly Range[], readonly Range[]] | undefined {
  const ranges: [Range[], Range[]] = [[], []];
  let [before, after, same] = [0, 0, 0];
  for (const { value, added, removed } of diffWordsWithSpace(old, young)) {
    const length = value.length;
    if (removed) ranges[0].push({ start: before, end: before + length });
    else if (added) ranges[1].push({ start: after, end: after + length });
    else same += value.trim().length;
    if (!added) before += length;
    if (!removed) after += length;
  }
  return same * 3 < Math.min(old.trim().length, young.trim().length) ? undefined : ranges;
}
