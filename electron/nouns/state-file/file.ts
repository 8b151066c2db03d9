import { findingSchema, reviewKinds } from '../../../shared/contract/governance';
import { requestTypes } from '../../../shared/contract/request-kinds';
import { windowKinds } from '../../../shared/contract/spend';
import {
  type FileRecord,
  fileApprovalSchema,
  fileDeletionSchema,
  fileExtraSchema,
  fileLimitsSchema,
  fileRecordSchema,
  fileReviewSchema,
  fileSpendSchema,
  type StateFile,
} from '../../../shared/contract/state-file';
import { type Issue, type Result, refused, succeeded } from '../../../shared/kernel/errors';
import { isJsonObject, type JsonObject } from '../../../shared/kernel/fields';
import { type JsonBounds, readJson } from '../../../shared/kernel/json-text';
import { addIssue, jsonPath, listedIssues, newReading, type Reading, readWire } from '../../../shared/kernel/read-wire';
import { canonicalHash } from '../../kernel/store/canonical-json';
import { ENDLESS } from './reference-form';
import { checkStateFile } from './rules';
import { placeOf } from './rules-place';

// A file is the operator's and as long as the state is; its depth is that of what agents may send, and of older definitions.
const fileBounds: JsonBounds = {
  maxDepth: 1_000,
  maxParts: Number.POSITIVE_INFINITY,
  alsoNumbers: new Set([String(ENDLESS)]),
};

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

/** What the reference's serializer leaves out of a file because it is empty, and what older files of it do not have yet. */
const recordDefaults = {
  declared_capabilities: {},
  modify_grants: [],
  capability_grants: [],
  created_at_ms: 0,
  updated_at_ms: 0,
  published_externally: false,
  creation_paused: false,
  review_required: false,
  runs_since_review: 0,
  paused_for_lifecycle: false,
  health_findings: [],
};
const provenanceDefaults = { ancestor_chain: [] };
const capabilityDefaults = { creates_agents: false, modifies_grants: false };
const approvalDefaults = { revision: 1, ancestor_ids: [], context: null };
const windowDefaults = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0, cost_usd: 0, updated_at_ms: 0 };
const reviewDefaults = { created_since_review: 0, review_required: false, updated_at_ms: 0 };
const extraDefaults = {
  records: {},
  approvals: {},
  deleted_automations: {},
  automations: {},
  runs: {},
  usages: {},
  agents: {},
  kept_aside: {},
};

/** A field of a file that Gatehouse does not know. */
export type UnknownField = {
  /** Where it stands in the file. */
  readonly path: string;
  /** The same, with the elements of lists by their ids (state-file/rules-place.ts). */
  readonly place: string;
  readonly value: unknown;
};

/** A state file as it was read: it holds as a whole, or every problem is listed with its JSON path. */
export type ReadFile = Result<{ readonly file: StateFile; readonly unknown: readonly UnknownField[] }> & {
  readonly issues?: readonly Issue[];
};

/** Reads a state file of Gatehouse or of the reference (spec/governance.md section 15). */
export function readStateFile(text: string): ReadFile {
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
  const reading = newReading();
  const file = readSections(source, reading);
  if (reading.issues.length > 0) return invalid(listedIssues(reading));
  checkStateFile(file, canonicalHash, (path, message) => addIssue(reading, path, message));
  if (reading.issues.length > 0) return invalid(listedIssues(reading));
  const unknown = reading.unknown.map(({ path, value }) => ({ path, place: placeOf(source, path), value }));
  return succeeded({ file, unknown });
}

