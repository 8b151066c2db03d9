import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  begun,
  endingOf,
  type MachineAction,
  type RunEvent,
  type RunState,
  step,
} from '../../electron/cli/run/run-machine';
import { stopIn } from '../../electron/cli/run/watch';

const paused = { by: 'gatehouse', status: 'paused', reason: 'looks wrong' } as const;
const stopped: RunEvent = { type: 'stopped', cause: paused };
const exited = (code: number | null, isGroupEmpty = true, signal: NodeJS.Signals | null = null): RunEvent => ({
  type: 'exited',
  exit: { code, signal },
  isGroupEmpty,
});
const interrupted: RunEvent = { type: 'signalled', signal: 'SIGINT' };
const groupEmpty: RunEvent = { type: 'groupEmpty' };
const graceOver: RunEvent = { type: 'graceOver' };

/** The state after these events, and in short what was done at each. */
function play(...events: readonly RunEvent[]): { readonly state: RunState; readonly done: readonly string[] } {
  let state = begun;
  const done: string[] = [];
  const short = (action: MachineAction) => (action.do === 'signalGroup' ? action.signal : action.do);
  for (const event of events) {
    const next = step(state, event);
    state = next.state;
    done.push(next.actions.map(short).join('+'));
  }
  return { state, done };
}

test.each<[string, readonly RunEvent[], readonly string[], object]>([
  [
    'a command that ends by itself',
    [exited(0)],
    ['finish'],
    { status: 'completed', detail: 'exit code 0 after 1.5 s' },
  ],
  ['one that fails', [exited(3)], ['finish'], { status: 'failed', detail: 'exit code 3 after 1.5 s' }],
  [
    'one that crashes',
    [exited(null, true, 'SIGSEGV')],
    ['finish'],
    { status: 'failed', detail: 'SIGSEGV after 1.5 s' },
  ],
  [
    'one that is paused and obeys',
    [stopped, exited(null, true, 'SIGTERM')],
    ['SIGTERM+startGrace', 'finish'],
    { detail: 'looks wrong; the command ended with SIGTERM after 1.5 s' },
  ],
  [
    'one that is paused and does not obey',
    [stopped, graceOver, exited(null, false, 'SIGKILL'), groupEmpty],
    ['SIGTERM+startGrace', 'killGroup', '', 'finish'],
    { detail: expect.stringContaining('killed because it did not end when asked') as string },
  ],
  [
    'one whose children do not obey',
    [stopped, exited(0, false), graceOver, groupEmpty],
    ['SIGTERM+startGrace', '', 'killGroup', 'finish'],
    { detail: expect.stringContaining('killed') as string },
  ],
  [
    'one that leaves something running',
    [exited(0, false), groupEmpty],
    ['SIGTERM+startGrace', 'finish'],
    { status: 'completed' },
  ],
  [
    'Ctrl-C',
    [interrupted, exited(130)],
    ['SIGINT', 'finish'],
    { status: 'cancelled', stopKind: 'cancelled', detail: expect.stringContaining('SIGINT was sent') as string },
  ],
  ['Ctrl-C that the command takes well', [interrupted, exited(0)], ['SIGINT', 'finish'], { status: 'completed' }],
  [
    'a shutdown',
    [{ type: 'signalled', signal: 'SIGTERM' }, exited(null, true, 'SIGTERM')],
    ['SIGTERM', 'finish'],
    { status: 'cancelled', stopKind: 'shutdown' },
  ],
  [
    'a window that changes its size',
    [{ type: 'signalled', signal: 'SIGWINCH' }, exited(1)],
    ['SIGWINCH', 'finish'],
    { status: 'failed' },
  ],
  [
    'a pause after a Ctrl-C that was not obeyed',
    [interrupted, stopped, exited(1)],
    ['SIGINT', 'SIGTERM+startGrace', 'finish'],
    { detail: expect.stringMatching(/^looks wrong/) as string },
  ],
  [
    'a run that is not let go on',
    [{ type: 'stopped', cause: { by: 'refusal', code: 'AUTH_REQUIRED', reason: 'No token.' } }, exited(1)],
    ['SIGTERM+startGrace', 'finish'],
    { status: 'blocked', detail: expect.stringMatching(/^No token\.; /) as string },
  ],
])('%s', (_name, events, done, ending) => {
  const played = play(...events);
  expect(played.done).toEqual(done);
  expect(played.state.phase).toBe('over');
  expect(endingOf(played.state, 1_500)).toMatchObject(ending);
  if (!('status' in ending) && 'detail' in ending) expect(endingOf(played.state, 1_500)).not.toHaveProperty('status');
});

test('the first reason to stop stays', () => {
  const cancelled: RunEvent = { type: 'stopped', cause: { by: 'gatehouse', status: 'cancelled', reason: 'enough' } };
  expect(play(stopped, cancelled).state.cause).toEqual(paused);
});

const anyEvent = fc.constantFrom<RunEvent>(stopped, interrupted, exited(0), exited(1, false), groupEmpty, graceOver);

test('whatever happens, a run finishes once, kills only after the grace, and is over only without a command', () => {
  fc.assert(
    fc.property(fc.array(anyEvent, { maxLength: 12 }), (events) => {
      const { state, done } = play(...events);
      const actions = done.join('+');
      expect(actions.split('finish').length - 1).toBe(state.phase === 'over' ? 1 : 0);
      if (state.phase === 'over') expect(state.exit).toBeDefined();
      if (actions.includes('killGroup'))
        expect(actions.indexOf('startGrace')).toBeLessThan(actions.indexOf('killGroup'));
      expect(actions.split('startGrace').length).toBeLessThanOrEqual(2);
    }),
  );
});

test.each([
  ['run.paused', { reason: 'weekly spend cap exceeded' }, { status: 'paused', reason: 'weekly spend cap exceeded' }],
  ['run.paused', {}, { status: 'paused', reason: 'the run was paused' }],
  ['run.finished', { status: 'cancelled', detail: 'enough' }, { status: 'cancelled', reason: 'enough' }],
  ['run.finished', { status: 'completed' }, undefined],
  ['run.resumed', {}, undefined],
  ['spend.warning', { reason: 'close' }, undefined],
])('%s with %j', (name, payload, cause) => {
  const found = stopIn({ seq: 1, name, payload });
  if (cause === undefined) expect(found).toBe(undefined);
  else expect(found).toEqual({ by: 'gatehouse', ...cause });
});
