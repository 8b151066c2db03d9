import type { CommandName } from '../../shared/contract';
import type { ReadStore } from '../store/database';
import { surveyHealth } from './health-survey';
import type { Ids } from './ports';

type Preparation = (read: ReadStore, now: number, ids: Ids) => Promise<unknown>;

/**
 * What is looked up for a command before its transaction, in slices, because it takes long. Its handler finds it in
 * `context.prepared`, and must decide on what is stored then.
 */
export const preparations: { readonly [N in CommandName]?: Preparation } = { 'health.check': surveyHealth };
