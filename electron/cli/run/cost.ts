import type { JsonObject } from '../../../shared/kernel/fields';
import { fieldsIn } from '../../connect/kept-file';
import { costReaders } from './cost-engines';
import type { CostEngine, CostPlace, SaidCost } from './said-cost';

/** The longest output, and the longest line, that is understood, in characters: one result of an engine. */
const LONGEST = 8 * 1024 * 1024;

/** Hears the output of a command as it comes and keeps the JSON that says what it cost: a line, a list, or all of it over many lines. */
export function createCostReader(engine: CostEngine, place: CostPlace) {
  const reader = costReaders[engine];
  let kept: readonly JsonObject[] = [];
  let pending = '';
  let isTooLong = false;
  /** All of it, while it is no longer than can be understood. */
  let whole: string | undefined = '';

  const take = (text: string): void => {
    if (!/^\s*[[{]/.test(text)) return;
    for (const value of objectsIn(text)) if (reader.isWanted(value)) kept = reader.keep(kept, value);
  };
  return {
    hear(chunk: string): void {
      whole = whole === undefined || whole.length + chunk.length > LONGEST ? undefined : whole + chunk;
      const lines = (pending + chunk).split('\n');
      pending = lines.pop() ?? '';
      for (const line of lines)
        if (!isTooLong) take(line);
        else isTooLong = false;
      if (pending.length > LONGEST) {
        pending = '';
        isTooLong = true;
      }
    },
    /** What the session has used, once the output is over; undefined when it did not say. */
    async said(): Promise<SaidCost | undefined> {
      if (!isTooLong) take(pending);
      pending = '';
      if (kept.length === 0 && whole !== undefined) take(whole.slice(Math.max(0, whole.search(/^[[{]/m))));
      return kept.length === 0 ? undefined : await reader.read(kept, place);
    },
  };
}

/** The objects of a JSON text: itself, or those in its list. */
function objectsIn(text: string): readonly JsonObject[] {
  if (!text.trimStart().startsWith('[')) return [fieldsIn(text)];
  return Object.values(fieldsIn(text)).filter(
    (value): value is JsonObject => typeof value === 'object' && value !== null,
  );
}
