import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Engine } from '../../../shared/contract/engine';
import type { RunReport } from '../../../shared/contract/run';
import type { Wire } from '../../../shared/kernel/wire-type';
import type { Prices } from '../../../shared/prices';
import type { HttpCaller } from '../../client/client';
import { ApiRefusal, isPassing } from '../../client/failure';
import { writeWhole } from '../../connect/kept-file';
import { isAlive } from '../../connect/processes';
import { runsOf } from './runs';
import type { SaidCost } from './said-cost';

/** The end of a run as it has to be told to Gatehouse, now or when it is back. */
export type KeptReport = {
  /** Absent while Gatehouse does not know of the run: it ran while Gatehouse was away. */
  readonly run_id?: string | undefined;
  readonly automation_id: string;
  readonly agent_id?: string | undefined;
  readonly report: Wire<Pick<RunReport, 'status' | 'detail' | 'stopKind' | 'nodeOutputs'>>;
  readonly spend?:
    | {
        readonly usage_id: string;
        readonly prompt_tokens: number;
        readonly completion_tokens: number;
        readonly cost_usd: number;
        /** The engine's session that it is of, of which something may have been charged already. */
        readonly session?: {
          readonly engine: Engine;
          readonly session_id: string;
          readonly source: SaidCost['source'];
          readonly uses: SaidCost['uses'];
          readonly own_prices?: Wire<Prices>;
        };
      }
    | undefined;
};

/** Keeps a report on disk, for its owner only, and answers its file. */
export function keepReport(home: string, report: KeptReport): string {
  const path = join(home, 'outbox', `${Date.now()}-${randomUUID()}.json`);
  write(path, report);
  return path;
}

function write(path: string, report: KeptReport): void {
  writeWhole(path, `${JSON.stringify(report)}\n`);
}

/**
 * Sends one report and forgets it; throws what is passing, and puts aside what Gatehouse refuses for good or nobody can read.
 * Answers whether it is told, or another command is telling it.
 */
export async function sendReport(path: string, caller: HttpCaller, tell: (line: string) => void): Promise<boolean> {
  // Claimed by its name, so that two commands do not send it at once.
  const claimed = `${path}.${process.pid}`;
  try {
    renameSync(path, claimed);
  } catch {
    return true;
  }
  const putAside = (why: string) => {
    const aside = `${path}.refused`;
    renameSync(claimed, aside);
    tell(`A run could not be reported: ${why} It is kept in ${aside}`);
    return false;
  };
  const report = read(claimed);
  // As a computer that went off leaves it; it must not stand in the way of those behind it.
  if (report === undefined) return putAside('its report cannot be read.');
  try {
    await deliver(report, caller, (runId) => write(claimed, { ...report, run_id: runId }));
    rmSync(claimed);
    return true;
  } catch (error) {
    if (error instanceof ApiRefusal && !isPassing(error)) {
      if (isOfOthers(error) && Date.now() - createdAt(path) < KEPT_MS) {
        // Another token may be allowed to report it.
        renameSync(claimed, path);
        tell(`A run could not be reported yet: ${error.message}`);
        return false;
      }
      return putAside(error.message);
    }
    renameSync(claimed, path);
    throw error;
  }
}

/** How long a report waits for a command whose token may send it, in milliseconds. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1_000;

function isOfOthers({ status }: ApiRefusal): boolean {
  return status === 401 || status === 403 || status === 404;
}

/** The instant in a report's name. */
function createdAt(path: string): number {
  return Number(/^(\d+)-/.exec(basename(path))?.[1] ?? 0);
}

function read(path: string): KeptReport | undefined {
  try {
    const report = JSON.parse(readFileSync(path, 'utf8')) as Partial<KeptReport> | null;
    return typeof report?.automation_id === 'string' && typeof report.report === 'object'
      ? (report as KeptReport)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Tells Gatehouse a report; `onRun` hears of the run that had to be started for it, which must not be started twice. */
export async function deliver(report: KeptReport, caller: HttpCaller, onRun: (runId: string) => void): Promise<void> {
  const runs = runsOf({ ...caller, agentId: report.agent_id });
  let runId = report.run_id;
  if (runId === undefined) {
    runId = (await runs.queue(report.automation_id)).run_id;
    onRun(runId);
  }
  // Before the end, which charges what is still set aside at its estimate.
  if (report.spend !== undefined) await runs.charge(runId, 'spend', report.spend);
  try {
    await runs.report(runId, report.report);
  } catch (error) {
    if (!(error instanceof ApiRefusal) || error.code !== 'AUTOMATION_V2_RUN_TRANSITION_INVALID') throw error;
    // It has ended in another way already, which stays.
    const { status: _, stop_kind: _kind, ...rest } = report.report;
    await runs.report(runId, rest);
  }
}

/** Sends what earlier runs could not tell; that Gatehouse is away, or that there is nothing, is no error. */
export async function sendKept(home: string, find: () => HttpCaller, tell: (line: string) => void): Promise<void> {
  const folder = join(home, 'outbox');
  const names = namesIn(folder);
  if (names.length === 0) return;
  for (const name of names) {
    const path = join(folder, name.replace(/\.json\.\d+$/, '.json'));
    try {
      if (join(folder, name) !== path) renameSync(join(folder, name), path);
      await sendReport(path, find(), tell);
    } catch {
      return;
    }
  }
}

/** Reports that wait, and those whose sender has ended in the middle. */
function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => {
        const sender = /\.json\.(\d+)$/.exec(name)?.[1];
        return name.endsWith('.json') || (sender !== undefined && !isAlive(Number(sender)));
      })
      .sort();
  } catch {
    return [];
  }
}
