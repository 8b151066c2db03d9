import { isDeepStrictEqual } from 'node:util';
import type { JSONPath } from 'jsonc-parser';
import { engines } from '../../shared/contract/engine';
import { isJsonObject, type JsonObject, listOf } from '../../shared/kernel/fields';
import { type Additions, type HookEntries, WHOLE_MARK } from '../engines/engine';
import { codexHooksIn, codexTrustOf } from '../engines/guarding/codex-trust';
import { insertLast, parseJsonText, removeAt } from './json-text';
import { telemetryFor, telemetryPaths } from './telemetry-entries';
import { appendBlock, parseTomlText, removeTables, SERVER_HEADER } from './toml-text';

/** Thrown for a configuration that must not be changed, with a sentence that says what to do. */
export class ConfigError extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'ConfigError';
  }
}

const SERVER = 'gatehouse';

/** Where the engines keep their MCP servers. */
const SERVER_KEYS: readonly string[] = ['mcpServers', 'mcp_servers', 'mcp'];

const MARK = '\uFEFF';

const fieldsOf = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
const ourCommand = new RegExp(`[/\\\\]gatehouse(\\.cmd)?["']? hook (${engines.join('|')})( \\|\\| exit 2)?$`);

/** Whether a hook's command is one that `connect` has written, be it for another data folder. */
function isOurHook(hook: unknown): boolean {
  const { command } = fieldsOf(hook);
  return typeof command === 'string' && ourCommand.test(command);
}

/** Whether a server entry is one that `connect` has written: it shows a token of Gatehouse to this machine. */
function isOurServer(value: unknown): boolean {
  const { url, httpUrl, headers, http_headers: httpHeaders } = fieldsOf(value);
  const { Authorization: shown } = fieldsOf(headers ?? httpHeaders);
  return /^http:\/\/127\.0\.0\.1:\d+\/mcp$/.test(String(url ?? httpUrl)) && String(shown).startsWith('Bearer gth_');
}

/** What a configuration says. Throws ConfigError when it cannot be read, with the file's name as it is given. */
export function parseConfig(text: string, format: Additions['format'], name: string): JsonObject {
  if (format === 'whole') return { text };
  const value = format === 'json' ? parseJsonText(text.replace(MARK, '')) : parseTomlText(text.replace(MARK, ''));
  if (isJsonObject(value)) return value;
  const kind = format === 'json' ? 'JSON' : 'TOML';
  throw new ConfigError(`${name} is not valid ${kind}, so it was left as it is. Mend it, then try again.`);
}

/** The text with exactly the additions more, each at the end of its list. Throws ConfigError when that is not possible. */
export function addTo(text: string, additions: Additions, name: string): string {
  const refuse = (what: string): never => {
    throw new ConfigError(`${name} ${what}. Nothing was changed.`);
  };
  if (additions.format === 'whole') {
    return text === '' ? additions.text : refuse('is there, and Gatehouse did not write it; rename it, then try again');
  }
  const before = parseConfig(text, additions.format, name);
  const { hooks, server } = additions;
  if (hooks.length > 0 && before['hooks'] !== undefined && !isJsonObject(before['hooks'])) {
    refuse('has "hooks" in a form that Gatehouse does not know; make it a table of lists');
  }
  for (const { event } of hooks) {
    const groups = fieldsOf(before['hooks'])[event];
    if (groups !== undefined && !Array.isArray(groups)) {
      refuse(`has "hooks.${event}" in a form that Gatehouse does not know; make it a list`);
    }
  }
  if (server !== undefined) {
    const servers = before[server.key];
    if (servers !== undefined && !isJsonObject(servers))
      refuse(`has "${server.key}" in a form that Gatehouse does not know`);
    if (fieldsOf(servers)[SERVER] !== undefined) {
      refuse(`has an MCP server called "${SERVER}" that Gatehouse did not make; rename or remove it, then try again`);
    }
  }
  const mark = text.startsWith(MARK) ? MARK : '';
  const after = mark + (additions.format === 'json' ? addJson : addToml)(text.slice(mark.length), before, additions);
  if (!isDeepStrictEqual(plain(parseOrNothing(after, additions.format)), plain(withAdditions(before, additions)))) {
    refuse('is written in a way in which Gatehouse cannot add to it without changing something else');
  }
  return after;
}

/** By what Codex knows the hooks of ours in a configuration that its person has trusted. */
export function trustHashesOf(config: JsonObject): ReadonlySet<string> {
  return new Set(
    codexHooksIn(config)
      .filter(isOurHook)
      .map((hook) => codexTrustOf('', hook).hash),
  );
}

/** Trusts no hook. */
const noTrust: ReadonlySet<string> = new Set();

