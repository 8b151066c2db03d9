import axe from 'axe-core';
import type { Page } from 'playwright';

// Of what is well, and of where an element is, nothing is told: to put that together would take a third of the time.
const RUN = `axe.run(document, { resultTypes: ['violations'], selectors: false }).then(({ violations }) => violations.flatMap(({ id, help, nodes }) =>
  nodes.map(({ html, failureSummary }) => id + ': ' + help + ': ' + html + ' ' + failureSummary)))`;

/** What axe finds wrong on a page, a line each, contrast included. By the debugger, because the page's policy lets no script in. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  const session = await page.context().newCDPSession(page);
  const evaluate = async (expression: string): Promise<unknown> => {
    const { result, exceptionDetails } = await session.send('Runtime.evaluate', {
      expression,
      awaitPromise: true,
      returnByValue: true,
    });
    if (exceptionDetails !== undefined) throw new Error(exceptionDetails.exception?.description ?? 'axe failed');
    return result.value;
  };
  // What fades in has no contrast yet.
  await evaluate(
    `Promise.all(document.getAnimations().filter((each) => each.effect.getComputedTiming().endTime !== Infinity)
       .map(({ finished }) => finished.catch(() => undefined))).then(() => undefined)`,
  );
  // It stays in the page for the next time; to read it in anew each time took as long as a third of what it finds.
  if ((await evaluate('typeof axe')) === 'undefined') await evaluate(`${axe.source}; axe.configure({ noHtml: true })`);
  let found = (await evaluate(RUN)) as readonly string[];
  if (found.length > 0) {
    // Only now the markup of each element is wanted: to write all of it down would take a tenth of the time.
    await evaluate(`delete window.axe; ${axe.source}`);
    const withMarkup = (await evaluate(RUN)) as readonly string[];
    await evaluate('delete window.axe');
    if (withMarkup.length > 0) found = withMarkup;
  }
  await session.detach();
  return found;
}
