/** How long a standing rule holds: for the run or session of its request, an hour, until local midnight, or until it is revoked. */
export const toolRuleDurations = ['run', 'hour', 'today', 'until_revoked'] as const;

/** How long a standing rule holds. */
export type ToolRuleDuration = (typeof toolRuleDurations)[number];
