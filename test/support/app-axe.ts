import axe from 'axe-core';
import type { Page } from 'playwright';

/** What axe finds wrong in a page as it is drawn now, a line each. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (window as unknown as { axe: typeof axe }).axe.run();
    return violations.flatMap((each) => each.nodes.map((node) => `${each.id}: ${each.help}: ${node.html}`));
  });
}