function readSections(source: JsonObject, reading: Reading): StateFile {
  for (const [name, value] of Object.entries(source)) {
    if (!sectionNames.includes(name)) setAside(reading, [name], value);
  }

  /** Reads each entry of a section with what it is called; those that are undefined are wrong, or set aside. */
  function byId<T>(name: string, read: (given: unknown, path: readonly string[]) => T | undefined): Map<string, T> {
    const section = source[name] ?? {};
    const entries = new Map<string, T>();
    if (!isJsonObject(section)) {
      addIssue(reading, [name], 'must be an object with ids as names');
      return entries;
    }
    for (const [id, given] of Object.entries(section)) {
      const value = read(given, [name, id]);
      if (value !== undefined) entries.set(id, value);
    }
    return entries;
  }

  /** The reference writes a set of ids as a list; one that is keyed by id is read as well. */
  function ids(name: string): readonly string[] {
    const section = source[name] ?? [];
    if (isJsonObject(section)) return Object.keys(section);
    if (!Array.isArray(section)) addIssue(reading, [name], 'must be a list of ids, or an object with ids as names');
    const list: readonly unknown[] = Array.isArray(section) ? section : [];
    for (const [index, id] of list.entries()) {
      if (typeof id !== 'string') addIssue(reading, [name, index], 'must be an id');
    }
    return list.filter((id) => typeof id === 'string');
  }

  const updatedAtMs = source['updated_at_ms'] ?? 0;
  if (typeof updatedAtMs !== 'number' || !Number.isSafeInteger(updatedAtMs) || updatedAtMs < 0) {
    addIssue(reading, ['updated_at_ms'], 'must be an instant in whole milliseconds');
  }
  const records = byId('records', (given, path) => readRecord(given, path, reading));
  const approvals = byId('approvals', (given, path) => readApproval(given, path, reading));
  const deletions = byId('deleted_automations', (given, path) => readWire(fileDeletionSchema, given, path, reading));
  const extra = readExtra(source['gatehouse'] ?? {}, reading);
  const spendPausedAgents = ids('spend_paused_agents');
  const isStopped = new Set(spendPausedAgents);
  return {
    records: new Map([...records, ...Object.entries(extra.records)]),
    approvals: joined(approvals, extra.approvals, 'approvals', reading),
    deletedAutomations: joined(deletions, extra.deletedAutomations, 'deleted_automations', reading),
    pausedAgents: ids('paused_agents'),
    spendPausedAgents,
    agentSpend: byId('agent_spend', (given, path) => {
      const [, agentId = ''] = path;
      // The list says who is stopped; since when and why a stop was that is over is only handed on.
      const current = isStopped.has(agentId) ? given : withoutPause(given, path, reading);
      return readWire(fileSpendSchema, wholeSpend(current), path, reading);
    }),
    agentCreationReviews: byId('agent_creation_reviews', (given, path) => {
      const whole = withDefaults(reviewDefaults, knownKind(given, 'review_kind', path, reading));
      return readWire(fileReviewSchema, whole, path, reading);
    }),
    limits: readWire(fileLimitsSchema, wholeLimits(source['limits'] ?? {}), ['limits'], reading) ?? {},
    extra,
  };
}

function readExtra(given: unknown, reading: Reading): StateFile['extra'] {
  const withWholeApprovals = isJsonObject(given)
    ? { ...given, ...(isJsonObject(given['approvals']) && { approvals: eachWhole(given['approvals']) }) }
    : given;
  const whole = withDefaults(extraDefaults, withWholeApprovals);
  return (
    readWire(fileExtraSchema, whole, ['gatehouse'], reading) ?? {
      records: {},
      approvals: {},
      deletedAutomations: {},
      automations: {},
      runs: {},
      usages: {},
      agents: {},
      keptAside: {},
    }
  );
}

function eachWhole(approvals: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(approvals).map(([id, given]) => [id, withDefaults(approvalDefaults, given)]),
  );
}

/** The entries of a section with those that stand under `gatehouse`, because the reference would refuse them. */
function joined<T>(
  ofReference: Map<string, T>,
  own: Readonly<Record<string, T>>,
  section: string,
  reading: Reading,
): ReadonlyMap<string, T> {
  for (const [id, value] of Object.entries(own)) {
    if (ofReference.has(id)) addIssue(reading, ['gatehouse', section, id], `is in ${section} as well`);
    ofReference.set(id, value);
  }
  return ofReference;
}

