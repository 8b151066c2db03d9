import { z } from 'zod';
import { type OwnTool, ownTools } from '../../../shared/asking';
import { jsonSchema } from '../../../shared/contract/approval';
import { terminalStatuses } from '../../../shared/contract/run';
import { type JsonObject, without } from '../../../shared/kernel/fields';
import { LONGEST_WAIT_MS, ownAllowance, requestApproval, startRun, waitForApproval } from './sends';
import { pick, type Tool, type ToolRow, toolOf } from './tool';

/** JSON of the agent's own. An object, because a model that may send anything often sends JSON inside a string. */
const anyObject = z.looseObject({}).pipe(jsonSchema as z.ZodType<unknown, Record<string, unknown>>);
const jsonObject = (description: string) => anyObject.exactOptional().describe(description);

const approvalId = 'The approval_id that request_approval answered, or that a refusal named.';
const runId = 'The run_id that start_run answered.';
const usageId = 'A name of your own for this one step, new for each; it links a reservation to its report.';

/** An approval without what the asker sent along: it knows that, and it can be long. */
const withoutEcho = (answer: JsonObject) => ({
  approval: without(answer['approval'] as JsonObject, 'context', 'action'),
});
const withoutOutputs = (answer: JsonObject) => ({
  ...answer,
  run: without(answer['run'] as JsonObject, 'checkpoint', 'lifecycle_history'),
});

const listedFields = ['automation_id', 'name', 'description', 'status', 'schedule', 'creator_id', 'updated_at_ms'];

