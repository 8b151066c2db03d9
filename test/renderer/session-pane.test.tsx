// @vitest-environment happy-dom
import { screen, within } from '@testing-library/react';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import type { LastWords } from '../../shared/contract/desk-contract';
import { refused, succeeded } from '../../shared/kernel/errors';
import { agent } from '../support/world';
import { approvalOf, Gatehouse } from './gatehouse';
import { installTestClock, openWindow, pass } from './window';

installTestClock();
beforeEach(() => {
  const real = window.matchMedia.bind(window);
  // As wide as a large screen.
  vi.spyOn(window, 'matchMedia').mockImplementation((query) =>
    Object.defineProperty(real(query), 'matches', { value: query.includes('min-width') }),
  );
});

const asked = (context: object) =>
  approvalOf(1, {
    requestType: 'tool_call',
    requestedBy: { kind: 'agent', actorId: 'claude-code' },
    targetResource: { type: 'tool', id: 'Bash' },
    action: { command: 'npm test' },
    context,
  });
const inSession = { engine: 'claude', session_id: 's1', cwd: '/home/olga/shop' };

/** The pane beside a request, with what is found of its session. */
async function paneOf(context: object, words?: LastWords | 'refused') {
  const gatehouse = new Gatehouse(asked(context));
  if (words !== undefined) {
    gatehouse.answers.set('desk.lastWords', () => (words === 'refused' ? refused('INTERNAL') : succeeded(words)));
  }
  const told = gatehouse.world.execute(agent('claude-code'), 'session.tell', {
    session: { engine: 'claude', sessionId: 's1', workspace: '/home/olga/shop', title: 'Mend the cart' },
    event: 'started',
  });
  await pass(50);
  await told;
  await openWindow(gatehouse);
  await pass(100);
  return within(screen.getByRole('complementary', { name: 'The session of this request' }));
}

describe('the session beside a request [sessions-7.words]', () => {
  it('says that no session asks', async () => {
    expect((await paneOf({})).getByText('No session of an engine asks for this.')).toBeTruthy();
  });

  it('says that nothing is known of a session that is none of who asks', async () => {
    expect((await paneOf(inSession, {})).getByText(/^Nothing is known of the session/)).toBeTruthy();
  });

  it('says that what was said could not be read', async () => {
    expect((await paneOf(inSession, 'refused')).getByText('What was said could not be read.')).toBeTruthy();
  });

  it('says that there is no transcript, what the session is called, and that it did nothing', async () => {
    const pane = await paneOf(inSession, { runId: 'claude-s1' });
    expect(pane.getByText(/^What was said is not known/)).toBeTruthy();
    expect(pane.getByRole('button', { name: 'Mend the cart' })).toBeTruthy();
    expect(pane.getByText('Nothing yet.')).toBeTruthy();
  });

  it('shows what was said as text and as nothing else, and whose file it is from', async () => {
    const pane = await paneOf(inSession, {
      runId: 'claude-s1',
      operator: { text: 'Mend the cart, <img src=x onerror=alert(1)>', isCut: false },
      agent: { text: 'I will **round** it. [Here](https://example.com) ![x](https://example.com/x.png)', isCut: true },
    });
    expect(pane.getByText(/Mend the cart, /).innerHTML).toContain('&lt;img');
    expect(pane.getByText('round').tagName).toBe('STRONG');
    expect(pane.queryByRole('img')).toBeNull();
    expect(pane.queryByRole('link')).toBeNull();
    expect(pane.getByText(/a file that the agent could have written itself/)).toBeTruthy();
    expect(pane.getByText('There is more of it in the transcript.')).toBeTruthy();
  });
});
