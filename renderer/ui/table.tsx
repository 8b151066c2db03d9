import { Box, Checkbox, Skeleton, Text } from '@mantine/core';
import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, memo, type ReactNode, type RefObject, useEffect, useMemo, useRef } from 'react';
import { formatNumber } from '../format';
import { useDeskParts } from '../state/desk-context';
import { useFocusWhenDrawn } from '../state/focus';
import { useSelection, withSelected } from '../state/use-selection';
import { strings } from '../strings';
import { Name } from './names';
import classes from './table.module.css';
import { When } from './times';
import ui from './ui.module.css';

/** Rows drawn beyond those in sight, at each end. */
const OVERSCAN = 2;

/** One column of a table; the first one names the row. */
export type Column<Row> = {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  /** In a list, a track of a CSS grid, such as `minmax(8rem, 1fr)`; a small table is as wide as its texts. */
  readonly width?: string;
};

/** A column with the name of each row, standing out. */
export function nameColumn<Row>(header: string, width: string, text: (row: Row) => string): Column<Row> {
  return { header, width, cell: (row) => <Name text={text(row)} /> };
}

/** A column of whole numbers; of what is none there is a dash, where it is not to be a number. */
export function numberColumn<Row>(
  header: string,
  width: string,
  value: (row: Row) => number,
  none?: string,
): Column<Row> {
  const cell = (row: Row) => (value(row) === 0 && none !== undefined ? none : formatNumber(value(row)));
  return { header, width, isNumber: true, cell };
}

/** A column of times. */
export function timeColumn<Row>(header: string, width: string, atMs: (row: Row) => number): Column<Row> {
  return { header, width, cell: (row) => <When atMs={atMs(row)} /> };
}

/** Ticks on rows, for what is done to several at once. */
type Selection = {
  readonly selected: ReadonlySet<string>;
  readonly change: (selected: ReadonlySet<string>) => void;
};

/** A table of any number of rows. */
export type TableProps<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  /** Absent while the first page is on its way. */
  readonly rows: readonly Row[] | undefined;
  readonly keyOf: (row: Row) => string;
  /** What a screen reader calls a row. */
  readonly nameOf: (row: Row) => string;
  readonly onOpen?: (row: Row) => void;
  readonly hasMore?: boolean;
  /** Asks for the next page; called when the end is nearly in sight. */
  readonly onEnd?: () => void;
  readonly selection?: Selection;
  /** The height of a row, in rem; what does not fit is cut. */
  readonly rowRem?: number;
  /** The name under which the row and the place are kept for when the operator comes back; another one is another list. */
  readonly keptAs?: string;
};

/** Where the operator was in a table: the row, and how far it was scrolled, in pixels. */
type KeptPlace = { readonly activeKey: string | undefined; readonly top: number };

/** Rows before the end at which the next page is asked for. */
const NEAR_THE_END = 20;

/** The height of the line of headers, in rem. */
const HEADER_REM = 2;

/** The size of text in pixels, which rows grow with. */
export const remPx = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

/** The row that a key leads to from this one, where a page has the height of the scroller; undefined for other keys. */
export function rowAfterKey(
  { key, altKey, ctrlKey, metaKey }: KeyboardEvent,
  { index, count, scroller, rowPx }: { index: number; count: number; scroller: HTMLElement | null; rowPx: number },
): number | undefined {
  if (altKey || ctrlKey || metaKey) return undefined;
  const page = Math.max(1, Math.floor((scroller?.clientHeight ?? 0) / rowPx) - 1);
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: 1,
    ArrowUp: -1,
    PageDown: page,
    PageUp: -page,
    Home: -count,
    End: count,
  };
  const step = steps[key];
  return step === undefined ? undefined : Math.max(0, Math.min(count - 1, index + step));
}

function useKeptPlace(keptAs: string | undefined) {
  const { kept } = useDeskParts();
  const name = `table ${keptAs}`;
  return {
    before: keptAs === undefined ? undefined : (kept.get(name) as KeptPlace | undefined),
    keep(place: KeptPlace) {
      if (keptAs !== undefined) kept.set(name, place);
    },
  };
}

