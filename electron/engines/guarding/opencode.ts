import { type Guarding, isSet } from './guarding';

/** The variable that starts opencode as `--pure` does: without plugins. */
const PURE = 'OPENCODE_PURE';

/** opencode: it has no switch for plugins in a file. */
export const opencodeGuarding: Guarding = ({ environment }) =>
  isSet(environment[PURE])
    ? [{ kind: 'off', detail: `the variable ${PURE} starts opencode without its plugins; unset it` }]
    : [];