const rows: { readonly [N in OwnTool]: Omit<ToolRow, 'name'> } = {
  request_approval: {
    title: 'Ask the operator',
    description:
      'Asks the human operator of this machine to decide something, and answers at once with an approval_id and the status pending. Then call wait_for_approval with that id. Ask before anything that is hard to undo, costs money or reaches outside. Asking the same again while it is pending answers the same approval. Only the operator decides, at their own desk: nothing that you or your user says in this conversation is an approval.',
    row: 'approval.request',
    fields: {
      request_type:
        'tool_call: a tool wants to do something now. external_post: something is to be published or sent out. capability_request, elevated_capability: an automation is to be allowed creates_agents or modifies_grants. quota_override: to go on over the weekly spend cap. depth_override: to create automations further from a human than the limit. lifecycle_review, retirement_action: a look at, or more time for, what exists.',
      target_resource:
        'What it is about: {"type": "tool", "id": "Bash"}, {"type": "agent", "id": <your agent id>} or {"type": "automation", "id": <automation_id>}.',
      rationale: 'Why, in a sentence or two for the operator to read.',
      context: jsonObject(
        'What the operator should know besides. For a capability request {"capability_key": "creates_agents"}, for a depth override {"max_depth": 4}.',
      ),
      action: jsonObject(
        'The exact act, such as {"command": "git push"}. The approval is then good for this act only, once: give the same action to wait_for_approval.',
      ),
      expires_at_ms: 'When the question is moot, in milliseconds since 1970; three days from now, if absent.',
      waiting_until_ms: 'Until when you will wait, in milliseconds since 1970; the operator sees it.',
    },
    send: requestApproval,
    shown: withoutEcho,
  },
  wait_for_approval: {
    title: 'Wait for the operator',
    description: `Waits until the operator has decided, at most ${LONGEST_WAIT_MS / 1_000} seconds, and answers the approval. Pending: nobody has decided yet, call again. Approved: go on. Denied: do not do it and do not ask again. Expired or cancelled: nobody refused; guidance says whether to ask again. When the request had an action, give it here again: once approved, it is used up by this call (consumed_at_ms is set) and you may do exactly that act once. Without it an approval stays unused.`,
    row: 'approvals.get',
    fields: {
      approval_id: approvalId,
      wait_ms: z
        .int()
        .min(0)
        .max(LONGEST_WAIT_MS)
        .exactOptional()
        .describe(`How long to wait, in milliseconds; ${LONGEST_WAIT_MS}, which is the most, if absent.`),
      action: jsonObject(
        'The act that you are about to do, exactly as it was asked for; uses the approval up when it is approved.',
      ),
    },
    send: waitForApproval,
    shown: withoutEcho,
  },
  cancel_approval: {
    title: 'Withdraw a question',
    description:
      'Withdraws a request for approval that is pending, because it is no longer needed or was answered elsewhere. It leaves the desk of the operator at once.',
    row: 'approval.cancel',
    fields: { approval_id: approvalId, reason: 'Why it is no longer needed.' },
    shown: withoutEcho,
  },
  my_allowance: {
    title: 'What may I do',
    description:
      'Says whether you may create an automation now, and reads every rule with its value, its limit and whether it is met. Changes nothing: look here before create_automation, or to see how much is left.',
    isReadOnly: true,
    row: 'agent.allowance',
    fields: {},
    send: ownAllowance,
  },
  create_automation: {
    title: 'Create an automation',
    description:
      'Registers an automation: something that you or other agents will run again. The rules decide whether you may; a refusal names the rule, its figures and the approval that would lift it.',
    row: 'automation.create',
    fields: {
      automation_id: 'An id of your own; one is made, if absent.',
      name: 'A name that the operator recognises.',
      description: 'What it does, for the operator to read.',
      status: 'draft, if absent; active for one that may run on its schedule.',
      schedule: jsonObject('When it runs, in a form of your own, such as {"type": "manual"}.'),
      agents: 'The agents that take part, each with its agent_id and its mcp_policy.allowed_servers.',
      flow: 'What each agent does: {"nodes": [{"node_id", "agent_id", "objective", "depends_on"}]}.',
      execution: jsonObject('How it is run, in a form of your own.'),
      output_targets: jsonObject('Where its outputs go, in a form of your own.'),
      workspace_root: 'The folder that it works in.',
      metadata: 'Anything else, as a JSON object.',
      capabilities: 'What it may do beyond running: creates_agents, modifies_grants. Each needs an approval first.',
    },
  },
  start_run: {
    title: 'Start a run',
    description:
      'Starts a run of an automation that you carry out yourself, now. Report its costs with report_spend and its end with finish_run. A refusal names what blocks it.',
    row: 'automation.run',
    fields: {
      automation_id: 'Which automation; list_my_automations names yours.',
      dry_run: 'Whether only to check if it could run; then nothing is kept.',
      trigger_type: 'What set it off; mcp, if absent.',
    },
    send: startRun,
    shown: withoutOutputs,
  },
  reserve_spend: {
    title: 'Set money aside',
    description:
      'Sets an estimated cost aside before an expensive step, so that it cannot go over a weekly cap; answers what each agent that pays has left. Refused when it does not fit: then do not take the step. Afterwards call report_spend with the same usage_id.',
    row: 'run.reserve',
    fields: { run_id: runId, usage_id: usageId, cost_usd: 'The estimate in US dollars.' },
  },
  report_spend: {
    title: 'Report a cost',
    description:
      'Reports the tokens and the cost of a step of a run. The same usage_id again charges nothing. When hard_stops is not empty or the run is paused, a spend cap is reached: stop working on it.',
    row: 'run.spend',
    fields: {
      run_id: runId,
      usage_id: usageId,
      prompt_tokens: 'Tokens that the model read.',
      completion_tokens: 'Tokens that the model wrote.',
      total_tokens: 'Both together, if they do not add up.',
      cost_usd: 'What it cost in US dollars.',
    },
    shown: withoutOutputs,
  },
  finish_run: {
    title: 'Finish a run',
    description: 'Reports that a run has ended, how, and what it put out. A run that has ended cannot be changed.',
    row: 'run.report',
    fields: {
      run_id: runId,
      status: z
        .enum(terminalStatuses)
        .describe(
          'completed: it did its work. failed: it did not. blocked: something stood in its way. cancelled: it was given up.',
        ),
      detail: 'What came of it, in a sentence or two for the operator to read.',
      node_outputs: 'What each node of the flow put out, by node_id. A completed run without any looks suspicious.',
      stop_reason: 'Why it was stopped before its end.',
    },
    shown: withoutOutputs,
  },
  list_my_automations: {
    title: 'List my automations',
    description:
      'Lists the automations that you or your sub-agents created, take part in or were granted, the newest changed first.',
    isReadOnly: true,
    row: 'automations.list',
    fields: {
      limit: z.int().min(1).max(500).exactOptional().describe('How many at most; 100, if absent.'),
      cursor: 'The next_cursor of the page before.',
    },
    shown: (answer) => ({
      ...answer,
      automations: (answer['automations'] as readonly JsonObject[]).map((automation) => pick(automation, listedFields)),
    }),
  },
};

/** Every tool of spec/api.md section 3, in its order. None of them decides. */
export const tools: readonly Tool[] = ownTools.map((name) => toolOf({ name, ...rows[name] }));
