import type { Run } from '../../../shared/contract/run';
import { defined } from '../../../shared/kernel/fields';
import type { CommandContext } from '../../kernel/handler';
import { tell } from '../effects';
import { countRun } from '../lifecycle/reviews';
import { chargeEstimate } from '../spend/charge';

/**
 * What a run's end brings with it, once it is written as over: its open reservations are charged at their estimate, it counts
 * towards its automation's review, and the audit log says so. `stopped` names what the engine still has to stop.
 */
export function runEnded(
  context: CommandContext,
  run: Run,
  stopped: Pick<Run, 'activeSessionIds' | 'activeInstanceIds'> = run,
): Run {
  const { store } = context;
  const ended = store.spend
    .reservationsOf(run.runId)
    .reduce((current, reservation) => chargeEstimate(context, current, reservation), run);
  const { runId, automationId, status, detail, stopKind } = run;
  tell(context, 'run.finished', {
    runId,
    automationId,
    status,
    ...defined({ detail, stopKind }),
    sessionIds: stopped.activeSessionIds,
    instanceIds: stopped.activeInstanceIds,
  });
  countRun(context, ended);
  return ended;
}
