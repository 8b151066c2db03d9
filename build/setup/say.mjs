// @ts-check

/** One line of progress on stdout, marked so that it is not taken for the app's own output. */
export function say(/** @type {string} */ line) {
  console.log(`gatehouse: ${line}`);
}

/** An expected end (something that the person at the keyboard can put right): shown as one line without a stack. */
export class SetupProblem extends Error {}

/** Runs a script's main function; a SetupProblem ends it with one line and code 1, anything else with its stack. */
export async function runScript(/** @type {() => Promise<number>} */ main) {
  // Whoever read the output may be gone before the work is: ending in order matters more than being heard.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  try {
    process.exitCode = await main();
  } catch (error) {
    console.error(error instanceof SetupProblem ? `gatehouse: ${error.message}` : error);
    process.exitCode = 1;
  }
}
