import type { z } from 'zod';
import {
  type Automation,
  type AutomationStatus,
  automationSchema,
  deletionSchema,
} from '../../../shared/contract/automation';
import { defined } from '../../../shared/kernel/fields';
import {
  instantOf,
  numberOf,
  pageThatFits,
  type RowKind,
  rowsOf,
  textsOf,
  writeOf,
} from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow, SqlValue } from '../../kernel/store/sqlite';
import { createUnreadableRows, MisplacedRowError } from '../../kernel/store/unreadable';

/** Set on an automation while it is deleted and can be restored. */
export type Deletion = Readonly<z.infer<typeof deletionSchema>>;

/** An automation, and its deletion if it is deleted. */
export type StoredAutomation = { readonly automation: Automation; readonly deletion: Deletion | undefined };

function parseRow(row: SqlRow): StoredAutomation {
  const deletedBy = row['deleted_by'];
  const automation = automationSchema.parse(JSON.parse(String(row['doc'])));
  if (automation.automationId !== row['automation_id']) throw new MisplacedRowError();
  return {
    automation,
    deletion:
      typeof deletedBy === 'string'
        ? deletionSchema.parse({
            deletedBy: JSON.parse(deletedBy) as unknown,
            deletedAtMs: row['deleted_at_ms'],
            restoreUntilMs: row['restore_until_ms'],
          })
        : undefined,
  };
}

/** How automations are stored. */
export const automationKind: RowKind<StoredAutomation> = {
  table: 'automations',
  key: ['automation_id'],
  columns: 'automation_id, doc, deleted_by, deleted_at_ms, restore_until_ms',
  parse: parseRow,
};

/** A place in the list, newest updated first. */
export type AutomationCursor = { readonly updatedAtMs: number; readonly automationId: string };

/** What to list. */
export type AutomationFilter = {
  readonly limit: number;
  readonly after?: AutomationCursor;
  /** Only what this agent created or descends to, takes part in, or was granted. */
  readonly visibleTo?: string;
};

/** One page of a list, and where the next one begins. */
export type AutomationPage = { readonly automations: readonly Automation[]; readonly next?: AutomationCursor };

/** What to look for. */
export type AutomationSearch = {
  /** A part of the name or the id, in any case; all, if empty. */
  readonly text: string;
  readonly status?: AutomationStatus;
  readonly after?: AutomationCursor;
  readonly limit: number;
};

/** Ids that were found, and where to look on. Where few match, a page may be short or empty and still have a next one. */
export type FoundAutomations = { readonly automationIds: readonly string[]; readonly next?: AutomationCursor };

/** Automations that one search looks at, so that none holds up the main process. */
const MOST_LOOKED_AT = 10_000;

/** Automations of one agent that a list gathers at most before it sorts them. */
const MOST_GATHERED = 500;

/** Reads of automations. Lists leave out those that cannot be read. */
export interface AutomationsReader {
  /** One that is there, or deleted and still to be restored. */
  find(automationId: string): StoredAutomation | undefined;
  /** The name alone, without reading the definition; also of one that is deleted. */
  nameOf(automationId: string): string | undefined;
  /** Those that are not deleted; a page of large ones is shorter than asked. */
  list(filter: AutomationFilter): AutomationPage;
  /** Ids of those that are not deleted, the newest updated first. */
  search(search: AutomationSearch): FoundAutomations;
  /** Whether this agent is in its lineage or flow, or has a grant of it that stands. */
  isVisibleTo(automationId: string, agentId: string): boolean;
  /** Ids after this one, in order, of those that are not deleted. */
  idsAfter(automationId: string, limit: number): readonly string[];
  /** Ids after this one of those that are not deleted and have no custody record; none, but in a database or after an import of older making. */
  withoutRecord(afterAutomationId: string, limit: number): readonly string[];
  /** Deleted ones, the newest deletion first. */
  deleted(limit: number): readonly StoredAutomation[];
  /** Ids of deleted ones whose time to be restored is over. */
  toPurge(now: number, limit: number): readonly string[];
  nextPurge(): number | undefined;
}

/** Reads and writes of automations. */
export interface Automations extends AutomationsReader {
  /** The lineage in the order in which it is charged. */
  insert(automation: Automation, lineageAgentIds: readonly string[], flowAgentIds: readonly string[]): void;
  /** Notes the lineage of an automation whose definition is gone or there before its record, in place of what was noted. */
  keepLineage(automationId: string, lineageAgentIds: readonly string[]): void;
  update(automation: Automation, flowAgentIds: readonly string[]): void;
  setDeletion(automationId: string, deletion: Deletion | undefined): void;
  /** Removes the definition and every agent's part in it; only an import that replaces it does. */
  forget(automationId: string): void;
  /** Removes the definition for good. */
  remove(automationId: string): void;
}

