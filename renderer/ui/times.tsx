import { IconAlarm, IconClock } from '@tabler/icons-react';
import { useCallback, useSyncExternalStore } from 'react';
import { timeLeft } from '../../shared/kernel/time-left';
import { formatDay, formatInstant, formatRelative, formatWholeInstant } from '../format';
import { strings } from '../strings';
import ui from './ui.module.css';

/** Who is told the time, and how often it is another one for them, in milliseconds. */
const listeners = new Map<() => void, number>();
let timer: ReturnType<typeof setTimeout> | undefined;
let isStopped = false;

function tick(): void {
  runClock();
  for (const each of listeners.keys()) each();
}

/** Wakes when it is another time for anybody, and not at all while nobody looks. */
function runClock(): void {
  clearTimeout(timer);
  timer = undefined;
  if (listeners.size === 0 || isStopped || document.hidden) return;
  const step = Math.min(...listeners.values());
  timer = setTimeout(tick, step - (Date.now() % step));
}

/** Stops the clock of the page while nobody looks at it, and sets it right again. */
export function stopClock(isStoppedNow: boolean): void {
  isStopped = isStoppedNow;
  if (isStopped) runClock();
  else tick();
}

document.addEventListener('visibilitychange', tick);

/** The time of day for showing, up to `stepMs` late; draws again once in that time. One timer serves the whole page. */
export function useNow(stepMs: number): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      listeners.set(listener, stepMs);
      runClock();
      return () => {
        listeners.delete(listener);
        runClock();
      };
    },
    [stepMs],
  );
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / stepMs) * stepMs);
}

/** The time of day for what happens at an instant: to the second when that is near, and seldom before and after. */
export function useNowNear(atMs: number): number {
  return useNow(stepFor(atMs));
}

/** Under this much time left a deadline is urgent, in milliseconds. */
const URGENT_MS = 2 * 60_000;

/** Seconds are told under this much time away, in milliseconds: a little more than where a deadline becomes urgent. */
const NEAR_MS = URGENT_MS + 30_000;

/** Minutes are told under this much time away, in milliseconds. */
const MINUTES_MS = 100 * 60_000;

/** How often a time that far away is drawn again. */
function stepFor(atMs: number): number {
  const away = Math.abs(atMs - Date.now());
  if (away < NEAR_MS) return 1_000;
  return away < MINUTES_MS ? 15_000 : 60_000;
}

/** The time that is left for a decision, short, for a row; urgent ones with another icon, colour and name. */
export function TimeLeft({ atMs }: { readonly atMs: number }) {
  const now = useNowNear(atMs);
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
  const now = useNowNear(atMs);
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
  const now = useNowNear(atMs);
  return (
    <time className={ui['dim']} dateTime={new Date(atMs).toISOString()} title={formatWholeInstant(atMs)}>
      {formatRelative(atMs, now)}
    </time>
  );
}

/** The day of an instant over how far away it is, for a row of two lines. */
export function Day({ atMs }: { readonly atMs: number }) {
  const now = useNowNear(atMs);
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
