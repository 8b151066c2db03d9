import { homedir } from 'node:os';
import { type EngineAsks, MAX_HOLD_SECONDS, type Strength } from '../../shared/contract/engine';
import type { Use } from '../../shared/contract/session-usage';
import { fieldOf, type JsonObject } from '../../shared/kernel/fields';
import type { Wire } from '../../shared/kernel/wire-type';

/** Variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What the configuration of an engine is written with. */
export type Wanted = {
  readonly hookCommand: string;
  readonly url: string;
  readonly token: string;
  readonly strength: Strength;
  /** Whether the person wants the engine to send no telemetry, not to Gatehouse either. */
  readonly isTelemetryDeclined?: boolean;
};

/** How a file begins that is Gatehouse's as a whole. */
export const WHOLE_MARK = '// Written by Gatehouse:';

/** What Gatehouse wants to stand in one configuration file of an engine: entries among others, or a file of its own. */
export type Additions = HookEntries | { readonly format: 'whole'; readonly text: string };

/** Entries in a configuration file that has others too. */
export type HookEntries = {
  readonly format: 'json' | 'toml';
  /** One group of hooks for each event; all of them run `hookCommand`. */
  readonly hooks: readonly { readonly event: string; readonly group: JsonObject }[];
  /** The entry called `gatehouse` under this key. */
  readonly server?: { readonly key: string; readonly value: JsonObject };
  /**
   * Variables or settings with which the engine tells Gatehouse what its sessions use, under this key. Where the person has telemetry of
   * their own there, it stays theirs, and none of these is written.
   */
  readonly telemetry?: { readonly key: TelemetryKey; readonly value: Readonly<Record<string, string | boolean>> };
};

/** Under which keys of their configuration engines have what makes them send telemetry: variables of theirs, or settings. */
export type TelemetryKey = 'env' | 'telemetry';

/** A configuration file of an engine and what Gatehouse wants in it. */
export type ConfigFile = {
  readonly path: string;
  readonly additions: Additions;
  /** Whether it is the engine's own state, which can be large and says nothing of hooks. */
  readonly isState?: true;
};

/** What an engine wrote to a hook's stdin: one JSON object whose unknown fields are ignored. */
export type HookInput = JsonObject;

/** Which open questions of the same session an event shows to be over, because they were answered elsewhere. */
export type Ended =
  /** The one about this very tool call. */
  | 'this_call'
  /** Those whose hook is gone, although it could not say so. */
  | 'abandoned'
  /** Those of this agent. */
  | 'own'
  /** Those of every agent. */
  | 'session';

/**
 * The engine's own dialog about a call, which the setting `prompt` leaves it to: it `follows` unless the hook answers; it is `opened` by
 * the hook's answer, `opened_in_terminal` only where the engine runs in one; or there is `none`, and a call that is left to the engine
 * is carried out.
 */
export type Dialog = 'follows' | 'opened' | 'opened_in_terminal' | 'none';

/** What one answer of a model used, as the API takes it but for the session (spec/sessions.md section 4). */
export type SaidUse = Wire<Omit<Use, 'sessionId'>>;

/** What an event is reason to do. */
export type Plan = {
  readonly ended?: Ended;
  /** Makes the sub-agent that it names known. */
  readonly isIntroduction?: true;
  /** A tool call that is about to be carried out: whoever is stopped is told so, whatever else is asked about. */
  readonly call?: {
    /** Whether the engine asks about it by itself. */
    readonly engineAsks: EngineAsks;
    /** Whether it only looks at something. */
    readonly isLook: boolean;
  };
  /** A tool call that has come to its end. */
  readonly end?: { readonly isError: boolean };
  /** The person has given the session something to do. */
  readonly isBeginning?: true;
  /** What an answer of the model used, where the engine itself says so as it goes. */
  readonly use?: SaidUse;
  /** The session is over. */
  readonly isEnd?: true;
  /** The engine is about to take over settings that were changed. */
  readonly isSettingsChange?: true;
  /** How the call is asked about, where it is; missing where yes or no is no answer. */
  readonly ask?: {
    /** Whether the engine can end now and ask the same again hours later. */
    readonly isResumable: boolean;
    readonly dialog: Dialog;
    /** Whether the dialog, once it is opened, has an event of its own that asks: then this one only opens it. */
    readonly isAskedByDialog?: true;
  };
};

/** What the engine is to be told, before it is put into the engine's words. */
export type HookVerdict =
  | { readonly kind: 'allow'; readonly sentence: string }
  | { readonly kind: 'deny'; readonly sentence: string; readonly endsTurn?: boolean }
  /** No, but not because anybody said so. */
  | { readonly kind: 'block'; readonly sentence: string }
  /** The engine is to open its own dialog. */
  | { readonly kind: 'ask'; readonly sentence: string }
  /** No opinion: the engine goes its own way. */
  | { readonly kind: 'pass'; readonly sentence?: string }
  /** Not yet: the engine may end, and asks the same again when it is resumed. */
  | { readonly kind: 'later'; readonly sentence: string };

/** How the hook's process ends: an object for stdout, a line for stderr, and the exit code. */
export type HookAnswer = {
  readonly stdout?: JsonObject;
  readonly stderr?: string;
  readonly exitCode: number;
};

/**
 * All that is known of an engine: a row of `engineTable`, with its configuration and its hooks (decision 0020 says what of it was not
 * tried on a real one). Everything in it is loaded on every tool call of an agent, so it stays small.
 */
