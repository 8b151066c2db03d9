import fc from 'fast-check';
import { expect, test } from 'vitest';
import { payloadInside, payloadOnLog } from '../../shared/payload';

test.each([
  ['automation_id', 'automationID'],
  ['paused_run_ids', 'pausedRunIDs'],
  ['weekly_spend_cap_usd', 'weeklySpendCapUsd'],
  ['requested_approvals', 'requestedApprovals'],
  ['expires_at_ms', 'expiresAtMs'],
  ['reason', 'reason'],
])('in the log %s is %s [13.payload-keys]', (inside, onLog) => {
  expect(payloadOnLog({ [inside]: 1 })).toEqual({ [onLog]: 1 });
});

const name = fc.array(fc.stringMatching(/^[a-z]+$/), { minLength: 1, maxLength: 4 }).map((words) => words.join('_'));

test('a payload comes back from the log as it was, also one that was written before the names were the reference’s', () => {
  fc.assert(
    fc.property(fc.dictionary(name, fc.jsonValue()), (payload) => {
      expect(payloadInside(payloadOnLog(payload))).toEqual(payload);
      expect(payloadInside(payload)).toEqual(payload);
    }),
  );
});

test('what is nested is a record in its wire form, and stays', () => {
  const grant = { grant_id: 'g', granted_to: { actor_id: 'scout' } };
  expect(payloadOnLog({ automation_id: 'a', grant })).toEqual({ automationID: 'a', grant });
});
