import type { Approval } from '../../shared/contract/approval';
import type { Judgement, RiskReason } from '../../shared/judgement';
import { MOST_PARTS } from './commands';
import type { Place, Surroundings } from './place';
import { judgeTool, type ToolAnnotations } from './tools';

/** What is judged of a request. */
export type JudgedRequest = Pick<Approval, 'requestType' | 'targetResource' | 'context' | 'action'>;

/** What judges an act. */
export type Judge = {
  /** How dangerous a request is (spec/judgement.md). */
  request(request: JudgedRequest): Judgement;
  /** How dangerous a call of a tool is, in the folder in which the engine works. */
  call(call: {
    readonly toolName: string;
    readonly action: unknown;
    readonly cwd?: string | undefined;
    readonly annotations?: ToolAnnotations;
  }): Judgement;
};

/** Where an act happens that does not say it: what it names from there on is there, and nothing else is. */
const somewhere = { root: '/(somewhere)', isGit: false, isThere: false } as const;

/** The one that decides for everybody, with what Gatehouse itself sees of the machine; the shell's grammar must be loaded. */
export function createJudge(surroundings: Surroundings, isTrusted: (root: string) => boolean = () => true): Judge {
  const judge: Judge = {
    call({ toolName, action, cwd = somewhere.root, annotations }) {
      const isSaid = cwd !== somewhere.root;
      const workspace = isSaid ? surroundings.workspaceOf(cwd) : somewhere;
      const place: Place = {
        surroundings,
        workspace,
        isTrusted: workspace !== undefined && isTrusted(workspace.root),
        files: new Set(),
      };
      const reading = judgeTool({ toolName, action, cwd, ...(annotations !== undefined && { annotations }) }, place);
      return {
        ...reading,
        isCut: reading.parts.length >= MOST_PARTS,
        files: [...place.files],
        ...(isSaid && workspace !== undefined && { workspace: workspace.root }),
      };
    },
    request(request) {
      const { requestType, targetResource, context, action } = request;
      const said = saidByAsker(context);
      if (requestType === 'tool_call') {
        return raised(judge.call({ toolName: targetResource.id, action, cwd: textField(context, 'cwd') }), said);
      }
      const reason = reasonOfRequest(request);
      return raised(
        {
          level: reason === undefined ? 'normal' : 'high',
          reasons: reason === undefined ? [] : [reason],
          parts: [],
          isCut: false,
          files: [],
        },
        said,
      );
    },
  };
  return judge;
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
    /^(?:high|critical)$/i.test(textField(context, name) ?? ''),
  );
  return isHigh ? { kind: 'said_by_asker', what: 'the agent itself says that the risk is high' } : undefined;
}

function textField(value: unknown, name: string): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const field = (value as Readonly<Record<string, unknown>>)[name];
  return typeof field === 'string' ? field : undefined;
}
