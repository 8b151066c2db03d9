import type { Approval } from '../../shared/contract/approval';
import type { Judgement, RiskLevel, RiskReason } from '../../shared/judgement';
import { defined, textOf } from '../../shared/kernel/fields';
import { visibleLine } from '../../shared/kernel/visible-text';
import { MOST_PARTS } from './commands';
import type { JudgedPlace, PathFacts, Surroundings, Workspace } from './place';
import { type Access, unreadable } from './programs/program';
import { judgeTool, type ToolAnnotations, type ToolReading } from './tools';

/** What is judged of a request. */
export type JudgedRequest = Pick<Approval, 'requestType' | 'targetResource' | 'context' | 'action'> & {
  readonly requestedBy?: Approval['requestedBy'];
};

/** Who calls a tool, as far as that is known. */
export type ToolCaller = {
  readonly agentId?: string | undefined;
  /** Its session, as its engine calls it. */
  readonly engine?: string | undefined;
  readonly sessionId?: string | undefined;
  /** The hash of the tool's definition as the caller has it. */
  readonly definitionHash?: string | undefined;
};

/** What is known of tools, folders and sessions beside what is seen of the machine; without it, nothing is. */
export type Known = {
  /** How dangerous the operator has said that a tool is. */
  readonly levelOf?: (toolName: string, caller: ToolCaller) => RiskLevel | undefined;
  readonly isTrusted?: (root: string) => boolean;
  /** Whether an agent has changed this file, given without links, in the caller's session. */
  readonly wasChanged?: (path: string, caller: ToolCaller) => boolean;
};

/** What judges an act. */
export type Judge = {
  /** How dangerous a request is (spec/judgement.md). */
  request(request: JudgedRequest): Judgement;
  /** How dangerous a call of a tool is, in the folder in which the engine works. */
  call(call: JudgedCall): Judgement;
};

type JudgedCall = {
  readonly toolName: string;
  readonly action: unknown;
  readonly cwd?: string | undefined;
  readonly annotations?: ToolAnnotations;
  readonly caller?: ToolCaller;
};

/** Where an act happens that does not say it: what it names from there on is there, and nothing else is. */
const somewhere = { root: '/(somewhere)', isGit: false, isThere: false } as const;

/** The one that decides for everybody, with what Gatehouse itself sees of the machine; the shell's grammar must be loaded. */
export function createJudge(surroundings: Surroundings, known: Known = {}): Judge {
  const judge: Judge = {
    call: (call) => surroundings.atOnce(() => judged(surroundings, known, call)),
    request(request) {
      const { requestType, targetResource, context, action, requestedBy } = request;
      const said = saidByAsker(context);
      if (requestType === 'tool_call') {
        const caller = {
          agentId: requestedBy?.actorId,
          engine: textOf(context, 'engine'),
          sessionId: textOf(context, 'session_id'),
          definitionHash: textOf(context, 'tool_definition_hash'),
        };
        return raised(judge.call({ toolName: targetResource.id, action, cwd: textOf(context, 'cwd'), caller }), said);
      }
      const reason = reasonOfRequest(request);
      const reasons = reason === undefined ? [] : [reason];
      const nothing = { parts: [], isCut: false, files: [], changes: [] };
      return raised({ level: reason === undefined ? 'normal' : 'high', reasons, ...nothing }, said);
    },
  };
  return judge;
}

/** Judges one call of a tool. */
function judged(
  surroundings: Surroundings,
  known: Known,
  { toolName, action, cwd = somewhere.root, annotations, caller = {} }: JudgedCall,
): Judgement {
  const isSaid = cwd !== somewhere.root;
  const workspace = isSaid ? surroundings.workspaceOf(cwd) : somewhere;
  const isTrusted = workspace !== undefined && (known.isTrusted?.(workspace.root) ?? true);
  const used = usesOf(known, caller);
  const place: JudgedPlace = { surroundings, workspace, isTrusted, files: new Set(), onUse: used.onUse };
  const level = known.levelOf?.(toolName, caller);
  const reading = readable(() => judgeTool({ toolName, action, cwd, ...defined({ annotations, level }) }, place));
  return {
    ...(isTrusted ? reading : outOfTrust(reading, workspace)),
    isCut: reading.parts.length >= MOST_PARTS,
    files: [...place.files],
    ...(isSaid && workspace !== undefined && { workspace: workspace.root }),
    ...used.found(),
  };
}

/** What nests deeper or grows longer than the machine can take is read by nobody: whoever asks for it hears that, and nothing falls. */
function readable(read: () => ToolReading): ToolReading {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { level: 'high', reasons: [unreadable('is more than can be read')], parts: [] };
  }
}

/** What changes anything in a workspace that the operator does not trust is outside (spec/judgement.md section 4). */
function outOfTrust(reading: ToolReading, workspace: Workspace | undefined): ToolReading {
  if (workspace === undefined || reading.level !== 'normal') return reading;
  const reason = { kind: 'outside', what: `works in ${workspace.root}, which you do not trust` } as const;
  return { ...reading, level: 'high', reasons: [...reading.reasons, reason] };
}

/** Files of the workspace that one act may change, and are kept of it. */
const MOST_CHANGES = 100;

/** Gathers what an act does with files of the workspace: which it changes, and which it runs that the session has changed. */
function usesOf(known: Known, caller: ToolCaller) {
  const changes = new Set<string>();
  const notes = new Set<string>();
  return {
    onUse({ path, shown, isInside }: PathFacts, access: Access) {
      if (!isInside) return;
      if ((access === 'writes' || access === 'replaces') && changes.size < MOST_CHANGES) changes.add(path);
      if (access === 'runs' && known.wasChanged?.(path, caller) === true) {
        notes.add(`runs ${visibleLine(shown, 200)}, which was changed in this session`);
      }
    },
    found: () => ({ changes: [...changes], ...(notes.size > 0 && { notes: [...notes] }) }),
  };
}

function raised(judgement: Judgement, said: RiskReason | undefined): Judgement {
  return said === undefined ? judgement : { ...judgement, level: 'high', reasons: [...judgement.reasons, said] };
}

/** What kinds of requests are of high risk whatever they are about. */
function reasonOfRequest({ requestType, targetResource }: JudgedRequest): RiskReason | undefined {
  switch (requestType) {
    case 'external_post':
      return { kind: 'sends', what: `posts to ${targetResource.id}` };
    case 'quota_override':
      return { kind: 'money', what: 'spends more than its cap' };
    case 'capability_request':
    case 'elevated_capability':
      return { kind: 'capability', what: 'may do more than before' };
    case 'depth_override':
      return { kind: 'capability', what: 'may go deeper than its lineage' };
    default:
      return undefined;
  }
}

/** What the asker says of it raises the level, and never lowers it. */
function saidByAsker(context: unknown): RiskReason | undefined {
  const isHigh = ['risk', 'riskLevel', 'risk_level'].some((name) =>
    /^(?:high|critical)$/i.test(textOf(context, name) ?? ''),
  );
  return isHigh ? { kind: 'said_by_asker', what: 'the agent itself says that the risk is high' } : undefined;
}
