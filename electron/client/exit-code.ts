/** What the command's end says to the program that started it (spec/api.md section 4). */
export const exitCode = {
  /** Done; of an approval: approved. */
  ok: 0,
  /** Refused by Gatehouse; of an approval: denied. */
  refused: 1,
  /** Of an approval: it expired or was cancelled, so nobody decided. */
  undecided: 2,
  /** Gatehouse does not answer, or there is no token for it. */
  unreachable: 3,
  /** The command line itself is wrong, as in sysexits.h. */
  usage: 64,
  /** A mistake in this program, as in sysexits.h. */
  internal: 70,
} as const;

/** One of the codes above, or the code of the program that `gatehouse run` ran. */
export type ExitCode = number;
