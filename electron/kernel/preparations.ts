import type { CommandName, InputOf } from '../../shared/contract/contract';
import { surveyHealth } from '../nouns/lifecycle/health-survey';
import { readStateFile } from '../nouns/state-file/file';
import type { Ids } from './ports';
import type { ReadStore } from './store/database';

type Preparation<N extends CommandName> = (read: ReadStore, now: number, ids: Ids, input: InputOf<N>) => unknown;

/**
 * The commands that take long, and what is looked up for them before their transaction, so that it holds up the others no
 * longer than it must. Their handlers find it in `context.prepared`, and must decide on what is stored then.
 */
export const preparations: { readonly [N in CommandName]?: Preparation<N> } = {
  'health.check': surveyHealth,
  'state.import': (_read, _now, _ids, { text }) => readStateFile(text),
  // Nothing to look up; but where all of a large database's records are missing, they are not made beside the window's turns.
  'records.bootstrap': () => undefined,
};
