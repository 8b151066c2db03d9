import { Checkbox, Skeleton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type CSSProperties, type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { useDeskParts } from '../state/desk-context';
import { useFocusWhenDrawn } from '../state/use-focus-when-drawn';
import { strings } from '../strings';
import type { Column } from './column';
import classes from './data-table.module.css';
import ui from './ui.module.css';

/** Ticks on rows, for what is done to several at once. */
export type Selection = {
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

const remPx = () => Number.parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;

/**
 * A table of which only the rows in sight are drawn, so that it may have any number. Arrows, Page and Home/End move the row
 * that has the focus, Enter or a click opens it, Space ticks it.
 */
export function DataTable<Row>(props: TableProps<Row>) {
  const {
    label,
    columns,
    rows,
    keyOf,
    nameOf,
    onOpen,
    hasMore = false,
    onEnd,
    selection,
    rowRem = 2.75,
    keptAs,
  } = props;
  const { kept } = useDeskParts();
  const before = keptAs === undefined ? undefined : (kept.get(`table ${keptAs}`) as KeptPlace | undefined);
  const scroller = useRef<HTMLDivElement>(null);
  const [activeKey, setActiveKey] = useState(before?.activeKey);
  const focusOn = useFocusWhenDrawn(scroller);
  const count = rows?.length ?? 0;
  const rowPx = rowRem * remPx();
  const virtual = useVirtualizer({
    count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowPx,
    overscan: 8,
    initialOffset: before?.top ?? 0,
    // The header scrolls along sideways and stays on top, so it is inside of what scrolls.
    scrollMargin: HEADER_REM * remPx(),
    scrollPaddingStart: HEADER_REM * remPx(),
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.at(-1)?.index ?? 0;
  useEffect(() => {
    if (hasMore && lastShown >= count - NEAR_THE_END) onEnd?.();
  }, [hasMore, lastShown, rows, count, onEnd]);

  const found = rows?.findIndex((row) => keyOf(row) === activeKey) ?? -1;
  const activeIndex = found === -1 ? 0 : found;
  const template: CSSProperties = {
    gridTemplateColumns: [
      ...(selection === undefined ? [] : ['2rem']),
      ...columns.map(({ width = 'minmax(8rem, 1fr)' }) => width),
    ].join(' '),
  };

  const moveTo = (index: number) => {
    const row = rows?.[Math.max(0, Math.min(count - 1, index))];
    if (row === undefined || rows === undefined) return;
    const key = keyOf(row);
    setActiveKey(key);
    virtual.scrollToIndex(rows.indexOf(row));
    focusOn(`[data-key="${CSS.escape(key)}"]`);
  };

  const keep = (place: KeptPlace) => {
    if (keptAs !== undefined) kept.set(`table ${keptAs}`, place);
  };

  const toggle = (key: string) => {
    if (selection === undefined) return;
    const next = new Set(selection.selected);
    if (!next.delete(key)) next.add(key);
    selection.change(next);
  };

  const onKeyDown = (event: KeyboardEvent) => {
    if (!(event.target instanceof HTMLElement) || event.target.dataset['key'] === undefined) return;
    const row = rows?.[activeIndex];
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowPx) - 1);
    const steps: Readonly<Record<string, number>> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page };
    const step = steps[event.key];
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    if (step !== undefined) moveTo(activeIndex + step);
    else if (event.key === 'Home') moveTo(0);
    else if (event.key === 'End') moveTo(count - 1);
    else if (event.key === 'Enter' && row !== undefined) onOpen?.(row);
    else if (event.key === ' ' && row !== undefined && selection !== undefined) toggle(keyOf(row));
    else return;
    event.preventDefault();
  };

  if (rows === undefined) return <TableSkeleton label={label} />;
  const areAllSelected = count > 0 && rows.every((row) => selection?.selected.has(keyOf(row)));
  return (
    <div
      ref={scroller}
      className={classes['table']}
      role="grid"
      aria-label={label}
      aria-rowcount={hasMore ? -1 : count + 1}
      onScroll={(event) => keep({ activeKey, top: event.currentTarget.scrollTop })}
    >
      <div className={classes['wide']} role="presentation">
        <div
          className={classes['header']}
          role="row"
          aria-rowindex={1}
          style={{ ...template, height: `${HEADER_REM}rem` }}
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
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the rows inside have the focus */}
        <div role="rowgroup" onKeyDown={onKeyDown}>
          <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
            {items.map(({ index, start, size }) => {
              const row = rows[index];
              if (row === undefined) return null;
              const key = keyOf(row);
              return (
                // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the scroller has the keys
                <div
                  key={key}
                  data-key={key}
                  className={classes['row']}
                  data-opens={onOpen !== undefined}
                  role="row"
                  aria-label={nameOf(row)}
                  aria-rowindex={index + 2}
                  {...(selection !== undefined && { 'aria-selected': selection.selected.has(key) })}
                  tabIndex={index === activeIndex ? 0 : -1}
                  style={{
                    ...template,
                    height: size,
                    transform: `translateY(${start - virtual.options.scrollMargin}px)`,
                  }}
                  onFocus={() => {
                    setActiveKey(key);
                    keep({ activeKey: key, top: scroller.current?.scrollTop ?? 0 });
                  }}
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
                        onChange={() => toggle(key)}
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
            })}
          </div>
          {hasMore && (
            // A grid holds rows only; that there are more is in its row count.
            <p className={classes['more']} aria-hidden>
              {strings.answer.loadingMore}
            </p>
          )}
        </div>
      </div>
    </div>
  );
}

function TableSkeleton({ label }: { readonly label: string }) {
  return (
    <div
      className={classes['skeleton']}
      role="status"
      aria-busy="true"
      aria-label={`${strings.answer.loading}: ${label}`}
    >
      {[1, 2, 3, 4, 5, 6].map((row) => (
        <Skeleton key={row} height={16} my={14} />
      ))}
    </div>
  );
}
