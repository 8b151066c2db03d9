// @vitest-environment happy-dom
import { act, fireEvent, screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';
import { approvalOf, Gatehouse } from './gatehouse';
import { click, installTestClock, openWindow, pass, type } from './window';

installTestClock();

const TOOL = 'mcp__box__turn';

/** Settings, after a tool of an MCP server was asked about. */
async function open() {
  const gatehouse = new Gatehouse(
    approvalOf(1, {
      requestType: 'tool_call',
      requestedBy: { kind: 'agent', actorId: 'claude-code/helper' },
      targetResource: { type: 'tool', id: TOOL },
    }),
  );
  await openWindow(gatehouse);
  await click('Settings');
  await pass(10);
  return gatehouse;
}

async function choose(name: string): Promise<void> {
  const levels = within(screen.getByRole('radiogroup', { name: `What ${TOOL} of claude-code does` }));
  await act(async () => {
    fireEvent.click(levels.getByRole('radio', { name }));
  });
  await pass(500);
}

it('a tool that was asked about is classed with one click, and taken back with one', async () => {
  const { world } = await open();
  const level = () => world.store.read.trust.classOf('claude-code', TOOL)?.level;
  expect(level()).toBeUndefined();
  await choose('Can be brought back');
  expect(level()).toBe('normal');
  await choose('Only looks');
  expect(level()).toBe('low');
  await choose('Not said');
  expect(level()).toBeUndefined();
});

it('a folder is not trusted, and trusted again, with one click; one that is not from the root is asked for again', async () => {
  const { world } = await open();
  const untrusted = () => world.store.read.trust.untrusted().map(({ root }) => root);
  await type('Another folder', 'shop');
  await click('Do not trust');
  expect(screen.getByText('Say which folder, from the root on.')).toBeTruthy();
  expect(untrusted()).toEqual([]);
  await type('Another folder', '/work/shop');
  await click('Do not trust');
  await pass(500);
  expect(untrusted()).toEqual(['/work/shop']);
  await click('Trust again: /work/shop');
  await pass(500);
  expect(untrusted()).toEqual([]);
});