function placeOf(after: AutomationCursor | undefined): [number, string] {
  return [after?.updatedAtMs ?? Number.MAX_SAFE_INTEGER, after?.automationId ?? ''];
}

/** The automations in this database. */
export function createAutomations(database: DatabaseSync, unreadable = createUnreadableRows()): Automations {
  const rows = rowsOf(database, unreadable, automationKind);
  const find = rows.one(`SELECT ${automationKind.columns} FROM automations WHERE automation_id = ?`);
  const isVisibleTo = database.prepare(
    `SELECT 1 FROM automation_agents WHERE agent_id = ?1 AND part IN ('lineage', 'flow') AND automation_id = ?2
     UNION ALL SELECT 1 FROM grants WHERE agent_id = ?1 AND automation_id = ?2 AND revoked_at_ms IS NULL LIMIT 1`,
  );
  const nameOf = database.prepare('SELECT name FROM automations WHERE automation_id = ? AND json_valid(doc)');
  return {
    ...listsOf(database, find),
    ...writesOf(database),
    find,
    nameOf(automationId) {
      const name = nameOf.get(automationId)?.['name'];
      return typeof name === 'string' ? name : undefined;
    },
    isVisibleTo: (automationId, agentId) => isVisibleTo.get(agentId, automationId) !== undefined,
    idsAfter: textsOf(
      database,
      `SELECT automation_id AS value FROM automations
       WHERE automation_id > ? AND deleted_at_ms IS NULL ORDER BY automation_id LIMIT ?`,
    ),
    withoutRecord: textsOf(
      database,
      `SELECT automation_id AS value FROM automations
       WHERE automation_id > ? AND deleted_at_ms IS NULL AND NOT EXISTS (
         SELECT 1 FROM governance_records WHERE governance_records.automation_id = automations.automation_id)
       ORDER BY automation_id LIMIT ?`,
    ),
    deleted: rows.many(
      `SELECT ${automationKind.columns} FROM automations
       WHERE deleted_at_ms IS NOT NULL ORDER BY restore_until_ms DESC LIMIT ?`,
    ),
    toPurge: textsOf(
      database,
      `SELECT automation_id AS value FROM automations
       WHERE deleted_at_ms IS NOT NULL AND restore_until_ms < ? ORDER BY restore_until_ms LIMIT ?`,
    ),
    nextPurge: instantOf(
      database,
      'SELECT min(restore_until_ms) AS value FROM automations WHERE deleted_at_ms IS NOT NULL',
    ),
  };
}

