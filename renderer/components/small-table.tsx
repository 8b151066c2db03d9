import type { ReactNode } from 'react';
import classes from './small-table.module.css';

/** One column of a small table. The first column names the row. */
export type SmallColumn<Row> = {
  readonly key: string;
  readonly header: string;
  readonly cell: (row: Row) => ReactNode;
  readonly isNumber?: boolean;
};

type Props<Row> = {
  readonly label: string;
  readonly columns: readonly SmallColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Whether it has a frame of its own; in something that has one it needs none. */
  readonly isFramed?: boolean;
};

/** A table of few rows that is drawn whole, and scrolls sideways where it does not fit. */
export function SmallTable<Row>({ label, columns, rows, keyOf, isFramed = true }: Props<Row>) {
  return (
    <div className={classes['scroll']} data-framed={isFramed} tabIndex={0} role="group" aria-label={label}>
      <table className={classes['table']}>
        <thead>
          <tr>
            {columns.map(({ key, header, isNumber }) => (
              <th key={key} scope="col" data-number={isNumber}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)}>
              {columns.map(({ key, cell, isNumber }, index) =>
                index === 0 ? (
                  <th key={key} scope="row" data-number={isNumber}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={key} data-number={isNumber}>
                    {cell(row)}
                  </td>
                ),
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
