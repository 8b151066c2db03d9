import type { CommandName } from '../../shared/contract';
import type { ReadStore } from '../store/database';
import { surveyHealth } from './health-survey';
import type { Ids } from './ports';

type Preparation = (read: ReadStore, now: number, ids: Ids) => unknown;

/**
 * The commands that take long, and what is looked up for them before their transaction, so that it holds up the others no
 * longer than it must. Their handlers find it in `context.prepared`, and must decide on what is stored then.
 */
export const preparations: { readonly [N in CommandName]?: Preparation } = { 'health.check': surveyHealth };