/**
 * The text without anything that `connect` has written into it, and without the trust that the person has given to hooks with these
 * hashes; all else stays. Throws ConfigError when that is not possible.
 */
export function takeFrom(text: string, format: Additions['format'], name: string, trusted = noTrust): string {
  if (format === 'whole') return isOurWhole(text) ? '' : text;
  const before = parseConfig(text, format, name);
  const paths = ourPaths(before, trusted);
  if (paths.length === 0) return text;
  const mark = text.startsWith(MARK) ? MARK : '';
  const body = text.slice(mark.length);
  const after =
    mark +
    (format === 'json'
      ? paths.reduce((rest, path) => removeAt(rest, path), body)
      : removeTables(body, isOurTable(before, trusted)));
  if (!isDeepStrictEqual(withoutHusks(parseOrNothing(after, format)), withoutHusks(withoutPaths(before, paths)))) {
    throw new ConfigError(
      `${name} was changed by hand where Gatehouse had written. Take out what names Gatehouse yourself; nothing was changed.`,
    );
  }
  return after;
}

/** Whether any hook in it was written by `connect`, be it changed since. */
export function holdsOurHooks({ hooks, text }: JsonObject): boolean {
  return ourPaths({ hooks }).length > 0 || isOurWhole(text);
}

function isOurWhole(text: unknown): boolean {
  return typeof text === 'string' && text.startsWith(WHOLE_MARK);
}

/** The events that Gatehouse wants to hear of; a file of its own hears of all there are. */
export function wantedEvents(additions: Additions): readonly string[] {
  return additions.format === 'whole' ? ['every tool call'] : additions.hooks.map(({ event }) => event);
}

/** The events whose hook is missing or is not as `connect` writes it. */
export function missingHooks(config: JsonObject, additions: Additions): readonly string[] {
  if (additions.format === 'whole') return config['text'] === additions.text ? [] : wantedEvents(additions);
  return additions.hooks
    .filter(({ event, group }) => {
      const ours = listOf(fieldsOf(config['hooks'])[event]).filter((each) =>
        listOf(fieldsOf(each)['hooks']).some(isOurHook),
      );
      return !(ours.length === 1 && isDeepStrictEqual(plain(ours[0]), plain(group)));
    })
    .map(({ event }) => event);
}

/** Whether a hook that `connect` has written stands at an event where it does not write one now: the engine would ask twice. */
export function hasStray(config: JsonObject, additions: Additions): boolean {
  const events = wantedEvents(additions);
  const groups = Object.entries(fieldsOf(config['hooks'])).filter(([event]) => !events.includes(event));
  return groups.flatMap(([, held]) => listOf(held)).some((group) => listOf(fieldsOf(group)['hooks']).some(isOurHook));
}

/** Whether the server's entry is there as `connect` writes it. */
export function hasServer(config: JsonObject, additions: Additions): boolean {
  const server = additions.format === 'whole' ? undefined : additions.server;
  return server === undefined || isDeepStrictEqual(plain(fieldsOf(config[server.key])[SERVER]), plain(server.value));
}

function addJson(text: string, before: JsonObject, additions: HookEntries): string {
  const { hooks, server, telemetry } = additions;
  let after = text;
  let has = before;
  const into = (path: JSONPath, name: string | null, value: unknown) => {
    after = insertLast(after, path, name, value);
    has = fieldsOf(parseJsonText(after));
  };
  for (const { event, group } of hooks) {
    if (has['hooks'] === undefined) into([], 'hooks', { [event]: [group] });
    else if (fieldsOf(has['hooks'])[event] === undefined) into(['hooks'], event, [group]);
    else into(['hooks', event], null, group);
  }
  if (server !== undefined) {
    if (has[server.key] === undefined) into([], server.key, { [SERVER]: server.value });
    else into([server.key], SERVER, server.value);
  }
  const variables = telemetryFor(before, additions);
  if (telemetry !== undefined && Object.keys(variables).length > 0) {
    if (has[telemetry.key] === undefined) into([], telemetry.key, variables);
    else for (const [name, value] of Object.entries(variables)) into([telemetry.key], name, value);
  }
  return after;
}

function addToml(text: string, _before: JsonObject, { hooks, server }: HookEntries): string {
  const groups = Object.fromEntries(hooks.map(({ event, group }) => [event, [group]]));
  return appendBlock(text, {
    ...(hooks.length > 0 && { hooks: groups as never }),
    ...(server !== undefined && { [server.key]: { [SERVER]: server.value } as never }),
  });
}

