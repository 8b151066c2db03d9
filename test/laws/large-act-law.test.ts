import { beforeAll, expect, test } from 'vitest';
import { requestText } from '../../electron/desktop/request-text';
import { loadShellGrammar } from '../../electron/judgement/shell/grammar';
import { actTitle, LONGEST_TITLE } from '../../shared/act/act-title';
import { shapeOf } from '../../shared/act/shape';
import { ofTool } from '../judgement/shop';
import { heavyActs } from '../support/app/heavy-acts';
import { approvalRecord } from '../support/approvals';

beforeAll(loadShellGrammar);

/** Nearly as much as a body may have. */
const MUCH = 900_000;
const filled = (text: string, end = '') => text.repeat(MUCH / text.length) + end;

// Each hangs for minutes where a text of an agent is looked through from each of its signs again.
test.each([
  ['blanks', filled(' ', 'x')],
  ['tabs and a line of another kind', filled('\t', '\u2028x')],
  ['short lines', filled('a\nb\n')],
  ['empty lines', filled('\n', 'x')],
  ['slashes', filled('/', 'x')],
  ['brackets', filled('[')],
  ['braces', filled('{')],
  ['what is hidden', filled('\u202E')],
  ['emoji', filled('👨‍👩‍👧')],
  ['quotes', filled('"')],
  ['comments', filled('/* ')],
])('an act of %s is judged and has a title, whatever tool and field it stands in', (_what, text) => {
  for (const toolName of ['Bash', 'Edit', 'Write', 'WebFetch', 'apply_patch', 'mcp__db__query', 'unknown']) {
    for (const field of ['command', 'content', 'file_path', 'url', 'sql', 'input']) {
      const call = { toolName, action: { file_path: 'src/a.ts', [field]: text }, cwd: '/work/shop' };
      expect(['low', 'normal', 'high']).toContain(ofTool(toolName, call.action).level);
      expect(actTitle(call).length).toBeLessThanOrEqual(2 * LONGEST_TITLE);
      shapeOf(call);
    }
  }
  expect(actTitle({ toolName: 'Read', action: { file_path: '/a' }, cwd: text })).toBe('Read /a');
});

const names = { automationName: () => undefined, isExpired: () => false };

// Each takes seconds, or minutes, where texts are compared as long as they last.
test.each(heavyActs)(
  '%s: judged, with a title, and shown in part where there is little room',
  (_what, toolName, action) => {
    expect(['low', 'normal', 'high']).toContain(ofTool(toolName, action).level);
    expect(actTitle({ toolName, action }).length).toBeLessThanOrEqual(2 * LONGEST_TITLE);
    shapeOf({ toolName, action });
    const guidance = { canAskAgain: false, sentence: '' };
    const asked = { ...approvalRecord({ targetResource: { type: 'tool', id: toolName }, action }), guidance };
    const { what } = requestText(asked, names);
    // A hidden character is shown by its name.
    expect(what.length).toBeLessThanOrEqual(4_000 * '⟨U+202E⟩'.length);
  },
);
