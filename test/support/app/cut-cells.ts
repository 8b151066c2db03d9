import type { Page } from 'playwright';

/**
 * What of the tables, the lists and the lineage on a page cannot be read, a line each: a text in a cell may be shortened only where it
 * ends in an ellipsis and is whole under the pointer, and never a time; nothing else of a cell reaches out of it, and no text lies below
 * a button. Nothing of a part of a page reaches out of it, and what is chosen in a field is whole.
 */
export function cutCells(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const cells = '[role="gridcell"], [role="columnheader"], [role="option"], td, th, .react-flow__node';

    /** What holds the line of a text: the nearest around it that is not itself in a line. */
    function blockOf(text: Node): Element | null {
      let block = text.parentElement;
      while (block !== null && getComputedStyle(block).display === 'inline') block = block.parentElement;
      return block;
    }

    function isSaidOtherwise(block: Element): boolean {
      const { textOverflow, overflowX } = getComputedStyle(block);
      const isShortened = textOverflow === 'ellipsis' && overflowX === 'hidden';
      const isForReadersOnly = block.clientWidth <= 1;
      return isShortened || isForReadersOnly;
    }

    function textsIn(
      cell: Element,
    ): readonly { readonly text: Node; readonly block: Element; readonly drawn: DOMRect }[] {
      const walker = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
      const found = [];
      for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
        const block = blockOf(text);
        if (block === null || text.textContent?.trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(text);
        found.push({ text, block, drawn: range.getBoundingClientRect() });
      }
      return found;
    }

    const reachesOut = (part: DOMRect, room: DOMRect) =>
      // Lines are a little higher than their letters.
      part.right > room.right + 1 || part.left < room.left - 1 || part.bottom > room.bottom + 3;
    const overlap = (one: DOMRect, other: DOMRect) =>
      one.right > other.left + 1 &&
      one.left < other.right - 1 &&
      one.bottom > other.top + 1 &&
      one.top < other.bottom - 1;

    const wrong = new Set<string>();
    for (const part of document.querySelectorAll('section[aria-labelledby], section[aria-labelledby] li')) {
      if (part.scrollWidth > part.clientWidth + 1)
        wrong.add(`reaches out of its part: ${part.textContent?.slice(0, 40)}`);
    }
    const pen = document.createElement('canvas').getContext('2d');
    for (const field of document.querySelectorAll('select')) {
      const { font, paddingLeft, paddingRight } = getComputedStyle(field);
      const room = field.clientWidth - Number.parseFloat(paddingLeft) - Number.parseFloat(paddingRight);
      const chosen = field.selectedOptions[0]?.text ?? '';
      if (pen === null) continue;
      pen.font = font;
      if (field.clientWidth > 0 && pen.measureText(chosen).width > room + 1) wrong.add(`cut: ${chosen}`);
    }
    for (const cell of document.querySelectorAll(cells)) {
      const row = (cell.closest('[role="row"], tr') ?? cell).getBoundingClientRect();
      const { x, width } = cell.getBoundingClientRect();
      const room = new DOMRect(x, row.y, width, row.height);
      const buttons = [...cell.querySelectorAll('button')];
      const isNode = cell.matches('.react-flow__node');
      for (const { text, block, drawn } of textsIn(cell)) {
        // What opens a node is at its edge.
        const isTime = text.parentElement?.closest('time') !== null;
        if (isTime && block.scrollWidth > block.clientWidth + 1) wrong.add(`cut: ${text.textContent}`);
        if (isSaidOtherwise(block) || (isNode && buttons.some((each) => each.contains(text)))) continue;
        if (reachesOut(drawn, room)) wrong.add(`cut: ${text.textContent}`);
        const isCovered = buttons.some((each) => !each.contains(text) && overlap(each.getBoundingClientRect(), drawn));
        if (isCovered) wrong.add(`below a button: ${text.textContent}`);
      }
      if (isNode) continue;
      for (const part of cell.querySelectorAll('button, input, svg')) {
        if (reachesOut(part.getBoundingClientRect(), room)) wrong.add(`cut: ${part.outerHTML.slice(0, 80)}`);
      }
    }
    return [...wrong];
  });
}

/** The lists that have to be moved sideways to be read, a line each. */
export async function sidewaysLists(page: Page): Promise<readonly string[]> {
  const lists = page.getByRole('grid');
  return lists.evaluateAll((all) =>
    all
      .filter(({ scrollWidth, clientWidth }) => scrollWidth > clientWidth + 1)
      .map(({ ariaLabel }) => `sideways: ${ariaLabel}`),
  );
}

/** The flags of commands in titles that a line ends within: `-` and `-force` are another thing than `--force`. */
export function brokenFlags(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const broken: string[] = [];
    for (const title of document.querySelectorAll('[data-slot="title"]')) {
      const walker = document.createTreeWalker(title, NodeFilter.SHOW_TEXT);
      for (let text = walker.nextNode(); text !== null; text = walker.nextNode()) {
        for (const { index, 0: flag } of (text.textContent ?? '').matchAll(/(?<=^|\s)-[\w-]{1,24}(?=$|[\s=])/g)) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + flag.length);
          const tops = [...range.getClientRects()].map(({ top }) => top);
          if (new Set(tops).size > 1) broken.push(`a line ends within ${flag}: ${title.textContent}`);
        }
      }
    }
    return broken;
  });
}
