import type { IfUnavailable } from '../../../shared/contract/engine';
import { messageOf } from '../../../shared/kernel/message-of';
import type { Dialog, HookVerdict } from '../../engines/engine';

/** What came of asking. */
export type HookOutcome =
  /** Approved, and used up for this act. */
  | { readonly kind: 'approved' }
  | { readonly kind: 'denied'; readonly sentence: string }
  /** Nobody decided as long as the hook may wait. */
  | { readonly kind: 'held'; readonly sentence: string }
  /** The same, and the engine can ask the same again later. */
  | { readonly kind: 'deferred'; readonly sentence: string }
  /** Expired, withdrawn or refused by a rule: Gatehouse is there, and nobody decided. */
  | { readonly kind: 'undecided'; readonly sentence: string }
  /** The engine no longer wants to know. */
  | { readonly kind: 'interrupted' }
  | { readonly kind: 'unavailable'; readonly sentence: string };

/** What a verdict depends on besides the outcome. */
export type HookTerms = {
  readonly ifUnavailable: IfUnavailable;
  /** The engine's own dialog, as far as it has one now. */
  readonly dialog: Exclude<Dialog, 'opened_in_terminal'>;
};

/**
 * The verdict on an outcome (spec/sessions.md section 2). Only an operator's approval is an allow; `--if-unavailable allow` is about a
 * Gatehouse that does not answer, and never about one that was asked and has not approved. What is left to the engine is left to its
 * dialog: where there is none, nothing is carried out that was to be asked about.
 */
export function verdictOf(outcome: HookOutcome, terms: HookTerms): HookVerdict {
  switch (outcome.kind) {
    case 'approved':
      return { kind: 'allow', sentence: 'The operator approved this in Gatehouse.' };
    case 'denied':
      return { kind: 'deny', sentence: outcome.sentence };
    case 'deferred':
      return { kind: 'later', sentence: outcome.sentence };
    case 'held':
    case 'undecided':
      return undecided(outcome.sentence, terms);
    case 'interrupted':
      return undecided('The question was withdrawn before anybody answered it.', terms);
    case 'unavailable':
      if (terms.ifUnavailable === 'allow') {
        return { kind: 'allow', sentence: `${outcome.sentence} It is set to allow then.` };
      }
      return undecided(outcome.sentence, terms);
  }
}

function undecided(sentence: string, { ifUnavailable, dialog }: HookTerms): HookVerdict {
  if (ifUnavailable === 'block') return blocked(sentence);
  switch (dialog) {
    case 'follows':
      return { kind: 'pass', sentence };
    case 'opened':
      return { kind: 'ask', sentence };
    case 'none':
      return blocked(sentence, 'Nobody else can be asked here, so it is not carried out');
  }
}

/** No, and that nobody has said so. */
export function blocked(sentence: string, why = 'Gatehouse is set to block what nobody approved') {
  const told = `${sentence} Nobody has refused this. ${why}; tell the user, and try again later.`;
  return { kind: 'block', sentence: told } as const;
}

/** What is said of a mistake of our own: nobody was asked, and nothing is allowed. */
export function unforeseen(error: unknown): string {
  return `Gatehouse could not be asked: ${messageOf(error)}`;
}
