/**
 * The lineage that an agent is held to: the longest ancestor chain ever recorded for it, so that claiming a shorter one
 * changes nothing (spec/governance.md section 3, Lineage cannot be laundered). Oldest ancestor first.
 */
export function keptLineage(recorded: readonly string[], claimed: readonly string[]): readonly string[] {
  return claimed.length > recorded.length ? claimed : recorded;
}
