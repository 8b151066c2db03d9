import { succeeded } from '../../../shared/errors';
import type { CommandHandlers } from '../handler';
import { liftEndedSpendPauses } from '../spend-pause';

/** The timer of spend pauses (spec/governance.md section 8). */
export const spendCommands: CommandHandlers<'spend.liftEndedPauses'> = {
  'spend.liftEndedPauses': (context) => succeeded({ count: liftEndedSpendPauses(context) }),
};
