import type { Column } from './table';
import classes from './table.module.css';

type Props<Row> = {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  /** Whether it has a frame of its own; in something that has one it needs none. */
  readonly isFramed?: boolean;
  /** What a click on a row does; the first cell has a button for the keys. */
  readonly onOpen?: (row: Row) => void;
};

/** A table of few rows that is drawn whole, and scrolls sideways where it does not fit. */
export function SmallTable<Row>({ label, columns, rows, keyOf, isFramed = true, onOpen }: Props<Row>) {
  return (
    <div className={classes['scroll']} data-framed={isFramed} tabIndex={0} role="group" aria-label={label}>
      <table className={classes['small']} data-opens={onOpen !== undefined}>
        <thead>
          <tr>
            {columns.map(({ header, isNumber }, index) => (
              <th key={index} scope="col" data-number={isNumber}>
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} {...(onOpen !== undefined && { onClick: () => onOpen(row) })}>
              {columns.map(({ cell, isNumber }, index) =>
                index === 0 ? (
                  <th key={index} scope="row" data-number={isNumber}>
                    {cell(row)}
                  </th>
                ) : (
                  <td key={index} data-number={isNumber}>
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
