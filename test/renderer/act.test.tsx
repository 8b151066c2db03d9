// @vitest-environment happy-dom
import { act, screen } from '@testing-library/react';
import { describe, expect, it, vi } from 'vitest';
import { tokenLines } from '../../renderer/act/highlight';
import { succeeded } from '../../shared/kernel/errors';
import { approvalOf, Gatehouse } from './gatehouse';
import { click, installTestClock, openWindow, pass } from './window';

installTestClock();

const cwd = '/home/olga/shop';

/** Opens the card of a call, with what the disk says of its files. */
async function openCall(toolName: string, action: unknown, files: readonly unknown[] = []): Promise<void> {
  const context = { engine: 'claude', session_id: 's1', cwd };
  const gatehouse = new Gatehouse(
    approvalOf(1, { requestType: 'tool_call', targetResource: { type: 'tool', id: toolName }, action, context }),
  );
  gatehouse.answers.set('desk.filesOfAct', () => succeeded({ files }));
  await openWindow(gatehouse);
  await pass(1_000);
}

const changes = () => screen.getByRole('group', { name: 'Changes' });
const rowsOf = (kind: string) =>
  [...changes().querySelectorAll(`[data-kind="${kind}"][data-after]`)].map((row) => row.textContent?.trimEnd());
const card = () => document.querySelector('#gatehouse-card')?.textContent ?? '';

