/**
 * How often a page is told that all is well, in milliseconds. It is woken for it, and main with it: whoever does something in the page
 * finds out sooner, because the page asks then.
 */
export const PULSE_INTERVAL_MS = 15_000;
