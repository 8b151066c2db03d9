/** What can be asked for (spec/governance.md section 2). */
export const requestTypes = [
  'capability_request',
  'external_post',
  'quota_override',
  'lifecycle_review',
  'elevated_capability',
  'depth_override',
  'retirement_action',
  'tool_call',
] as const;

/** The kind of an approval. */
export type RequestType = (typeof requestTypes)[number];

/** The request types whose approval stands until it expires; all others are used up by one act (section 7). */
export const standingRequestTypes: readonly RequestType[] = [
  'capability_request',
  'elevated_capability',
  'quota_override',
  'depth_override',
];

/** Where an approval can be: one of these, and out of `pending` for good. */
export const approvalStatuses = ['pending', 'approved', 'denied', 'expired', 'cancelled'] as const;

/** The status of an approval. */
export type ApprovalStatus = (typeof approvalStatuses)[number];
