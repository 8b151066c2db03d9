import type { AutomationAction, AutomationOverview } from '../../shared/contract/automation';
import { assertNever } from '../../shared/kernel/assert-never';
import { type Refusal, type Result, succeeded } from '../../shared/kernel/errors';
import type { Desk } from '../bridge';
import { type Sent, useSending } from '../ui/use-send';

/** An action that the operator wants: what, and for which automations. */
export type ActionRequest = {
  readonly action: AutomationAction;
  /** As the operator saw them; for each it is carried out or refused on its own. */
  readonly automations: readonly AutomationOverview[];
  /** Called when the report was read, or at once when all went well for one. */
  readonly onDone?: () => void;
};

/** What is sent: for which, why, and until when an extension lasts (the default, if absent). */
type ActionInput = Pick<ActionRequest, 'automations'> & { readonly reason: string; readonly expiresAtMs?: number };

/** How the action went for one automation. */
export type Outcome = { readonly automation: AutomationOverview; readonly refusal: Refusal | undefined };

/** Carries out one action for one or several automations, each on its own: what is refused for one is done for the others. */
export function useAutomationAction(action: AutomationAction): Sent<ActionInput, readonly Outcome[]> {
  return useSending(async (desk, input) => {
    const outcomes = input.automations.map(async (automation): Promise<Outcome> => {
      const result = await carryOut(desk, action, automation, input);
      return { automation, refusal: result.ok ? undefined : result.refusal };
    });
    return succeeded(await Promise.all(outcomes));
  });
}

function carryOut(
  desk: Desk,
  action: AutomationAction,
  { automationId, findingIds }: AutomationOverview,
  { reason, expiresAtMs }: ActionInput,
): Promise<Result<unknown>> {
  const why = reason === '' ? {} : { reason };
  switch (action) {
    case 'acknowledge': {
      const notes = reason === '' ? {} : { notes: reason };
      return desk.request('automation.acknowledge', { automationId, findingIds: [...findingIds], ...notes });
    }
    case 'run':
      return desk.request('automation.run', { automationId });
    case 'pause':
      return desk.request('automation.pause', { automationId, ...why });
    case 'resume':
      return desk.request('automation.resume', { automationId, ...why });
    case 'extend': {
      const until = expiresAtMs === undefined ? {} : { expiresAtMs };
      return desk.request('automation.extend', { automationId, ...why, ...until });
    }
    case 'retire':
      return desk.request('automation.retire', { automationId, ...why });
    case 'delete':
      return desk.request('automation.delete', { automationId });
    case 'restore':
      return desk.request('automation.restore', { automationId });
    default:
      return assertNever(action);
  }
}
