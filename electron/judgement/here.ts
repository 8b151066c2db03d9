import { homedir } from 'node:os';
import { createJudge, type Judge, type Known } from './judge';
import { surroundingsOf } from './surroundings';

/** What is seen of this machine. */
export const surroundings = surroundingsOf(homedir());

/** Judges acts on this machine, by what is known of them besides; `loadShellGrammar` must have been waited for. */
export function judgeKnowing(known: Known): Judge {
  return createJudge(surroundings, known);
}

/** Judges acts on this machine for those who know nothing besides: the hook, while Gatehouse is away. */
export const judge = judgeKnowing({});
