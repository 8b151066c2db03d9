import type { Run } from '../../../shared/run';
import type { Wire } from '../../../shared/wire';
import { type ApiRequest, ask, type Caller } from '../../client/client';

/** A run as it is answered; its other fields do not matter here. */
export type WireRun = Wire<Pick<Run, 'runId' | 'status' | 'stopReason' | 'pauseReason' | 'detail'>>;

/** The runs of one caller, over HTTP. Everything rejects with Refusal, or with Unreachable. */
export function runsOf(caller: Caller) {
  const sent = async (request: ApiRequest) => ((await ask(caller, request)) as { readonly run: WireRun }).run;
  const at = (runId: string) => `/automations/v2/runs/${encodeURIComponent(runId)}`;
  return {
    /** Queues a run of an automation, which waits until it is reported as running. */
    queue: (automationId: string) =>
      sent({
        method: 'POST',
        path: `/automations/v2/${encodeURIComponent(automationId)}/run_now`,
        body: { trigger_type: 'gatehouse_run' },
      }),
    find: (runId: string, signal: AbortSignal) => sent({ path: at(runId), signal }),
    report: (runId: string, body: unknown) => sent({ method: 'PATCH', path: at(runId), body }),
    /** Sets money aside for a run, or charges it. */
    charge: (runId: string, how: 'reserve' | 'spend', body: unknown) =>
      sent({ method: 'POST', path: `${at(runId)}/${how}`, body }),
  };
}
