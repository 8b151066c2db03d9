/** Longest agent id that is accepted anywhere, in characters. */
export const MAX_ACTOR_ID_LENGTH = 200;
