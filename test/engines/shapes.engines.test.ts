import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { desktopForTests } from '../support/app/desk';
import { approveAll } from './approve-all';
import { testedEngines } from './cases';
import type { TestedEngine } from './install';
import { startLab } from './lab';
import { differences, missingEvents, shapeOf } from './shapes';

// What the engines write to their hooks is of the form that was recorded. `npm run engines:update` runs this with newer ones.

/** Where the differences are written instead of being failures; set by `npm run engines:update`. */
const report = process.env['GATEHOUSE_SHAPES_REPORT'];

const desktop = desktopForTests({ tray: true });

/** The events that these cases bring. */
const events: Readonly<Record<TestedEngine, readonly string[]>> = {
  claude: [
    ...['UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure', 'SubagentStart', 'SubagentStop'],
    ...['Stop', 'SessionEnd'],
  ],
  codex: ['UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'SubagentStart', 'Stop', 'SessionEnd'],
  gemini: ['BeforeAgent', 'BeforeTool', 'AfterTool', 'AfterAgent', 'SessionEnd'],
  opencode: ['chat.message', 'tool.execute.before', 'tool.execute.after', 'step-finish', 'session.idle'],
};

/** What of the engine is recorded. */
function recordedOf(engine: TestedEngine) {
  const path = join(import.meta.dirname, '..', 'cli', 'fixtures', 'hooks', 'recorded', `${engine}.jsonl`);
  const lines = readFileSync(path, 'utf8').trim().split('\n');
  return lines.map((line) => (JSON.parse(line) as { readonly input: Readonly<Record<string, unknown>> }).input);
}

describe.each(testedEngines)('$engine', ({ engine, unasked, shell, write, ownTool, delegate }) => {
  it('writes to its hooks what was recorded, in form', async () => {
    const lab = await startLab(desktop, engine);
    lab.record();
    const stopApproving = approveAll(lab);
    const helped = lab.model.play([{ calls: [shell('true')] }]);
    const calls = [shell('true'), shell('false'), write(lab.at('made')), ownTool, delegate(helped), shell('sleep 2')];
    await lab.run(lab.model.play(calls.map((call) => ({ calls: [call] }))), unasked).ended;
    await stopApproving();
    const now = shapeOf(lab.recordings().map(({ input }) => input));
    const missing = missingEvents(events[engine], now).map((event) => `${event}: never written`);
    const said = [...missing, ...differences(shapeOf(recordedOf(engine)), now)];
    if (report === undefined) expect(said).toEqual([]);
    else appendFileSync(report, said.map((line) => `${engine}: ${line}\n`).join(''));
  });
});
