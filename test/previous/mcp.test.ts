import { expect, test } from 'vitest';
import { eras } from '../support/mcp-client';
import { differencesOf, inWordsOfNow, type NewWords } from './differences';
import { answersOf, previousWorld, tokenOf, withIdsInOrder } from './left';
import { callEveryTool } from './mcp-calls';

const becauseOfThoseAbove = 'what stops an agent stops those below it (spec/governance.md sections 3 and 8)';

const words: readonly NewWords[] = [
  {
    was: 'This agent has reached its weekly spend cap.',
    is: 'This agent, or one above it, has reached its weekly spend cap.',
    because: becauseOfThoseAbove,
  },
  {
    was: 'paused this agent. It can create and start nothing until the operator resumes it.',
    is: 'paused this agent, or one above it. It can create and start nothing until the operator resumes that one.',
    because: becauseOfThoseAbove,
  },
  {
    was: /(?<=rule \\"spend_paused\\", value true, limit false)\./g,
    is: ', spend_paused_agent_ids [\\"ledger\\"].',
    because: 'so it says which one it is',
  },
  {
    was: /(?<=rule \\"agent_paused\\", value true, limit false)\./g,
    is: ', paused_agent_ids [\\"tidy\\"].',
    because: 'so it says which one it is',
  },
];

test.each(eras)(
  'every tool answers a client of %s what it answered in the version before',
  async (era) => {
    const world = previousWorld();
    const { url } = await world.startApi();
    const now = await callEveryTool(url, era, await tokenOf(world, 'probe'));
    const before = inWordsOfNow(answersOf(`mcp-${era}`), words);
    expect(differencesOf(withIdsInOrder(before), withIdsInOrder(now))).toEqual([]);
  },
  60_000,
);
