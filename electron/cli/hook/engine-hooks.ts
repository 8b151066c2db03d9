import type { IfUnavailable } from '../../connect/connection-file';
import type { Environment } from '../connection';

/** What an engine wrote to a hook's stdin: one JSON object whose unknown fields are ignored. */
export type HookInput = Readonly<Record<string, unknown>>;

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

/** What an event is reason to do. */
export type Plan = {
  readonly ended?: Ended;
  /** Makes the sub-agent that it names known. */
  readonly isIntroduction?: true;
  readonly ask?: {
    /** Whether only what may do harm that cannot be undone is asked about. */
    readonly isForHighRiskOnly: boolean;
    /** Whether the engine can end now and ask the same again hours later. */
    readonly isResumable: boolean;
  };
};

/** What came of asking. */
export type Outcome =
  /** Approved, and used up for this act. */
  | { readonly kind: 'approved' }
  | { readonly kind: 'denied'; readonly sentence: string }
  /** Nobody decided as long as the hook may wait. */
  | { readonly kind: 'held'; readonly sentence: string }
  /** Expired, withdrawn or refused by a rule: Gatehouse is there, and nobody decided. */
  | { readonly kind: 'undecided'; readonly sentence: string }
  /** The engine no longer wants to know. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'unavailable'; readonly sentence: string };

/** What the engine is to be told, before it is put into the engine's words. */
export type Verdict =
  | { readonly kind: 'allow'; readonly sentence: string }
  | { readonly kind: 'deny'; readonly sentence: string }
  /** No, but not because anybody said so: in `--if-unavailable block`. */
  | { readonly kind: 'block'; readonly sentence: string }
  /** No opinion: the engine asks in its own way. */
  | { readonly kind: 'pass'; readonly sentence?: string }
  /** Not yet: the engine may end, and asks the same again when it is resumed. */
  | { readonly kind: 'later'; readonly sentence: string };

/** How the hook's process ends: an object for stdout, a line for stderr, and the exit code. */
export type HookAnswer = {
  readonly stdout?: Readonly<Record<string, unknown>>;
  readonly stderr?: string;
  readonly exitCode: number;
};

/** How one engine's hooks are understood and answered. Both are pure. */
export type EngineHooks = {
  /** As people call it. */
  readonly name: string;
  /** The longest that it may be kept waiting, in seconds; its terminal may be locked meanwhile. */
  readonly longestHoldSeconds?: number;
  plan(input: HookInput, environment: Environment): Plan;
  answer(input: HookInput, verdict: Verdict): HookAnswer;
};

/**
 * The verdict on an outcome. Only an operator's approval is an allow; `--if-unavailable allow` is about a Gatehouse that does not
 * answer, and never about one that was asked and has not approved.
 */
export function verdictOf(outcome: Outcome, ifUnavailable: IfUnavailable, isResumable: boolean): Verdict {
  switch (outcome.kind) {
    case 'approved':
      return { kind: 'allow', sentence: 'The operator approved this in Gatehouse.' };
    case 'denied':
      return { kind: 'deny', sentence: outcome.sentence };
    case 'held':
      if (isResumable) return { kind: 'later', sentence: outcome.sentence };
      return passOrBlock(outcome.sentence, ifUnavailable);
    case 'undecided':
      return passOrBlock(outcome.sentence, ifUnavailable);
    case 'interrupted':
      return ifUnavailable === 'block'
        ? blocked('The question was withdrawn before anybody answered it.')
        : { kind: 'pass' };
    case 'unavailable':
      if (ifUnavailable === 'allow') return { kind: 'allow', sentence: `${outcome.sentence} It is set to allow then.` };
      return passOrBlock(outcome.sentence, ifUnavailable);
  }
}

function passOrBlock(sentence: string, ifUnavailable: IfUnavailable): Verdict {
  return ifUnavailable === 'block' ? blocked(sentence) : { kind: 'pass', sentence };
}

function blocked(sentence: string): Verdict {
  const ending =
    'Nobody has refused this. Gatehouse is set to block what nobody approved; tell the user, and try again later.';
  return { kind: 'block', sentence: `${sentence} ${ending}` };
}

/** A field of the input that is text; empty if it is missing or something else. */
export function textOf(input: HookInput, field: string): string {
  const value = input[field];
  return typeof value === 'string' ? value : '';
}

/** What is said of a mistake of our own: nobody was asked, and nothing is allowed. */
export function unforeseen(error: unknown): string {
  return `Gatehouse could not be asked: ${error instanceof Error ? error.message : String(error)}`;
}
