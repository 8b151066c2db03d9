import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { until } from '../support/desktop/process';
import { testedEngines } from './cases';
import type { TestedEngine } from './install';
import { startLab } from './lab';
import type { ScriptedCall } from './model';

const desktop = desktopForTests({ tray: true });

/** Calls that only look, or plan. */
const looks: Partial<Record<TestedEngine, readonly ScriptedCall[]>> = {
  claude: [{ tool: 'TaskList', input: {} }],
  gemini: [
    { tool: 'update_topic', input: { title: 'Trying', summary: 'Tries', strategic_intent: 'Try' } },
    { tool: 'list_background_processes', input: {} },
    { tool: 'list_mcp_resources', input: {} },
  ],
};

describe.each(testedEngines.filter(({ engine }) => engine !== 'opencode'))(
  '$engine',
  ({ engine, unasked, shell, ownTool }) => {
    it('tells of each call and of its end, and of the end of the session [sessions-2.told, sessions-3.ending-events]', async () => {
      const lab = await startLab(desktop, engine);
      if (engine === 'gemini') lab.set({ ask_mode: 'high' });
      const prompt = lab.model.play([{ calls: [shell('true')] }, { calls: [shell('false')] }]);
      expect(await lab.run(prompt, unasked).ended).toMatchObject({ code: 0 });
      const calls = await lab.timeline();
      expect(calls.map(({ answer }) => answer)).toEqual(['nothing', 'nothing']);
      expect(calls.every(({ at_ms: at, ended_at_ms: ended }) => Number(ended) >= Number(at))).toBe(true);
      await until('the end of the session', async () => {
        const { body } = await lab.app.api('GET', '/governance/sessions?state=over', { as: 'operator' });
        return (body['sessions'] as readonly unknown[]).length === 1;
      });
    });

    it('never asks about the tools of Gatehouse, nor about looks [judgement-5.own-tools, sessions-2.ask-mode]', async () => {
      const lab = await startLab(desktop, engine);
      lab.set({ ask_mode: 'changes', hold_seconds: 1 });
      const calls = [...(looks[engine] ?? []), ownTool];
      const prompt = lab.model.play(calls.map((call) => ({ calls: [call] })));
      await lab.run(prompt, unasked).ended;
      const told = lab.model.told(prompt);
      expect(told).toHaveLength(calls.length);
      expect(told.at(-1)?.text).toContain('can_create');
      const { body } = await lab.app.api('GET', '/governance/approvals', { as: 'operator' });
      const asked = body['approvals'] as readonly { readonly context?: { readonly is_connection_test?: boolean } }[];
      expect(asked.filter(({ context }) => context?.is_connection_test !== true)).toEqual([]);
    });

    it('asks about every change in the mode that is set for that [sessions-2.ask-mode]', async () => {
      const lab = await startLab(desktop, engine);
      lab.set({ ask_mode: 'changes' });
      const prompt = lab.model.play([{ calls: [shell('echo one >> made')] }]);
      const run = lab.run(prompt, unasked);
      await lab.decide(await lab.asked(), 'deny', 'Not that one.');
      await run.ended;
      expect(JSON.stringify(lab.model.told(prompt))).toContain('Not that one.');
      const [call] = await lab.timeline();
      expect(call).toMatchObject({ answer: 'ask' });
      expect(call).not.toHaveProperty('ended_at_ms');
    });
  },
);
