import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import type { JudgedRequest } from '../../electron/judgement/judge';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { riskLevels } from '../../shared/judgement';
import { ofCommand, ofRequest, ofTool, SHOP } from './shop';

beforeAll(loadShellGrammar);

const requestOf = (different: Partial<JudgedRequest>): JudgedRequest => ({
  requestType: 'tool_call',
  targetResource: { type: 'tool', id: 'Bash' },
  context: { cwd: SHOP },
  action: { command: 'git status' },
  ...different,
});
const kindsOf = (different: Partial<JudgedRequest>) => ofRequest(requestOf(different)).reasons.map(({ kind }) => kind);

test.each([
  ['a cap that is lifted', () => kindsOf({ requestType: 'quota_override' })],
  ['a tool that pays', () => ofTool('mcp__bank__pay_invoice', {}).reasons.map(({ kind }) => kind)],
  ['a tool that gives money back', () => ofTool('payments.refund', {}).reasons.map(({ kind }) => kind)],
  ['a command of a shop', () => ofCommand('stripe refunds create --charge=ch_1').reasons.map(({ kind }) => kind)],
])('%s moves money, which is high [judgement-1.money]', (_name, kinds) => {
  expect(kinds()).toContain('money');
});

test.each(['capability_request', 'elevated_capability', 'depth_override'] as const)(
  '%s is for more than the rules of governance allow, which is high [judgement-1.capability]',
  (requestType) => {
    expect(kindsOf({ requestType, targetResource: { type: 'agent', id: 'scout' } })).toEqual(['capability']);
  },
);

test('an asker can raise the level and never lower it, whatever it says of itself [judgement-1.said-by-asker]', () => {
  const words = fc.constantFrom('high', 'HIGH', 'critical', 'low', 'none', 'safe', '', ...riskLevels);
  const said = fc.dictionary(
    fc.constantFrom('risk', 'riskLevel', 'risk_level', 'level', 'readOnlyHint', 'isLook', 'classed'),
    fc.oneof(words, fc.boolean(), fc.integer()),
  );
  const commands = fc.constantFrom('git status', 'npm test', 'rm -rf src', 'git push', 'ls )', 'cat .env');
  fc.assert(
    fc.property(said, commands, (context, command) => {
      const bare = ofRequest(requestOf({ action: { command } }));
      const told = ofRequest(requestOf({ action: { command }, context: { cwd: SHOP, ...context } }));
      expect(riskLevels.indexOf(told.level)).toBeGreaterThanOrEqual(riskLevels.indexOf(bare.level));
      expect(told.reasons.slice(0, bare.reasons.length)).toEqual(bare.reasons);
      const isCalledHigh = ['risk', 'riskLevel', 'risk_level'].some((name) =>
        /^(?:high|critical)$/i.test(String(context[name])),
      );
      expect(told.reasons.some(({ kind }) => kind === 'said_by_asker')).toBe(isCalledHigh);
      if (isCalledHigh) expect(told.level).toBe('high');
    }),
    { numRuns: 500 },
  );
});