function listsOf(
  database: DatabaseSync,
  find: (automationId: string) => StoredAutomation | undefined,
): Pick<Automations, 'list' | 'search'> {
  const page = '(updated_at_ms, automation_id) < (?, ?) ORDER BY updated_at_ms DESC, automation_id DESC LIMIT ?';
  // octet_length looks at a row's header only, so that a large definition is not even read.
  const place = 'SELECT automation_id, updated_at_ms, octet_length(doc) AS bytes FROM automations';
  const list = database.prepare(`${place} WHERE deleted_at_ms IS NULL AND ${page}`);
  // All that it reads is in the index.
  const along = database.prepare(
    `SELECT automation_id, updated_at_ms, status, name FROM automations INDEXED BY automations_by_update
     WHERE deleted_at_ms IS NULL AND ${page}`,
  );
  // What an agent may see is gathered by id and sorted where that is little; where it is much, it is found along the list.
  const partCount = numberOf(
    database,
    `SELECT count(*) AS value FROM (SELECT 1 FROM automation_agents WHERE agent_id = ? LIMIT ${MOST_GATHERED + 1})`,
  );
  const gathered = database.prepare(
    `SELECT * FROM (
       SELECT automation_id, iif(json_valid(doc), updated_at_ms, NULL) AS updated_at_ms, octet_length(doc) AS bytes
       FROM automations WHERE deleted_at_ms IS NULL AND automation_id IN (
         SELECT automation_id FROM automation_agents WHERE agent_id = ?
         UNION SELECT automation_id FROM grants WHERE agent_id = ? AND revoked_at_ms IS NULL))
     WHERE ${page}`,
  );
  const foundAlong = database.prepare(
    `${place} INDEXED BY automations_by_update WHERE deleted_at_ms IS NULL AND (
       EXISTS (SELECT 1 FROM automation_agents AS parts WHERE parts.agent_id = ? AND parts.part IN ('lineage', 'flow')
         AND parts.automation_id = automations.automation_id)
       OR EXISTS (SELECT 1 FROM grants WHERE grants.agent_id = ? AND grants.automation_id = automations.automation_id
         AND grants.revoked_at_ms IS NULL)) AND ${page}`,
  );
  const pageAt = (rows: readonly unknown[], limit: number): AutomationPage => {
    const places = rows as readonly { automation_id: string; updated_at_ms: number; bytes: number }[];
    const found = pageThatFits(places, limit, (place) => find(place.automation_id)?.automation);
    const { page: automations, last } = found;
    if (last === undefined) return { automations };
    return { automations, next: { updatedAtMs: last.updated_at_ms, automationId: last.automation_id } };
  };
  return {
    list({ limit, after, visibleTo }) {
      const from: SqlValue[] = [...placeOf(after), limit + 1];
      if (visibleTo === undefined) return pageAt(list.all(...from), limit);
      const ofAgent = partCount(visibleTo) > MOST_GATHERED ? foundAlong : gathered;
      return pageAt(ofAgent.all(visibleTo, visibleTo, ...from), limit);
    },
    search({ text, status, after, limit }) {
      const wanted = text.toLowerCase();
      const automationIds: string[] = [];
      let lookedAt = 0;
      let last: AutomationCursor | undefined;
      for (const row of along.iterate(...placeOf(after), MOST_LOOKED_AT) as Iterable<SqlRow>) {
        if (automationIds.length === limit) return { automationIds, ...defined({ next: last }) };
        lookedAt += 1;
        const automationId = String(row['automation_id']);
        last = { updatedAtMs: Number(row['updated_at_ms']), automationId };
        const isNamed = `${automationId}\n${String(row['name'])}`.toLowerCase().includes(wanted);
        if (isNamed && (status === undefined || row['status'] === status)) automationIds.push(automationId);
      }
      return { automationIds, ...(lookedAt === MOST_LOOKED_AT && last !== undefined && { next: last }) };
    },
  };
}

function writesOf(
  database: DatabaseSync,
): Pick<Automations, 'insert' | 'keepLineage' | 'update' | 'setDeletion' | 'forget' | 'remove'> {
  const insert = writeOf(database, 'INSERT INTO automations (automation_id, doc) VALUES (?, ?)');
  const update = writeOf(database, 'UPDATE automations SET doc = ? WHERE automation_id = ?');
  const setDeletion = writeOf(
    database,
    'UPDATE automations SET deleted_by = ?, deleted_at_ms = ?, restore_until_ms = ? WHERE automation_id = ?',
  );
  const remove = writeOf(database, 'DELETE FROM automations WHERE automation_id = ?');
  const addAgent = writeOf(
    database,
    'INSERT OR IGNORE INTO automation_agents (agent_id, part, automation_id, place) VALUES (?, ?, ?, ?)',
  );
  const dropAgents = writeOf(database, 'DELETE FROM automation_agents WHERE automation_id = ?');
  const dropPart = writeOf(database, 'DELETE FROM automation_agents WHERE automation_id = ? AND part = ?');
  const add = (part: 'lineage' | 'flow', automationId: string, agentIds: readonly string[]) => {
    for (const [place, agentId] of agentIds.entries()) addAgent(agentId, part, automationId, place);
  };
  return {
    insert(automation, lineageAgentIds, flowAgentIds) {
      insert(automation.automationId, JSON.stringify(automation));
      add('lineage', automation.automationId, lineageAgentIds);
      add('flow', automation.automationId, flowAgentIds);
    },
    keepLineage(automationId, lineageAgentIds) {
      dropPart(automationId, 'lineage');
      add('lineage', automationId, lineageAgentIds);
    },
    update(automation, flowAgentIds) {
      update(JSON.stringify(automation), automation.automationId);
      dropPart(automation.automationId, 'flow');
      add('flow', automation.automationId, flowAgentIds);
    },
    setDeletion(automationId, deletion) {
      const by = deletion === undefined ? null : JSON.stringify(deletion.deletedBy);
      setDeletion(by, deletion?.deletedAtMs ?? null, deletion?.restoreUntilMs ?? null, automationId);
    },
    forget(automationId) {
      dropAgents(automationId);
      remove(automationId);
    },
    remove(automationId) {
      dropPart(automationId, 'flow');
      remove(automationId);
    },
  };
}
