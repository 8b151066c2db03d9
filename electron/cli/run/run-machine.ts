import type { RunStatus, StopKind } from '../../../shared/contract/run';

/** How long a process group has to end after SIGTERM, in milliseconds (spec/api.md section 4). */
export const GRACE_MS = 10_000;

/** Who ended a run before its command did. */
export type StopCause =
  /** Gatehouse paused or cancelled the run, or ended it in another way; `status` is what it is now. */
  | { readonly by: 'gatehouse'; readonly status: RunStatus; readonly reason: string }
  /** Gatehouse does not let this run go on: the token or the run is gone, or it was refused after the command had started. */
  | { readonly by: 'refusal'; readonly code: string; readonly reason: string }
  /** A signal to gatehouse itself, which was passed on. */
  | { readonly by: 'signal'; readonly signal: NodeJS.Signals };

/** How a command ended by itself or was ended. */
export type CommandExit = { readonly code: number | null; readonly signal: NodeJS.Signals | null };

/** Where a run of the command line stands. Pure: what has to be done is answered, and done elsewhere. */
export type RunState = {
  readonly phase: 'running' | 'stopping' | 'killing' | 'over';
  /** Absent while nobody but the command itself ended it. */
  readonly cause?: StopCause;
  /** Absent while the command runs. */
  readonly exit?: CommandExit;
  /** Whether what the command left behind had to be stopped. */
  readonly hasLeftovers?: true;
  readonly wasKilled?: true;
};

/** What happened. */
export type RunEvent =
  | { readonly type: 'stopped'; readonly cause: Exclude<StopCause, { by: 'signal' }> }
  | { readonly type: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly type: 'exited'; readonly exit: CommandExit; readonly isGroupEmpty: boolean }
  | { readonly type: 'groupEmpty' }
  | { readonly type: 'graceOver' };

/** What has to be done. */
export type MachineAction =
  | { readonly do: 'signalGroup'; readonly signal: NodeJS.Signals }
  /** Ends the grace after GRACE_MS, and watches for the group to be empty. */
  | { readonly do: 'startGrace' }
  | { readonly do: 'killGroup' }
  | { readonly do: 'finish' };

/** The beginning: the command runs. */
export const begun: RunState = { phase: 'running' };

const terminate = [{ do: 'signalGroup', signal: 'SIGTERM' }, { do: 'startGrace' }] as const satisfies MachineAction[];

/** Signals with which a person or the system asks a program to end; others are only passed on. */
const endingSignals: readonly NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];

/** The state after an event, and what has to be done. */
export function step(
  state: RunState,
  event: RunEvent,
): { readonly state: RunState; readonly actions: readonly MachineAction[] } {
  if (state.phase === 'over') return { state, actions: [] };
  switch (event.type) {
    case 'stopped': {
      // The first reason stays, but Gatehouse outweighs a signal that the command has not obeyed.
      if (state.cause !== undefined && state.cause.by !== 'signal') return { state, actions: [] };
      if (state.phase !== 'running') return { state: { ...state, cause: event.cause }, actions: [] };
      return { state: { ...state, phase: 'stopping', cause: event.cause }, actions: terminate };
    }
    case 'signalled': {
      const passOn: MachineAction = { do: 'signalGroup', signal: event.signal };
      if (!endingSignals.includes(event.signal) || state.cause !== undefined) return { state, actions: [passOn] };
      return { state: { ...state, cause: { by: 'signal', signal: event.signal } }, actions: [passOn] };
    }
    case 'exited': {
      const ended = { ...state, exit: event.exit };
      if (event.isGroupEmpty) return over(ended);
      if (state.phase !== 'running') return { state: ended, actions: [] };
      // A run is over when nothing of it is left: what goes on in the background would go on ungoverned.
      return { state: { ...ended, phase: 'stopping', hasLeftovers: true }, actions: terminate };
    }
    case 'groupEmpty':
      return state.exit === undefined ? { state, actions: [] } : over(state);
    case 'graceOver':
      if (state.phase !== 'stopping') return { state, actions: [] };
      return { state: { ...state, phase: 'killing', wasKilled: true }, actions: [{ do: 'killGroup' }] };
  }
}

function over(state: RunState) {
  return { state: { ...state, phase: 'over' as const }, actions: [{ do: 'finish' }] as const };
}

/** What Gatehouse is told of a run that is over: the status is absent where Gatehouse has set it already. */
export type RunEnding = {
  readonly status?: Extract<RunStatus, 'completed' | 'failed' | 'cancelled' | 'blocked'>;
  readonly detail: string;
  readonly stopKind?: StopKind;
};

/** How a run ended, in Gatehouse's words; a command that was asked to end and then ended well has completed. */
export function endingOf(state: RunState, durationMs: number): RunEnding {
  const { cause, exit } = state;
  const how = `${exitText(exit)} after ${secondsText(durationMs)}${state.wasKilled === true ? ', killed because it did not end when asked' : ''}`;
  switch (cause?.by) {
    case 'gatehouse':
      return { detail: `${cause.reason}; the command ended with ${how}` };
    case 'refusal':
      return { status: 'blocked', detail: `${cause.reason}; the command ended with ${how}` };
    case 'signal':
      if (exit?.code === 0) break;
      return {
        status: 'cancelled',
        detail: `${cause.signal} was sent to it; it ended with ${how}`,
        stopKind: cause.signal === 'SIGINT' ? 'cancelled' : 'shutdown',
      };
    case undefined:
      break;
  }
  return { status: exit?.code === 0 ? 'completed' : 'failed', detail: how };
}

/** `exit code 3`, or the signal. */
export function exitText(exit: CommandExit | undefined): string {
  if (exit === undefined) return 'no exit code';
  return exit.signal === null ? `exit code ${exit.code ?? 0}` : exit.signal;
}

function secondsText(milliseconds: number): string {
  return milliseconds < 10_000 ? `${(milliseconds / 1_000).toFixed(1)} s` : `${Math.round(milliseconds / 1_000)} s`;
}