describe('an act on the card', () => {
  it('that changes a part of a file is drawn by lines, with hidden characters, and to the letter on demand', async () => {
    await openCall('Edit', {
      file_path: `${cwd}/src/a.ts`,
      old_string: 'const keep = 1;\nconst one = 1;\u200B\n',
      new_string: 'const keep = 1;\nconst two = 1;\n',
      replace_all: true,
    });
    expect(rowsOf('same')).toEqual([' const keep = 1;']);
    expect(rowsOf('removed')).toEqual(['−const one = 1;U+200B']);
    expect(rowsOf('added')).toEqual(['+const two = 1;']);
    expect(changes().textContent).toContain('at every place');
    await click(/Exact text/);
    expect(screen.getByRole('group', { name: 'The act' }).textContent).toContain('"replace_all": true');
  });

  it('has the numbers of its lines where the disk says them, and none where it does not', async () => {
    const edit = (word: string) => ({ old_string: word, new_string: `${word}!` });
    await openCall('MultiEdit', { file_path: 'a.txt', edits: [edit('a'), edit('b')] }, [
      { isThere: true, starts: [{ before: 41, after: 42 }, null] },
    ]);
    const numbers = [...changes().querySelectorAll('[data-after]')].map((row) => [
      row.getAttribute('data-before'),
      row.getAttribute('data-after'),
    ]);
    expect(numbers).toEqual([
      ['41', ''],
      ['', '42'],
      ['', ''],
      ['', ''],
    ]);
  });

  it('that writes a file is a file where there is none, and a diff against the one that is there', async () => {
    const action = { file_path: `${cwd}/a.txt`, content: 'one\ntwo\n' };
    await openCall('Write', action, [{ isThere: false, starts: [] }]);
    expect(rowsOf('same')).toEqual([' one', ' two']);
    expect(changes().textContent).toContain('new file');
    document.body.innerHTML = '';
    await openCall('Write', action, [{ isThere: true, content: 'one\nthree\n', starts: [] }]);
    expect(rowsOf('removed')).toEqual(['−three']);
    expect(rowsOf('added')).toEqual(['+two']);
  });

  it('of many lines says that it is not shown whole until it is', async () => {
    const content = Array.from({ length: 400 }, (_, index) => `line ${index}`).join('\n');
    await openCall('Write', { file_path: 'a.txt', content });
    expect(rowsOf('same')).toHaveLength(24);
    expect(screen.getByText(/The act is not shown whole yet/)).toBeTruthy();
    await click(/Show 376 more lines/);
    expect(rowsOf('same')).toHaveLength(400);
    expect(screen.queryByText(/The act is not shown whole yet/)).toBeNull();
  });

  it('of a line that has no end is shown in part, and says so until it is shown', async () => {
    await openCall('Write', { file_path: 'a.txt', content: `first\n${'x'.repeat(50_000)}\nlast` });
    expect(rowsOf('same').map((row) => row?.length)).toEqual([6, 1 + 20_000 - 'first'.length]);
    expect(changes().textContent).toContain('the line goes on');
    expect(screen.getByText(/The act is not shown whole yet/)).toBeTruthy();
    await click(/Show 2 more lines/);
    expect(rowsOf('same')).toEqual([' first', ` ${'x'.repeat(50_000)}`, ' last']);
    expect(screen.queryByText(/The act is not shown whole yet/)).toBeNull();
  });

  it('of many files draws the first of them, and says that there are more until they are shown [judgement-8.drawn]', async () => {
    const files = Array.from({ length: 90 }, (_, index) => `*** Delete File: old${index}.ts`);
    await openCall('apply_patch', { command: ['*** Begin Patch', ...files, '*** End Patch'].join('\n') });
    const drawn = () => changes().querySelectorAll('section').length;
    expect(drawn()).toBe(20);
    expect(screen.getByText(/The act is not shown whole yet/)).toBeTruthy();
    await click('Show 50 of 70 more files');
    expect(drawn()).toBe(70);
    await click('Show 20 more files');
    expect(drawn()).toBe(90);
    expect(screen.queryByText(/The act is not shown whole yet/)).toBeNull();
  });

  it('that is a patch names each file with what becomes of it', async () => {
    const command = [
      '*** Begin Patch',
      '*** Add File: new.ts',
      '+one',
      '*** Delete File: old.ts',
      '*** Update File: a.ts',
      '*** Move to: b.ts',
      '@@ class Cart',
      '-x',
      '+y',
      '*** End Patch',
    ].join('\n');
    await openCall('apply_patch', { command });
    const files = screen.getAllByRole('region').filter((region) => changes().contains(region));
    expect(files.map((file) => file.getAttribute('aria-label'))).toEqual(['new.ts', 'old.ts', 'a.ts']);
    expect(changes().textContent).toMatch(/new file.*The whole file goes\..*moves to b\.ts.*class Cart/s);
  });

  it('that is a command has what is dangerous in it marked, and its letters are all there', async () => {
    const command = 'npm test && git push --force';
    const gatehouse = new Gatehouse(
      approvalOf(1, { requestType: 'tool_call', targetResource: { type: 'tool', id: 'Bash' }, action: { command } }),
    );
    const span = { start: 12, end: 28 };
    const reasons = [{ kind: 'sends', what: 'pushes over what is there', span }];
    gatehouse.answers.set('approvals.facts', () => succeeded({ risk: { level: 'high', reasons } }));
    await openWindow(gatehouse);
    const shown = screen.getByRole('group', { name: 'Command' });
    expect(shown.textContent).toBe(command);
    expect(shown.querySelector('mark')?.textContent).toBe('git push --force');
  });

  it('that tells an agent something is Markdown without HTML, pictures or anything that leads somewhere', async () => {
    const prompt =
      '# Look\n\n<img src=x onerror=alert(1)> **now**\u202E [here](https://a.example "b") ![p](https://c.example)';
    await openCall('Agent', { description: 'Look', prompt });
    const text = screen.getByRole('group', { name: 'What it is told' });
    expect(text.querySelector('h1')?.textContent).toBe('Look');
    expect(text.querySelector('strong')?.textContent).toBe('now');
    expect(text.querySelectorAll('a, img, script, iframe')).toHaveLength(0);
    for (const part of ['<img src=x onerror=alert(1)>', 'U+202E', 'https://a.example b', 'https://c.example']) {
      expect(text.textContent).toContain(part);
    }
  });

  it.each([
    '> - ',
    '>',
    '1. ',
    '- ',
    '*a **b ',
    '_*',
    '[',
    '![[',
    '<a ',
    '`` ` ',
    '- a\n  ',
    '|a',
    '\\',
    '&#',
    '> a\n>',
  ])('that tells an agent nothing but %j is drawn, and its window stays [judgement-8.drawn]', async (part) => {
    await openCall('Agent', { description: 'Look', prompt: part.repeat(12_000 / part.length) });
    expect(screen.getByRole('group', { name: 'What it is told' }).textContent).not.toBe('');
    expect(screen.getByRole('navigation')).toBeTruthy();
  });

  it('that is a plan as engines write them is Markdown, however long its lists and its code are', async () => {
    const items = Array.from({ length: 80 }, (_, index) => `- **Step ${index}**: change \`a_${index}.ts\` and [b](b)`);
    const code = Array.from({ length: 60 }, (_, index) => `const a_${index} = [!b && c_${index}, \`\${d}\`];`);
    await openCall('ExitPlanMode', { plan: ['# Plan', ...items, '', '```ts', ...code, '```', '', '*End*'].join('\n') });
    await click(/more lines/);
    const plan = screen.getByRole('group', { name: 'Plan' });
    expect(plan.querySelectorAll('li strong')).toHaveLength(80);
    expect(plan.querySelector('pre')?.textContent).toContain('const a_59');
    expect(plan.querySelector('em')?.textContent).toBe('End');
  });

  it('that tells an agent more than a page has room for is shown in part, and says so until it is shown', async () => {
    await openCall('Agent', { description: 'Look', prompt: 'x'.repeat(30_000) });
    const shown = () => screen.getByRole('group', { name: 'What it is told' }).querySelector('p')?.textContent?.length;
    expect(shown()).toBe(20_000);
    expect(screen.getByText(/The act is not shown whole yet/)).toBeTruthy();
    await click(/Show more/);
    expect(shown()).toBe(30_000);
    expect(screen.queryByText(/The act is not shown whole yet/)).toBeNull();
  });

  it.each([['[//]: # (push it)\n\nhello'], ['```sh and push it\nls\n```']])(
    '%j hides nothing by being Markdown',
    async (plan) => {
      await openCall('ExitPlanMode', { plan });
      expect(screen.getByRole('group', { name: 'Plan' }).textContent).toContain('push it');
    },
  );

  it('of a server’s tool is a table with every argument', async () => {
    await openCall('mcp__tracker__create_issue', {
      title: 'Cart is wrong',
      labels: ['bug', 'cart'],
      description: 'Long',
    });
    const rows = screen.getByRole('table', { name: 'Arguments' }).querySelectorAll('tr');
    expect([...rows].map((row) => row.querySelector('th')?.textContent)).toEqual(['title', 'labels', 'description']);
    expect(card()).toContain('Cart is wrong');
  });

  it('is shown to the letter by the key X, and back', async () => {
    await openCall('Bash', { command: 'npm test' });
    const press = async () =>
      act(async () => {
        document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'x', bubbles: true, cancelable: true }));
      });
    await press();
    expect(screen.getByRole('group', { name: 'The act' }).textContent).toContain('"command": "npm test"');
    await press();
    expect(screen.getByRole('group', { name: 'Command' }).textContent).toBe('npm test');
  });
});

it('what cannot be drawn is not approved by a key, and its window stays [judgement-8.drawn]', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => {});
  const gatehouse = new Gatehouse(approvalOf(1));
  // Facts without a risk, which the card cannot do without.
  gatehouse.answers.set('approvals.facts', () => succeeded({}));
  await openWindow(gatehouse);
  expect(screen.getByRole('alert').textContent).toContain('This could not be drawn');
  const press = async (key: string) =>
    act(async () => {
      document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
    });
  for (const key of ['1', 'a', 'Enter']) await press(key);
  await pass(60_000);
  expect(gatehouse.inputsOf('approval.approve')).toEqual([]);
});

it('colours change no letter of a line', () => {
  const lines = ['/* a', 'b */ const x = `c', '${d}`;', '', '<script>"\u202E"</script>'];
  for (const language of ['typescript', 'xml', 'python', 'markdown', 'bash', 'json'] as const) {
    expect(tokenLines(language, lines).map((line) => line.map(({ text }) => text).join(''))).toEqual(lines);
  }
});
