import { IconCircleCheck, IconCoinOff, IconPlayerPause, IconUserSearch } from '@tabler/icons-react';
import type { AgentSummary } from '../../shared/contract/agent';
import { Mark, Marks } from '../ui/mark';
import { agentStrings } from './strings-agents';

const words = agentStrings.state;

/** What of an agent decides how it stands. */
export type AgentState = Pick<AgentSummary, 'isPaused' | 'isSpendPaused' | 'isReviewRequired'>;

/** Everything that stops an agent, as marks; one that says that nothing does. */
export function AgentMarks({ isPaused, isSpendPaused, isReviewRequired }: AgentState) {
  return (
    <Marks>
      {isPaused && <Mark icon={IconPlayerPause} tone="no" words={words.paused} />}
      {isSpendPaused && <Mark icon={IconCoinOff} tone="no" words={words.spendPaused} />}
      {isReviewRequired && <Mark icon={IconUserSearch} tone="waiting" words={words.review} />}
      {!isPaused && !isSpendPaused && !isReviewRequired && (
        <Mark icon={IconCircleCheck} tone="yes" words={words.active} />
      )}
    </Marks>
  );
}

/** The same in words alone, for a name. */
export function agentStateWords({ isPaused, isSpendPaused, isReviewRequired }: AgentState): string {
  const all = [isPaused && words.paused, isSpendPaused && words.spendPaused, isReviewRequired && words.review];
  const given = all.filter((each) => each !== false);
  return given.length === 0 ? words.active : given.join(', ');
}
