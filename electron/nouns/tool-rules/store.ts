import { type ToolRule, toolRuleSchema } from '../../../shared/contract/tool-rule';
import { type DocumentKind, documentsOf, numberOf } from '../../kernel/store/documents';
import type { DatabaseSync } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';

/** Which rules to list: those that hold at an instant, those that are over by then, or all. */
export type ToolRuleFilter = {
  readonly agentId?: string;
  readonly state: 'live' | 'over' | 'all';
  readonly now: number;
  readonly after?: ToolRulePlace;
  readonly limit: number;
};

/** A place in the list, the newest first. */
export type ToolRulePlace = Pick<ToolRule, 'createdAtMs' | 'ruleId'>;

/** Reads of standing rules. */
export interface ToolRulesReader {
  find(ruleId: string): ToolRule | undefined;
  /** Those of this agent, or of none, for this tool or any that are not revoked and not over, the newest first. */
  toMatch(agentId: string | undefined, toolName: string, now: number): readonly ToolRule[];
  list(filter: ToolRuleFilter): readonly ToolRule[];
  /** Of this agent, or those that are of none. */
  liveCountOf(agentId: string | undefined, now: number): number;
}

/** Reads and writes of standing rules. */
export interface ToolRules extends ToolRulesReader {
  save(rule: ToolRule): void;
}

const isLive = 'revoked_at_ms IS NULL AND (expires_at_ms IS NULL OR expires_at_ms > ?)';
const isOver = '(revoked_at_ms IS NOT NULL OR expires_at_ms <= ?)';

/** How standing rules are stored. One that cannot be read allows nothing. */
export const toolRuleKind: DocumentKind<ToolRule> = {
  table: 'tool_rules',
  key: ['rule_id'],
  columns: 'rule_id, doc',
  schema: toolRuleSchema,
  named: ({ ruleId }) => [ruleId],
};

/** The standing rules in this database. */
export function createToolRules(database: DatabaseSync, unreadable = createUnreadableRows()): ToolRules {
  const documents = documentsOf(database, unreadable, toolRuleKind);
  const listOf = (condition: string, index: string) =>
    documents.many(
      `SELECT rule_id, doc FROM tool_rules INDEXED BY ${index} WHERE ${condition} AND (created_at_ms, rule_id) < (?, ?)
       ORDER BY created_at_ms DESC, rule_id DESC LIMIT ?`,
    );
  const toMatch = documents.many(
    `SELECT rule_id, doc FROM tool_rules INDEXED BY tool_rules_to_match
     WHERE agent_id IS ? AND (tool_name IS NULL OR tool_name = ?) AND ${isLive} ORDER BY created_at_ms DESC`,
  );
  const liveCountOf = numberOf(
    database,
    `SELECT count(*) AS value FROM tool_rules INDEXED BY tool_rules_of_agent WHERE agent_id IS ? AND ${isLive}`,
  );
  const always = '? IS NOT NULL';
  const byState = (narrowed: string, index: string) => ({
    live: listOf(narrowed + isLive, index),
    over: listOf(narrowed + isOver, index),
    all: listOf(narrowed + always, index),
  });
  const all = byState('', 'tool_rules_by_creation');
  const ofAgent = byState('agent_id = ? AND ', 'tool_rules_of_agent');
  return {
    find: documents.find,
    save: documents.save,
    toMatch: (agentId, toolName, now) => toMatch(agentId ?? null, toolName, now),
    liveCountOf: (agentId, now) => liveCountOf(agentId ?? null, now),
    list({ agentId, state, now, after, limit }) {
      const page = [now, after?.createdAtMs ?? Number.MAX_SAFE_INTEGER, after?.ruleId ?? '', limit] as const;
      return agentId === undefined ? all[state](...page) : ofAgent[state](agentId, ...page);
    },
  };
}
