import { IconAlarm, IconClock } from '@tabler/icons-react';
import { useSyncExternalStore } from 'react';
import { timeLeft } from '../../shared/kernel/time-left';
import { formatDay, formatInstant, formatRelative, formatWholeInstant } from '../format';
import { strings } from '../strings';
import ui from './ui.module.css';

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let isStopped = false;

function tick(): void {
  for (const each of listeners) each();
}

/** Runs while there is somebody to tell the time to. */
function runClock(): void {
  if (listeners.size > 0 && !isStopped) {
    timer ??= setInterval(tick, 1000);
    return;
  }
  clearInterval(timer);
  timer = undefined;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  runClock();
  return () => {
    listeners.delete(listener);
    runClock();
  };
}

/** Stops the clock of the window while nobody looks at it, and sets it right again. */
export function stopClock(isStoppedNow: boolean): void {
  isStopped = isStoppedNow;
  runClock();
  if (!isStopped) tick();
}

/** The time of day for showing, up to one second late; draws again once per `stepMs`. One timer serves the whole window. */
export function useNow(stepMs: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / stepMs) * stepMs);
}

/** Under this much time left a deadline is urgent, in milliseconds. */
const URGENT_MS = 2 * 60_000;

/** Under this much time away an instant is drawn each second. */
const NEAR_MS = 20 * 60_000;

/** How often a time that far away is drawn again. */
function stepFor(atMs: number): number {
  return Math.abs(atMs - Date.now()) < NEAR_MS ? 1000 : 30_000;
}

/** The time that is left for a decision, short, for a row; urgent ones with another icon, colour and name. */
export function TimeLeft({ atMs }: { readonly atMs: number }) {
  const now = useNow(stepFor(atMs));
  const isUrgent = atMs - now < URGENT_MS;
  const Icon = isUrgent ? IconAlarm : IconClock;
  return (
    <span className={ui['left']} data-urgent={isUrgent}>
      <Icon size={14} stroke={1.75} aria-hidden />
      <span>{strings.list.left(timeLeft(atMs, now))}</span>
    </span>
  );
}

/** An instant, absolute and how far away it is, kept current. */
export function Instant({ atMs, isDeadline = false }: { readonly atMs: number; readonly isDeadline?: boolean }) {
  const now = useNow(stepFor(atMs));
  const isUrgent = isDeadline && atMs - now < URGENT_MS;
  return (
    <time
      className={ui['instant']}
      data-urgent={isUrgent}
      dateTime={new Date(atMs).toISOString()}
      title={formatWholeInstant(atMs)}
    >
      {isUrgent && <IconAlarm size={14} stroke={1.75} aria-hidden />}
      {formatInstant(atMs, now)} <span className={ui['dim']}>({formatRelative(atMs, now)})</span>
    </time>
  );
}

/** How far away an instant is, for where there is no room for more; the whole of it on hover. */
export function Distance({ atMs }: { readonly atMs: number }) {
  const now = useNow(stepFor(atMs));
  return (
    <time className={ui['dim']} dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
      {formatRelative(atMs, now)}
    </time>
  );
}

/** The day of an instant over how far away it is, for a row of two lines. */
export function Day({ atMs }: { readonly atMs: number }) {
  const now = useNow(stepFor(atMs));
  return (
    <span className={ui['day']}>
      <span>{formatDay(atMs, now)}</span>
      <Distance atMs={atMs} />
    </span>
  );
}

/** An instant in a table: as short as it stays clear, on one line, and whole for the one who points at it. */
export function When({ atMs }: { readonly atMs: number }) {
  const now = useNow(60_000);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
      {formatInstant(atMs, now)}
    </time>
  );
}
