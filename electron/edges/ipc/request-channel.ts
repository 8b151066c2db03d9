/** The channel of everything that our pages ask; the preload sends on it. */
export const REQUEST_CHANNEL = 'gatehouse:request';