export type EngineRow = {
  /** What people call it. */
  readonly name: string;
  /** Whom it asks as unless the operator says otherwise. */
  readonly agentId: string;
  /** The command that starts it. */
  readonly program: string;
  /** How long its hook may be held, in seconds: at first, and at most, which is less than its configuration lets a hook run. */
  readonly hold: { readonly defaultSeconds: number; readonly longestSeconds: number };
  /** What the person has to do afterwards for the hook to be used. */
  readonly afterwards: string;
  /** The folder that it makes when it is first started. */
  readonly folder: (environment: Environment) => string;
  /** Its configuration files, with what Gatehouse wants in each. */
  readonly files: (environment: Environment, wanted: Wanted) => readonly ConfigFile[];
  /** Files in the folder of a session, or one above it, that can name MCP servers. */
  readonly projectFiles?: readonly string[];
  /** The event with what it leaves out of a call, read from the engine's files; missing where its events are whole. */
  readonly complete?: (input: HookInput, environment: Environment) => Promise<HookInput>;
  /** What an event of its hooks is reason to do; pure. */
  readonly plan: (input: HookInput, environment: Environment) => Plan;
  /** What its hook answers to an event; pure. */
  readonly answer: (input: HookInput, verdict: HookVerdict) => HookAnswer;
};

/** Longer than any hold, so that changing the hold changes no configuration: Codex forgets its trust in a hook that is edited. */
export const LONGEST_HOOK_SECONDS = MAX_HOLD_SECONDS + 60;

/** The hold of an engine whose terminal is free meanwhile. */
export const unlockedHold = { defaultSeconds: 540, longestSeconds: MAX_HOLD_SECONDS } as const;

/** The home folder, as the engines find it. */
export const userFolder = (environment: Environment) => environment['HOME'] || environment['USERPROFILE'] || homedir();

/**
 * The command of a hook that decides about an act. Where it cannot run at all, exit code 2 blocks the act, if the operator wants it so.
 * Only for such events: elsewhere 2 means other things, at Claude Code's Stop to go on for ever.
 */
export const decidingCommand = ({ hookCommand, strength }: Wanted) =>
  strength === 'fail-closed' ? `${hookCommand} || exit 2` : hookCommand;

/** The header with which an engine shows its token to the MCP server. */
export const bearer = ({ token }: Wanted) => ({ Authorization: `Bearer ${token}` });

/** Where the MCP server is. */
export const mcpUrl = ({ url }: Wanted) => new URL('/mcp', url).href;

/** How often an engine sends what its sessions cost, in milliseconds. */
const TELEMETRY_INTERVAL_MS = 5_000;

/** The variables of OpenTelemetry with which an engine sends its metrics to Gatehouse on the loopback, and nothing else to anybody. */
export const metricsToGatehouse = (wanted: Wanted): Readonly<Record<string, string>> => ({
  OTEL_METRICS_EXPORTER: 'otlp',
  OTEL_EXPORTER_OTLP_METRICS_PROTOCOL: 'http/json',
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: new URL('/v1/metrics', wanted.url).href,
  OTEL_EXPORTER_OTLP_METRICS_HEADERS: `Authorization=Bearer ${wanted.token}`,
  OTEL_METRIC_EXPORT_INTERVAL: String(TELEMETRY_INTERVAL_MS),
});

/** What stands deep in a configuration, if anything does. */
export function valueAt(config: unknown, ...path: readonly string[]): unknown {
  return path.reduce<unknown>(fieldOf, config);
}

/** A field of the input that is text; empty if it is missing or something else. */
export function textOf(input: HookInput, field: string): string {
  const value = input[field];
  return typeof value === 'string' ? value : '';
}

/** The words of these lines. */
export function wordsOf(...lines: readonly string[]): ReadonlySet<string> {
  return new Set(lines.flatMap((line) => line.split(' ')));
}

/**
 * The plan for a call of an engine that calls its hook before every tool: what only looks is not asked about, nor is its own question to
 * the person, whose answer an approval could not carry.
 */
export function planTool(
  tool: string,
  { looks, questions }: { readonly looks: ReadonlySet<string>; readonly questions: ReadonlySet<string> },
  dialog: Dialog,
): Plan {
  if (questions.has(tool)) return { ended: 'abandoned', call: { engineAsks: 'never', isLook: true } };
  const isLook = looks.has(tool);
  return {
    ended: 'abandoned',
    call: { engineAsks: isLook ? 'never' : 'unknown', isLook },
    ask: { isResumable: false, dialog },
  };
}

/** What Claude Code and Codex read alike when they ask for a permission; `undecided` makes what each is told when nobody decided. */
export function answerPermission(
  verdict: HookVerdict,
  undecided: (sentence: string | undefined) => HookAnswer,
): HookAnswer {
  const decided = (decision: object): HookAnswer => ({
    stdout: { hookSpecificOutput: { hookEventName: 'PermissionRequest', decision } },
    exitCode: 0,
  });
  switch (verdict.kind) {
    case 'allow':
      return decided({ behavior: 'allow' });
    case 'deny':
    case 'block':
      return decided({ behavior: 'deny', message: verdict.sentence });
    case 'ask':
    case 'pass':
    case 'later':
      return undecided(verdict.sentence);
  }
}
