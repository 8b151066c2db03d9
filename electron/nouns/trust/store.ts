import { dirname } from 'node:path';
import {
  type ToolClass,
  toolClassSchema,
  type UntrustedWorkspace,
  untrustedWorkspaceSchema,
} from '../../../shared/contract/trust';
import { type DocumentKind, documentsOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';

/** A request to use a tool, as much of it as says which tool and who asked. */
export type AskedTool = {
  readonly agentId: string;
  readonly toolName: string;
  readonly definitionHash?: string;
  readonly atMs: number;
};

/** Reads of what the operator has said of tools and folders. */
export interface TrustReader {
  /** What was said of a tool. One that cannot be read throws UnreadableRowError. */
  classOf(agentId: string, toolName: string): ToolClass | undefined;
  classes(): readonly ToolClass[];
  /** Whether this folder, from the root and without links, or one above it is not trusted. */
  isUntrusted(folder: string): boolean;
  untrusted(): readonly UntrustedWorkspace[];
  /** All folders that are not trusted, those too whose rows cannot be read. */
  untrustedRoots(): readonly string[];
  /** The newest requests of agents to use a tool. */
  newestAsked(limit: number): readonly AskedTool[];
}

/** Reads and writes of what the operator has said of tools and folders. */
export interface Trust extends TrustReader {
  saveClass(toolClass: ToolClass): void;
  removeClass(agentId: string, toolName: string): void;
  saveUntrusted(workspace: UntrustedWorkspace): void;
  removeUntrusted(root: string): void;
}

/** How the classes of tools are stored. */
export const toolClassKind: DocumentKind<ToolClass> = {
  table: 'tool_classes',
  key: ['agent_id', 'tool_name'],
  columns: 'agent_id, tool_name, doc',
  isWithoutRowIds: true,
  schema: toolClassSchema,
  named: ({ agentId, toolName }) => [agentId, toolName],
};

/** How the folders are stored that are not trusted. */
export const untrustedKind: DocumentKind<UntrustedWorkspace> = {
  table: 'untrusted_workspaces',
  key: ['root'],
  columns: 'root, doc',
  isWithoutRowIds: true,
  schema: untrustedWorkspaceSchema,
  named: ({ root }) => [root],
};

/** What is listed of each, at most. */
const MOST_LISTED = 1_000;

/** What the operator has said of tools and folders, in this database. */
export function createTrust(database: DatabaseSync, unreadable = createUnreadableRows()): Trust {
  const classes = documentsOf(database, unreadable, toolClassKind);
  const untrusted = documentsOf(database, unreadable, untrustedKind);
  const ofClasses = classes.many(
    `SELECT agent_id, tool_name, doc FROM tool_classes WHERE agent_id >= '' ORDER BY agent_id, tool_name LIMIT ${MOST_LISTED}`,
  );
  const ofUntrusted = untrusted.many(
    `SELECT root, doc FROM untrusted_workspaces WHERE root >= '' ORDER BY root LIMIT ${MOST_LISTED}`,
  );
  // By the key alone: a row that cannot be read is no reason to trust.
  const roots = database.prepare("SELECT root FROM untrusted_workspaces WHERE root >= '' ORDER BY root");
  const isThere = database.prepare('SELECT 1 FROM untrusted_workspaces WHERE root = ?');
  const asked = database.prepare(
    `SELECT requested_by_id, target_id, created_at_ms,
       CASE WHEN json_valid(context) THEN context ->> '$.tool_definition_hash' END AS definition_hash
     FROM approvals INDEXED BY approvals_by_type
     WHERE request_type = 'tool_call' AND requested_by_kind = 'agent' AND target_type = 'tool'
     ORDER BY row_id DESC LIMIT ?`,
  );
  return {
    classOf: classes.find,
    classes: () => ofClasses(),
    isUntrusted: (folder) => withThoseAbove(folder).some((each) => isThere.get(each) !== undefined),
    untrusted: () => ofUntrusted(),
    untrustedRoots: () => (roots.all() as SqlRow[]).map(({ root }) => String(root)),
    newestAsked: (limit) => (asked.all(limit) as SqlRow[]).map(askedOf),
    saveClass: classes.save,
    removeClass: classes.remove,
    saveUntrusted: untrusted.save,
    removeUntrusted: untrusted.remove,
  };
}

function askedOf(row: SqlRow): AskedTool {
  const definitionHash = row['definition_hash'];
  return {
    agentId: String(row['requested_by_id']),
    toolName: String(row['target_id']),
    atMs: Number(row['created_at_ms']),
    ...(typeof definitionHash === 'string' && { definitionHash }),
  };
}

function withThoseAbove(folder: string): readonly string[] {
  const folders = [folder];
  for (let above = dirname(folder); above !== folders.at(-1); above = dirname(above)) folders.push(above);
  return folders;
}