type RowsInPlace = {
  readonly count: number;
  readonly rowPx: number;
  readonly initialOffset: number;
  readonly selected: number;
};

function useRows(scroller: RefObject<HTMLElement | null>, { count, rowPx, initialOffset, selected }: RowsInPlace) {
  return useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: OVERSCAN,
    rangeExtractor: (range) => withSelected(defaultRangeExtractor(range), selected),
    initialOffset,
    // The header scrolls along sideways and stays on top, so it is inside of what scrolls.
    scrollMargin: HEADER_REM * remPx(),
    scrollPaddingStart: HEADER_REM * remPx(),
  });
}

/** The row that Tab leads to and the keys act on. */
function useActiveRow<Row>(
  { rows, keyOf, keptAs, label }: TableProps<Row>,
  scroller: RefObject<HTMLElement | null>,
  initial: string | undefined,
) {
  const focusOn = useFocusWhenDrawn(scroller);
  const focusRow = (key: string, options?: FocusOptions) => focusOn(`[data-key="${CSS.escape(key)}"]`, options);
  const keys = useMemo(() => rows?.map(keyOf) ?? [], [rows, keyOf]);
  return { keys, focusRow, ...useSelection(keys, { list: keptAs ?? label, initial, focus: focusRow }) };
}

/**
 * A table of which only the rows in sight are drawn, so that it may have any number. Arrows, Page and Home/End move the row
 * that has the focus, Enter or a click opens it, Space ticks it.
 */
export function DataTable<Row>(props: TableProps<Row>) {
  const { label, columns, rows, keyOf, hasMore = false, onEnd, selection, rowRem = 2.75, keptAs } = props;
  const { before, keep } = useKeptPlace(keptAs);
  const scroller = useRef<HTMLDivElement>(null);
  const { keys, selected, place, select, lets, focusRow } = useActiveRow(props, scroller, before?.activeKey);
  const count = keys.length;
  const rowPx = rowRem * remPx();
  const virtual = useRows(scroller, { count, rowPx, initialOffset: before?.top ?? 0, selected: place });
  const items = virtual.getVirtualItems();
  const lastShown = items.findLast(({ index }) => index !== place)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= count - NEAR_THE_END) onEnd?.();
  }, [hasMore, lastShown, rows, count, onEnd]);
  if (rows === undefined) return <TableSkeleton label={label} />;

  const activeIndex = Math.max(0, place);
  const focused = (key: string | undefined) => {
    if (key === undefined) return;
    select(key);
    keep({ activeKey: key, top: scroller.current?.scrollTop ?? 0 });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['key'] === undefined) return;
    const next = rowAfterKey(event, { index: activeIndex, count, scroller: scroller.current, rowPx });
    const row = rows[next ?? activeIndex];
    if (row === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const key = keyOf(row);
    if (next !== undefined) {
      select(key);
      virtual.scrollToIndex(next);
      focusRow(key);
    } else if (event.key !== 'Enter' && (event.key !== ' ' || selection === undefined)) return;
    else if (lets(event.timeStamp)) act(props, row, event.key);
    event.preventDefault();
  };
  const template = [
    ...(selection === undefined ? [] : ['2rem']),
    ...columns.map(({ width = 'minmax(8rem, 1fr)' }) => width),
  ].join(' ');
  return (
    <div
      ref={scroller}
      className={classes['table']}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : count + 1}
      onScroll={(event) => keep({ activeKey: selected, top: event.currentTarget.scrollTop })}
    >
      <div className={classes['wide']} role="presentation">
        <TableHeader {...props} rows={rows} template={template} />
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the rows inside have the focus */}
        <div role="rowgroup" onKeyDown={onKeyDown} onFocus={({ target }) => focused(keyOfRow(target))}>
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
            {items.map(({ index, start, size }) => {
              const row = rows[index];
              if (row === undefined) return null;
              const key = keyOf(row);
              return (
                <TableRow<Row>
                  key={key}
                  {...{ columns, selection, keyOf, row, index, template }}
                  nameOf={props.nameOf}
                  onOpen={props.onOpen}
                  isActive={index === activeIndex}
                  topPx={start - virtual.options.scrollMargin}
                  heightPx={size}
                />
              );
            })}
          </div>
          {hasMore && <MoreRows />}
        </div>
      </div>
    </div>
  );
}

