/** Waiting approvals that one queue snapshot carries at most. */
export const QUEUE_PAGE_SIZE = 200;

/** Settled approvals that one queue snapshot carries at most. */
export const RECENT_PAGE_SIZE = 50;
