import { nanosOfUsd } from '../shared/kernel/money';

type Cell = string | number;

/**
 * Rows as a CSV file (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe before it: agents choose
 * their ids themselves.
 */
export function csvOf(rows: readonly (readonly Cell[])[]): string {
  return rows.map((row) => `${row.map(cellOf).join(',')}\r\n`).join('');
}

function cellOf(cell: Cell): string {
  const text = typeof cell === 'string' && /^[=+\-@\t\r]/.test(cell) ? `'${cell}` : String(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** Nano-dollars as an exact decimal number of dollars: `300_000_000` is `0.3`. */
export function exactUsd(nanos: number): string {
  const dollar = nanosOfUsd(1);
  const fraction = String(nanos % dollar)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return `${Math.floor(nanos / dollar)}${fraction === '' ? '' : `.${fraction}`}`;
}
