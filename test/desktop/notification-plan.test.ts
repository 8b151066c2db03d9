import { describe, expect, test } from 'vitest';
import { type Notice, noPlan, type PlanStep, planNotifications } from '../../electron/desktop/notifications/plan';
import { defaultPreferences } from '../../shared/contract/desk-contract';
import type { NotificationKind } from '../../shared/contract/notifications';
import type { Place } from '../../shared/kernel/place';
import { START } from '../support/world';

const noticeOf = (kind: NotificationKind, key: string, who = 'scout'): Notice => {
  const isRequest = kind === 'request' || kind === 'review' || kind === 'expiry';
  return {
    kind,
    who,
    ...(isRequest && { approvalId: key }),
    place: isRequest ? { view: 'queue', subject: key } : { view: 'agents', subject: who },
    notification: { key, title: `${kind} ${key}`, body: '', actions: [], urgency: 'normal' },
  };
};
const request = (key: string, who?: string) => noticeOf('request', key, who);

/** A planner with a screen and requests of its own, at a clock that the test sets. */
function desk() {
  const onScreen = new Map<string, string>();
  const settled = new Set<string>();
  const asked = new Set<string>();
  const world = {
    nowMs: START,
    isQuiet: false,
    preferences: defaultPreferences,
    focusedPlace: undefined as Place | undefined,
  };
  let state = noPlan;
  const step = (notices: readonly Notice[], over: readonly string[] = []): readonly PlanStep[] => {
    for (const { approvalId } of notices) if (approvalId !== undefined) asked.add(approvalId);
    for (const id of over) settled.add(id);
    const planned = planNotifications(
      state,
      { notices, over },
      {
        ...world,
        isShown: (key) => onScreen.has(key),
        isPending: (approvalId) => !settled.has(approvalId),
        waitingCount: [...asked].filter((id) => !settled.has(id)).length,
      },
    );
    state = planned.state;
    for (const one of planned.steps) {
      if (one.step === 'withdraw') onScreen.delete(one.key);
      else if (one.step === 'show')
        onScreen.set(one.notification.key, `${one.notification.title}\n${one.notification.body}`);
    }
    return planned.steps;
  };
  return {
    world,
    onScreen,
    step,
    /** Each a second and a half after the other, so that they are no burst of four. */
    tell: (...notices: readonly Notice[]) => notices.map((notice) => step([notice])),
    pass: (ms: number) => {
      world.nowMs += ms;
    },
    keys: () => [...onScreen.keys()],
    sounds: (steps: readonly PlanStep[]) =>
      steps.filter((one) => one.step === 'show' && one.notification.isSilent !== true).length,
  };
}

describe('what the operator does not need to be told', () => {
  test.each<[string, Place | undefined, readonly string[]]>([
    ['the window is not focused', undefined, ['apr_1']],
    ['the queue is before the operator', { view: 'queue' }, []],
    ['the request itself is', { view: 'queue', subject: 'apr_1' }, []],
    ['another request is', { view: 'queue', subject: 'apr_2' }, ['apr_1']],
    ['another view is', { view: 'audit' }, ['apr_1']],
  ])('a request while %s: %s', (_name, focusedPlace, keys) => {
    const { world, step, keys: shown } = desk();
    world.focusedPlace = focusedPlace;
    step([request('apr_1')]);
    expect(shown()).toEqual(keys);
  });

  test('a request that was answered before it was shown', () => {
    const { step, keys } = desk();
    step([request('apr_1')], ['apr_1']);
    expect(keys()).toEqual([]);
  });

  test.each<NotificationKind>([
    'request',
    'spend_warning',
    'hard_stop',
    'review',
    'expiry',
    'agent_stopped',
    'api_trouble',
  ])('a kind that is turned off: %s', (kind) => {
    const { world, step, keys } = desk();
    step([noticeOf(kind, 'a')]);
    expect(keys()).toEqual(['a']);
    world.preferences = {
      ...defaultPreferences,
      notificationKinds: { ...defaultPreferences.notificationKinds, [kind]: false },
    };
    step([]);
    step([noticeOf(kind, 'b')]);
    expect(keys()).toEqual([]);
  });

  test('anything, when notifications are off; what is there goes', () => {
    const { world, step, keys } = desk();
    step([1, 2, 3, 4, 5].map((count) => request(`apr_${count}`)));
    step([noticeOf('hard_stop', 'stop')]);
    world.preferences = { ...defaultPreferences, areNotificationsOn: false };
    step([request('apr_9'), noticeOf('hard_stop', 'stop 2')]);
    expect(keys()).toEqual([]);
  });
});

test('a request that is settled anywhere is withdrawn, and nothing else', () => {
  const { step, keys } = desk();
  step([request('apr_1'), request('apr_2')]);
  step([], ['apr_1', 'apr_unknown']);
  expect(keys()).toEqual(['apr_2']);
});

test('what an agent was stopped by is told in the window while that is focused', () => {
  const { world, step } = desk();
  world.focusedPlace = { view: 'audit' };
  expect(step([noticeOf('agent_stopped', 'stopped')]).map((one) => one.step)).toEqual(['tell']);
});

