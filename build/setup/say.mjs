// @ts-check

/** One line of progress on stdout, marked so that it is not taken for the app's own output. */
export function say(/** @type {string} */ line) {
  console.log(`gatehouse: ${line}`);
}

/** An expected end (something that the person at the keyboard can put right): shown as one line without a stack. */
export class SetupProblem extends Error {}

/** Runs a script's main function; a SetupProblem ends it with one line and code 1, anything else with its stack. */
export async function runScript(/** @type {() => Promise<number>} */ main) {
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof SetupProblem ? `gatehouse: ${error.message}` : error);
    process.exitCode = 1;
  }
}
