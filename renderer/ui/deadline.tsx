import { IconAlarm, IconClock } from '@tabler/icons-react';
import { formatDay, formatInstant, formatLeft, formatRelative, formatWholeInstant } from '../format';
import { useNow } from '../state/use-now';
import { strings } from '../strings';
import classes from './deadline.module.css';

/** Under this much time left a deadline is urgent, in milliseconds. */
const URGENT_MS = 10 * 60_000;

/** How often a time that far away is drawn again. */
function stepFor(atMs: number): number {
  return Math.abs(atMs - Date.now()) < 2 * URGENT_MS ? 1000 : 30_000;
}

/** The time that is left for a decision, short, for a row; urgent ones with another icon, colour and name. */
export function TimeLeft({ atMs }: { readonly atMs: number }) {
  const now = useNow(stepFor(atMs));
  const isUrgent = atMs - now < URGENT_MS;
  const Icon = isUrgent ? IconAlarm : IconClock;
  return (
    <span className={classes['left']} data-urgent={isUrgent}>
      <Icon size={14} stroke={1.75} aria-hidden />
      <span>{strings.list.left(formatLeft(atMs, now))}</span>
    </span>
  );
}

/** An instant, absolute and how far away it is, kept current. */
export function Instant({ atMs, isDeadline = false }: { readonly atMs: number; readonly isDeadline?: boolean }) {
  const now = useNow(stepFor(atMs));
  const isUrgent = isDeadline && atMs - now < URGENT_MS;
  return (
    <time
      className={classes['instant']}
      data-urgent={isUrgent}
      dateTime={new Date(atMs).toISOString()}
      title={formatWholeInstant(atMs)}
    >
      {isUrgent && <IconAlarm size={14} stroke={1.75} aria-hidden />}
      {formatInstant(atMs, now)} <span className={classes['relative']}>({formatRelative(atMs, now)})</span>
    </time>
  );
}

/** How far away an instant is, for where there is no room for more; the whole of it on hover. */
export function Distance({ atMs }: { readonly atMs: number }) {
  const now = useNow(stepFor(atMs));
  return (
    <time className={classes['relative']} dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
      {formatRelative(atMs, now)}
    </time>
  );
}

/** The day of an instant over how far away it is, for a row of two lines. */
export function Day({ atMs }: { readonly atMs: number }) {
  const now = useNow(stepFor(atMs));
  return (
    <span className={classes['day']}>
      <span>{formatDay(atMs, now)}</span>
      <Distance atMs={atMs} />
    </span>
  );
}
