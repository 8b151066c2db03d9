import { expect, test } from 'vitest';
import { approvalStatuses } from '../../shared/contract/request-kinds';
import { isMissed, nobodyDecided, operatorStatus } from '../../shared/missed';

test('what was taken back because nobody decided, or ended while somebody waited, was missed; nothing else was [sessions-7.missed]', () => {
  const reasons = [
    undefined,
    '',
    nobodyDecided(540),
    'It was answered in the terminal.',
    `Because ${nobodyDecided(1)}`,
  ];
  const missed = approvalStatuses.flatMap((status) =>
    reasons.flatMap((cancelReason, index) =>
      [undefined, 1].flatMap((waitingUntilMs) => {
        const facts = {
          status,
          ...(cancelReason !== undefined && { cancelReason }),
          ...(waitingUntilMs !== undefined && { waitingUntilMs }),
        };
        expect(operatorStatus(facts)).toBe(isMissed(facts) ? 'missed' : status);
        return isMissed(facts) ? [`${status} ${index} ${waitingUntilMs ?? '-'}`] : [];
      }),
    ),
  );
  expect(missed).toEqual([...reasons.map((_, index) => `expired ${index} 1`), 'cancelled 2 -', 'cancelled 2 1']);
});