describe('a burst', () => {
  test('of five agents within two seconds is one summary with one sound', () => {
    const { step, pass, keys, onScreen, sounds } = desk();
    const steps = [1, 2, 3, 4, 5].flatMap((count) => {
      pass(400);
      return step([request(`apr_${count}`, `agent-${count}`)]);
    });
    expect(keys()).toEqual(['summary']);
    expect(onScreen.get('summary')).toBe(
      '5 requests are waiting\nFrom agent-1, agent-2 and 3 more. Open Gatehouse to see and decide them.',
    );
    expect(sounds(steps)).toBe(1);
  });

  test('that comes at once is never shown singly', () => {
    const { step } = desk();
    expect(step([1, 2, 3, 4].map((count) => request(`apr_${count}`))).map((one) => one.step)).toEqual(['show']);
  });

  test('of three stays three, and one that comes later is one of its own with a sound', () => {
    const { step, pass, keys, sounds } = desk();
    step([request('apr_1'), request('apr_2'), request('apr_3')]);
    pass(2_000);
    expect(sounds(step([request('apr_4')]))).toBe(1);
    expect(keys()).toEqual(['apr_1', 'apr_2', 'apr_3', 'apr_4']);
  });

  test('leaves a hard stop a notification of its own', () => {
    const { step, keys } = desk();
    step([...[1, 2, 3, 4].map((count) => request(`apr_${count}`)), noticeOf('hard_stop', 'stop')]);
    expect(keys()).toEqual(['stop', 'summary']);
  });

  test('of several kinds says how many there are of each', () => {
    const { step, onScreen } = desk();
    step([
      request('apr_1'),
      noticeOf('review', 'apr_2', 'nightly'),
      noticeOf('spend_warning', 'w', 'ledger'),
      noticeOf('agent_stopped', 's', 'tidy'),
    ]);
    expect(onScreen.get('summary')).toBe(
      'Several things need your look\n2 requests are waiting, from scout and nightly.\n1 agent is close to the cap: ledger.\n1 agent paused: tidy.',
    );
  });
});

describe('the summary', () => {
  const flooded = () => {
    const made = desk();
    made.step([1, 2, 3, 4, 5].map((count) => request(`apr_${count}`)));
    made.pass(5_000);
    return made;
  };

  test('says how many wait now without a sound, and goes when nothing does', () => {
    const { step, onScreen, keys, sounds } = flooded();
    expect(sounds(step([], ['apr_1']))).toBe(0);
    expect(onScreen.get('summary')).toContain('4 requests are waiting');
    step([], ['apr_2', 'apr_3', 'apr_4', 'apr_5']);
    expect(keys()).toEqual([]);
  });

  test('stays closed when the person has closed it', () => {
    const { step, onScreen, keys } = flooded();
    onScreen.clear();
    step([], ['apr_1']);
    expect(keys()).toEqual([]);
    step([request('apr_9')]);
    expect(keys()).toEqual(['apr_9']);
  });

  test('takes what is more than fits on the screen', () => {
    const { tell, pass, keys, step } = desk();
    for (let count = 1; count <= 4; count += 1) {
      tell(request(`apr_${count}`));
      pass(5_000);
    }
    step([request('apr_5')]);
    expect(keys()).toEqual(['apr_1', 'apr_2', 'apr_3', 'apr_4', 'summary']);
  });
});

describe('the ceiling', () => {
  test('lets no more through in a minute, and what is over it makes no sound', () => {
    const { world, step, pass, onScreen, keys, sounds } = desk();
    world.preferences = { ...defaultPreferences, notificationsPerMinute: 2 };
    for (let count = 1; count <= 2; count += 1) {
      step([request(`apr_${count}`)]);
      step([], [`apr_${count}`]);
      pass(5_000);
    }
    expect(sounds(step([request('apr_3')]))).toBe(0);
    expect(keys()).toEqual(['summary']);
    pass(5_000);
    expect(sounds(step([noticeOf('hard_stop', 'stop')]))).toBe(1);
    onScreen.clear();
    pass(60_000);
    step([request('apr_4')]);
    expect(keys()).toEqual(['apr_4']);
  });
});

describe('while it is quiet', () => {
  test('nothing is shown but hard stops; afterwards there is one digest with one sound', () => {
    const { world, step, pass, keys, onScreen, sounds } = desk();
    world.isQuiet = true;
    step([request('apr_1'), request('apr_2', 'ledger'), noticeOf('spend_warning', 'w', 'tidy')]);
    pass(60_000);
    step([noticeOf('hard_stop', 'stop')]);
    expect(keys()).toEqual(['stop']);
    step([], ['apr_1']);
    pass(60_000);
    world.isQuiet = false;
    expect(sounds(step([]))).toBe(1);
    expect(keys()).toEqual(['stop', 'summary']);
    expect(onScreen.get('summary')).toBe(
      'While notifications were quiet\n1 request is waiting, from ledger.\n1 agent is close to the cap: tidy.',
    );
    expect(step([])).toEqual([]);
  });

  test('the only thing that came is told as it is', () => {
    const { world, step, keys } = desk();
    world.isQuiet = true;
    step([request('apr_1'), request('apr_2')]);
    step([], ['apr_1']);
    world.isQuiet = false;
    step([]);
    expect(keys()).toEqual(['apr_2']);
  });

  test('what was settled meanwhile is not told', () => {
    const { world, step, keys } = desk();
    world.isQuiet = true;
    step([request('apr_1'), request('apr_2')]);
    step([], ['apr_1', 'apr_2']);
    world.isQuiet = false;
    step([]);
    expect(keys()).toEqual([]);
  });
});
