import { Skeleton } from '@mantine/core';
import type { ReactNode } from 'react';
import type { Answer, Pages } from '../state/answers';
import { strings } from '../strings';
import { LoadRefusal } from './notice';
import { DataTable, type TableProps } from './table';

type ListProps<Row> = Omit<TableProps<Row>, 'rows' | 'hasMore' | 'onEnd'> & {
  readonly pages: Pages<unknown, Row>;
  /** Stands in the place of the table while nothing is in it. */
  readonly empty: ReactNode;
};

/** A list that is loaded page by page, as a table; or why it could not be loaded, or what to say where nothing is in it. */
export function ListView<Row>({ pages, empty, ...table }: ListProps<Row>) {
  const { rows, hasMore, refusal, loadMore, reload } = pages;
  return (
    <>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {rows?.length === 0 && !hasMore
        ? empty
        : (rows !== undefined || refusal === undefined) && (
            <DataTable {...table} rows={rows} hasMore={hasMore} onEnd={loadMore} />
          )}
    </>
  );
}

type LoadedProps<T> = {
  readonly answer: Pick<Answer<T>, 'value' | 'refusal' | 'reload'>;
  /** Of what stands there while it is on its way, in pixels, so that nothing moves when it comes. */
  readonly height: number | '100%';
  readonly children: (value: T) => ReactNode;
};

/** What was answered, once it is there; or why it was not. */
export function Loaded<T>({ answer: { value, refusal, reload }, height, children }: LoadedProps<T>) {
  return (
    <>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {value === undefined
        ? refusal === undefined && (
            <Skeleton height={height} role="status" aria-busy="true" aria-label={strings.answer.loading} />
          )
        : children(value)}
    </>
  );
}
