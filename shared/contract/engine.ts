/** The engines that Gatehouse can connect, by the name that people type, and what each is called. */
export const engineNames = {
  claude: 'Claude Code',
  codex: 'Codex',
  gemini: 'Gemini CLI',
  opencode: 'opencode',
} as const;

/** The name of an engine, as people type it. */
export type Engine = keyof typeof engineNames;

/** The engines, in the order in which they are listed. */
export const engines = ['claude', 'codex', 'gemini', 'opencode'] as const satisfies readonly Engine[];

/** The agent that a connected engine is, unless the operator names another one. */
export const engineAgentIds = {
  claude: 'claude-code',
  codex: 'codex',
  gemini: 'gemini-cli',
  opencode: 'opencode',
} as const satisfies Readonly<Record<Engine, string>>;

/** The longest that any engine's hook may be told to wait, in seconds: one day. Some wait less (electron/engines). */
export const MAX_HOLD_SECONDS = 86_400;

/**
 * How strongly an engine is bound (spec/sessions.md section 5): `user` by its own rules, which let a call go on whose hook fails;
 * `fail-closed` blocks it then.
 */
export const strengths = ['user', 'fail-closed'] as const;

/** How strongly an engine is bound. */
export type Strength = (typeof strengths)[number];

/** What an engine is told when Gatehouse cannot be asked: nothing (it asks in its own way), no, or yes. */
export const unavailableAnswers = ['prompt', 'block', 'allow'] as const;

/** One of the answers for when Gatehouse cannot be asked. */
export type IfUnavailable = (typeof unavailableAnswers)[number];

/** What the operator wants an engine's hook to ask about, from least to everything (spec/sessions.md section 2). */
export const askModes = ['high', 'engine', 'changes', 'all'] as const;

/** What an engine's hook asks about. */
export type AskMode = (typeof askModes)[number];

/**
 * Whether an engine asks about a call by itself: it does now; it might, and nobody knows; or not with this event, because it asks
 * nobody or has an event of its own for that.
 */
export const engineAsks = ['asking', 'unknown', 'never'] as const;

/** Whether an engine asks about a call by itself. */
export type EngineAsks = (typeof engineAsks)[number];
