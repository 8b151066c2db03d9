import type { IfUnavailable } from '../../../shared/contract/engine';
import type { Verdict } from '../../engines/engine';

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

/** What is said of a mistake of our own: nobody was asked, and nothing is allowed. */
export function unforeseen(error: unknown): string {
  return `Gatehouse could not be asked: ${error instanceof Error ? error.message : String(error)}`;
}
