import { homedir } from 'node:os';
import { createJudge } from './judge';
import { surroundingsOf } from './surroundings';

/** Judges acts on this machine; `loadShellGrammar` must have been waited for. */
export const judge = createJudge(surroundingsOf(homedir()));