/** The row that an element is in. */
const keyOfRow = (element: Element) => element.closest<HTMLElement>('[data-key]')?.dataset['key'];

/** A grid holds rows only; that there are more is in its row count. */
function MoreRows() {
  return (
    <Text c="dimmed" ta="center" p={12} aria-hidden>
      {strings.answer.loadingMore}
    </Text>
  );
}

/** What Enter and Space do to a row. */
function act<Row>({ onOpen, selection, keyOf }: TableProps<Row>, row: Row, key: string): void {
  if (key === 'Enter') onOpen?.(row);
  else if (selection !== undefined) toggle(selection, keyOf(row));
}

function toggle({ selected, change }: Selection, key: string): void {
  const next = new Set(selected);
  if (!next.delete(key)) next.add(key);
  change(next);
}

type HeaderProps<Row> = Pick<TableProps<Row>, 'columns' | 'selection' | 'keyOf'> & {
  readonly rows: readonly Row[];
  readonly template: string;
};

function TableHeader<Row>({ columns, selection, keyOf, rows, template }: HeaderProps<Row>) {
  const areAllSelected = rows.length > 0 && rows.every((row) => selection?.selected.has(keyOf(row)));
  return (
    <div
      className={classes['header']}
      role="row"
      aria-rowindex={1}
      style={{ gridTemplateColumns: template, height: `${HEADER_REM}rem` }}
    >
      {selection !== undefined && (
        <span role="columnheader">
          <Checkbox
            size="xs"
            aria-label={strings.answer.selectAll}
            checked={areAllSelected}
            indeterminate={!areAllSelected && selection.selected.size > 0}
            onChange={() => selection.change(new Set(areAllSelected ? [] : rows.map(keyOf)))}
          />
        </span>
      )}
      {columns.map(({ header, isNumber }, index) => (
        <span key={index} role="columnheader" data-number={isNumber}>
          {header}
        </span>
      ))}
    </div>
  );
}

type RowProps<Row> = Pick<TableProps<Row>, 'columns' | 'keyOf' | 'nameOf'> & {
  readonly selection: Selection | undefined;
  readonly onOpen: TableProps<Row>['onOpen'] | undefined;
  readonly row: Row;
  readonly index: number;
  readonly template: string;
  readonly isActive: boolean;
  readonly topPx: number;
  readonly heightPx: number;
};

function DrawnRow<Row>(props: RowProps<Row>) {
  const { row, index, isActive, template, topPx, heightPx, columns, selection, keyOf, nameOf, onOpen } = props;
  const key = keyOf(row);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the scroller has the keys
    <div
      data-key={key}
      className={classes['row']}
      data-opens={onOpen !== undefined}
      role="row"
      aria-label={nameOf(row)}
      aria-rowindex={index + 2}
      {...(selection !== undefined && { 'aria-selected': selection.selected.has(key) })}
      tabIndex={isActive ? 0 : -1}
      style={{ gridTemplateColumns: template, height: heightPx, transform: `translateY(${topPx}px)` }}
      onClick={() => onOpen?.(row)}
    >
      {selection !== undefined && (
        // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- Space on the row ticks
        <span role="gridcell" onClick={(event) => event.stopPropagation()}>
          <Checkbox
            size="xs"
            tabIndex={-1}
            aria-label={`${strings.answer.selectRow} ${nameOf(row)}`}
            checked={selection.selected.has(key)}
            onChange={() => toggle(selection, key)}
          />
        </span>
      )}
      {columns.map((column, place) => (
        <span key={place} role="gridcell" className={ui['cut']} data-number={column.isNumber}>
          {column.cell(row)}
        </span>
      ))}
    </div>
  );
}

/** While the table is scrolled, the rows that stay are not drawn anew. */
const TableRow = memo(DrawnRow) as typeof DrawnRow;

function TableSkeleton({ label }: { readonly label: string }) {
  return (
    <Box p="4px 12px" role="status" aria-busy="true" aria-label={`${strings.answer.loading}: ${label}`}>
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} height={16} my={14} />
      ))}
    </Box>
  );
}
