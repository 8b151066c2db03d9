import type { ReactNode } from 'react';

/** One column of a table; the first one names the row. */
export type Column<Row> = {
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
  /** In a list, a track of a CSS grid, such as `minmax(8rem, 1fr)`; a small table is as wide as its texts. */
  readonly width?: string;
};
