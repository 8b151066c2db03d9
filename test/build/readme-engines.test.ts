import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');

test('the README says of which versions of the engines it speaks: those that the tests run', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'test', 'engines', 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>;
  };
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [header = ''] = /^\|.*Claude Code \d.*$/m.exec(readme) ?? [];
  for (const [name, version] of [
    ['Claude Code', dependencies['@anthropic-ai/claude-code']],
    ['Codex', dependencies['@openai/codex']],
    ['Gemini CLI', dependencies['@google/gemini-cli']],
    ['opencode', dependencies['opencode-ai']],
  ]) {
    expect(header).toContain(`| ${name} ${version} `);
  }
});
