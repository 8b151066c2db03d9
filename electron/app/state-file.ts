import type { z } from 'zod';
import { type Issue, type Result, refused, succeeded } from '../../shared/errors';
import { type JsonBounds, readJson } from '../../shared/json-text';
import { isJsonObject, jsonPath, type Reading, readWire, type Unknown } from '../../shared/read-wire';
import {
  fileApprovalSchema,
  fileDeletionSchema,
  fileExtraSchema,
  fileLimitsSchema,
  fileRecordSchema,
  fileReviewSchema,
  fileSpendSchema,
  type StateFile,
} from '../../shared/state-file';
import { stateFileIssues } from '../core/state-file';
import { canonicalHash } from '../store/canonical-json';

// A file is the operator's and as long as the state is; its depth is that of what agents may send, and of older definitions.
const fileBounds: JsonBounds = { maxDepth: 1_000, maxParts: Number.POSITIVE_INFINITY };

const sectionNames = [
  'records',
  'approvals',
  'deleted_automations',
  'paused_agents',
  'spend_paused_agents',
  'agent_spend',
  'agent_creation_reviews',
  'limits',
  'updated_at_ms',
  'gatehouse',
];

// What the reference leaves out of a file where it is nothing.
const recordDefaults = {
  modify_grants: [],
  capability_grants: [],
  published_externally: false,
  creation_paused: false,
  review_required: false,
  runs_since_review: 0,
  paused_for_lifecycle: false,
  health_findings: [],
};
const extraDefaults = { automations: {}, runs: {}, usages: {}, agents: {}, kept_aside: {} };

/** Reads a state file (spec/governance.md section 15): it holds as a whole, or every problem is listed with its JSON path. */
export function readStateFile(
  text: string,
): Result<{ readonly file: StateFile; readonly unknown: readonly Unknown[] }> & { readonly issues?: readonly Issue[] } {
  const read = readJson(text, fileBounds);
  if (!read.ok) {
    const { kind, path, message } = read.fault;
    return invalid([{ path: jsonPath(path), message: kind === 'syntax' ? 'is not JSON' : message }]);
  }
  const source = read.value;
  if (!isJsonObject(source)) return invalid([{ path: '$', message: 'must be an object' }]);
  if (!sectionNames.some((name) => Object.hasOwn(source, name))) {
    return invalid([{ path: '$', message: 'has none of the sections of a state file' }]);
  }
  const reading: Reading = { issues: [], unknown: [] };
  const file = readSections(source, reading);
  if (reading.issues.length > 0) return invalid(reading.issues);
  const issues = stateFileIssues(file, canonicalHash);
  return issues.length > 0 ? invalid(issues) : succeeded({ file, unknown: reading.unknown });
}

function readSections(source: Readonly<Record<string, unknown>>, reading: Reading): StateFile {
  const note = (name: string, message: string) => reading.issues.push({ path: `$.${name}`, message });
  for (const [name, value] of Object.entries(source)) {
    if (!sectionNames.includes(name)) reading.unknown.push({ path: `$.${name}`, value });
  }

  function byId<T extends z.ZodType>(name: string, schema: T, defaults: object = {}): Map<string, z.output<T>> {
    const section = source[name] ?? {};
    const entries = new Map<string, z.output<T>>();
    if (!isJsonObject(section)) {
      note(name, 'must be an object with ids as names');
      return entries;
    }
    for (const [id, given] of Object.entries(section)) {
      const whole = isJsonObject(given) ? { ...defaults, ...given } : given;
      const value = readWire(schema, whole, [name, id], reading);
      if (value !== undefined) entries.set(id, value);
    }
    return entries;
  }

  /** The reference writes a set of ids as a list; one that is keyed by id is read as well. */
  function ids(name: string): readonly string[] {
    const section = source[name] ?? [];
    if (isJsonObject(section)) return Object.keys(section);
    if (!Array.isArray(section)) note(name, 'must be a list of ids, or an object with ids as names');
    const list: readonly unknown[] = Array.isArray(section) ? section : [];
    for (const [index, id] of list.entries()) if (typeof id !== 'string') note(`${name}[${index}]`, 'must be an id');
    return list.filter((id) => typeof id === 'string');
  }

  const updatedAtMs = source['updated_at_ms'] ?? 0;
  if (typeof updatedAtMs !== 'number' || !Number.isSafeInteger(updatedAtMs) || updatedAtMs < 0) {
    note('updated_at_ms', 'must be an instant in whole milliseconds');
  }
  const extra = source['gatehouse'] ?? {};
  const wholeExtra = isJsonObject(extra) ? { ...extraDefaults, ...extra } : extra;
  return {
    records: byId('records', fileRecordSchema, recordDefaults),
    approvals: byId('approvals', fileApprovalSchema, { revision: 1, ancestor_ids: [], context: {} }),
    deletedAutomations: byId('deleted_automations', fileDeletionSchema),
    pausedAgents: ids('paused_agents'),
    spendPausedAgents: ids('spend_paused_agents'),
    agentSpend: byId('agent_spend', fileSpendSchema),
    agentCreationReviews: byId('agent_creation_reviews', fileReviewSchema),
    limits: readWire(fileLimitsSchema, source['limits'] ?? {}, ['limits'], reading) ?? {},
    extra: readWire(fileExtraSchema, wholeExtra, ['gatehouse'], reading) ?? {
      automations: {},
      runs: {},
      usages: {},
      agents: {},
      keptAside: {},
    },
  };
}

function invalid(issues: readonly Issue[]) {
  return refused('VALIDATION_FAILED', { sentence: 'This is not a state that can be imported.', issues });
}