function readRecord(given: unknown, path: readonly string[], reading: Reading): FileRecord | undefined {
  if (!isJsonObject(given)) return readWire(fileRecordSchema, given, path, reading);
  const whole: JsonObject = {
    ...recordDefaults,
    ...knownKind(given, 'review_kind', path, reading),
    ...(given['provenance'] !== undefined && { provenance: withDefaults(provenanceDefaults, given['provenance']) }),
    declared_capabilities: withDefaults(capabilityDefaults, given['declared_capabilities'] ?? {}),
  };
  const findings: unknown = whole['health_findings'];
  if (!Array.isArray(findings)) return readWire(fileRecordSchema, whole, path, reading);
  const record = readWire(fileRecordSchema, { ...whole, health_findings: [] }, path, reading);
  const read = findings.flatMap((finding: unknown, index) => {
    const place = [...path, 'health_findings', index];
    if (!isOfUnknownKind(finding, 'kind', reviewKinds)) return readWire(findingSchema, finding, place, reading) ?? [];
    setAside(reading, place, finding);
    return [];
  });
  return record === undefined ? undefined : { ...record, healthFindings: read };
}

function readApproval(given: unknown, path: readonly string[], reading: Reading) {
  if (isOfUnknownKind(given, 'request_type', requestTypes)) {
    setAside(reading, path, given);
    return undefined;
  }
  return readWire(fileApprovalSchema, withDefaults(approvalDefaults, given), path, reading);
}

/** Whether it is of a kind that a newer version names. Kinds grow; words that decide what holds, as a status, must be known. */
function isOfUnknownKind(given: unknown, field: string, kinds: readonly string[]): boolean {
  if (!isJsonObject(given)) return false;
  const kind = given[field];
  return typeof kind === 'string' && !kinds.includes(kind);
}

/** The same without its kind of review where that is not known; that there is a review stays. */
function knownKind<T>(given: T, field: string, path: readonly string[], reading: Reading): T | JsonObject {
  if (!isJsonObject(given) || !isOfUnknownKind(given, field, reviewKinds)) return given;
  setAside(reading, [...path, field], given[field]);
  const { [field]: _kind, ...rest } = given;
  return rest;
}

function withoutPause(given: unknown, path: readonly string[], reading: Reading): unknown {
  if (!isJsonObject(given)) return given;
  const { paused_at_ms: pausedAtMs, pause_reason: pauseReason, ...rest } = given;
  for (const [field, value] of Object.entries({ paused_at_ms: pausedAtMs, pause_reason: pauseReason })) {
    if (value !== undefined && value !== null) setAside(reading, [...path, field], value);
  }
  return rest;
}

/** The reference reads any shorter interval of its health check as one minute, 0 included, which files of older versions have. */
function wholeLimits(given: unknown): unknown {
  if (!isJsonObject(given)) return given;
  const interval = given['health_check_interval_ms'];
  const isShort = typeof interval === 'number' && interval >= 0 && interval < 60_000;
  return isShort ? { ...given, health_check_interval_ms: 60_000 } : given;
}

function wholeSpend(given: unknown): unknown {
  if (!isJsonObject(given)) return given;
  const windows = windowKinds
    .filter((kind) => Object.hasOwn(given, kind))
    .map((kind) => [kind, withDefaults(windowDefaults, kind === 'lifetime' ? endless(given[kind]) : given[kind])]);
  return { updated_at_ms: 0, ...given, ...Object.fromEntries(windows) };
}

/** A window without its end where that is the largest number of the reference, 18446744073709551615: it never ends. */
function endless(window: unknown): unknown {
  if (!isJsonObject(window) || window['window_end_ms'] !== 2 ** 64) return window;
  const { window_end_ms: _never, ...rest } = window;
  return rest;
}

function withDefaults(defaults: JsonObject, given: unknown): unknown {
  return isJsonObject(given) ? { ...defaults, ...given } : given;
}

function setAside(reading: Reading, path: readonly PropertyKey[], value: unknown): void {
  reading.unknown.push({ path: jsonPath(path), value });
}

function invalid(issues: readonly Issue[]) {
  return refused('VALIDATION_FAILED', { sentence: 'This is not a state that can be imported.', issues });
}