function withAdditions(before: JsonObject, additions: HookEntries): JsonObject {
  const { hooks, server, telemetry } = additions;
  const variables = telemetryFor(before, additions);
  const events: Record<string, unknown> = { ...fieldsOf(before['hooks']) };
  for (const { event, group } of hooks) events[event] = [...listOf(events[event]), group];
  return {
    ...before,
    ...(hooks.length > 0 && { hooks: events }),
    ...(server !== undefined && { [server.key]: { ...fieldsOf(before[server.key]), [SERVER]: server.value } }),
    ...(telemetry !== undefined &&
      Object.keys(variables).length > 0 && { [telemetry.key]: { ...fieldsOf(before[telemetry.key]), ...variables } }),
  };
}

/** Where everything of ours is, in an order in which taking out one leaves the next where it is; lists left empty go too. */
function ourPaths(config: JsonObject, trusted = noTrust): readonly JSONPath[] {
  const events = Object.entries(fieldsOf(config['hooks'])).map(([event, groups]) => {
    if (event === TRUST) return trustPaths(groups, trusted);
    const inGroups = listOf(groups).flatMap((group, index) => {
      const hooks = listOf(fieldsOf(group)['hooks']);
      const ours = hooks.flatMap((hook, at) => (isOurHook(hook) ? [at] : []));
      if (ours.length === 0) return [];
      const path: JSONPath = ['hooks', event, index];
      return ours.length === hooks.length ? [path] : ours.map((at): JSONPath => [...path, 'hooks', at]);
    });
    const isWhole = inGroups.length === listOf(groups).length && inGroups.every((path) => path.length === 3);
    return { event, isWhole: isWhole && inGroups.length > 0, paths: inGroups.toReversed() };
  });
  const isAll = events.length > 0 && events.every(({ isWhole }) => isWhole);
  const hookPaths = isAll
    ? [['hooks']]
    : events.flatMap(({ event, isWhole, paths }): readonly JSONPath[] => (isWhole ? [['hooks', event]] : paths));
  const serverPaths = SERVER_KEYS.flatMap((key): readonly JSONPath[] => {
    const servers = fieldsOf(config[key]);
    if (!isOurServer(servers[SERVER])) return [];
    return Object.keys(servers).length === 1 ? [[key]] : [[key, SERVER]];
  });
  return [...hookPaths, ...serverPaths, ...telemetryPaths(config)];
}

/** Where Codex keeps which hooks it trusts. */
const TRUST = 'state';

/** The trust in hooks with these hashes, in the form of an event's hooks. */
function trustPaths(state: unknown, trusted: ReadonlySet<string>) {
  const entries = Object.entries(fieldsOf(state));
  const ours = entries.filter(([, entry]) => trusted.has(String(fieldsOf(entry)['trusted_hash'])));
  const paths = ours.map(([key]): JSONPath => ['hooks', TRUST, key]);
  return { event: TRUST, isWhole: ours.length === entries.length && trusted.size > 0, paths };
}

function withoutPaths(config: JsonObject, paths: readonly JSONPath[]): unknown {
  const left = plain(config);
  for (const path of paths) {
    const holder = path.slice(0, -1).reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], left);
    const key = path.at(-1);
    if (Array.isArray(holder)) holder.splice(Number(key), 1);
    else if (key !== undefined) delete (holder as Record<string, unknown>)[key];
  }
  return left;
}

/** Whether a table is one of ours, as `removeTables` asks it; a header of the trust alone goes with the last of what is below it. */
function isOurTable(before: JsonObject, trusted: ReadonlySet<string>) {
  const { isWhole } = trustPaths(fieldsOf(before['hooks'])[TRUST], trusted);
  return (header: string, lines: readonly string[]): boolean => {
    const said = parseTomlText(lines.join(''));
    if (said === undefined) return false;
    if (header === SERVER_HEADER) return isOurServer(fieldsOf(said['mcp_servers'])[SERVER]);
    if (header === `[hooks.${TRUST}]`) return isWhole;
    return /^\[+hooks\./.test(header) && ourPaths(said, trusted).length > 0;
  };
}

function parseOrNothing(text: string, format: Additions['format']): unknown {
  const body = text.replace(MARK, '');
  return format === 'json' ? parseJsonText(body) : parseTomlText(body);
}

/** As plain data, and without the lists of ours that are left empty: a TOML header of its own may stay behind. */
function withoutHusks(value: unknown): JsonObject {
  const isHusk = (held: unknown) => isJsonObject(held) && Object.keys(held).length === 0;
  return Object.fromEntries(
    Object.entries(fieldsOf(plain(value))).filter(
      ([key, held]) => !(['hooks', ...SERVER_KEYS].includes(key) && isHusk(held)),
    ),
  );
}

/** The same as plain data: a parser's own classes and prototypes are of no matter, dates and large numbers are. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Date) return value.toISOString();
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, plain(held)]));
}
