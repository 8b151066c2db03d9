import { formatInstant, formatWholeInstant } from '../format';
import { useNow } from '../state/use-now';

/** An instant in a table: as short as it stays clear, on one line, and whole for the one who points at it. */
export function When({ atMs }: { readonly atMs: number }) {
  const now = useNow(60_000);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
      {formatInstant(atMs, now)}
    </time>
  );
}
