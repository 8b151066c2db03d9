import type { AskMode, EngineAsks } from './contract/engine';

/** What decides whether the operator is asked about a tool call. */
export type AskingFacts = {
  readonly askMode: AskMode;
  /** How dangerous it is; what only looks is `low`. */
  readonly judgement: 'low' | 'normal' | 'high';
  readonly engineAsks: EngineAsks;
};

/** Whether the operator is asked about a tool call (spec/sessions.md section 2): Gatehouse decides it, and its hook where that is away. */
export function isAskedAbout({ askMode, judgement, engineAsks }: AskingFacts): boolean {
  switch (askMode) {
    case 'all':
      return true;
    case 'changes':
      return judgement !== 'low';
    case 'high':
      return judgement === 'high';
    case 'engine':
      return judgement === 'high' || engineAsks !== 'never';
  }
}

/** The tools of Gatehouse's own MCP server, in the order of spec/api.md section 3; what each does is in electron/edges/mcp/tools.ts. */
export const ownTools = [
  'request_approval',
  'wait_for_approval',
  'cancel_approval',
  'my_allowance',
  'create_automation',
  'start_run',
  'reserve_spend',
  'report_spend',
  'finish_run',
  'list_my_automations',
] as const;

/** A tool of Gatehouse's own. */
export type OwnTool = (typeof ownTools)[number];

const OWN_TOOL = new RegExp(`^(?:mcp__gatehouse__|mcp_gatehouse_|gatehouse_)(?:${ownTools.join('|')})$`);

/** Whether a tool is one of Gatehouse's own MCP server, by the name that an engine has for it: they ask for themselves. */
export function isOwnTool(toolName: string): boolean {
  return OWN_TOOL.test(toolName);
}
