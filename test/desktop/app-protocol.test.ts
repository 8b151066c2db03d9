import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createPageHandler } from '../../electron/desktop/window/app-protocol';
import { temporaryHome } from '../support/world';

function pages() {
  const folder = join(temporaryHome(), 'renderer');
  mkdirSync(folder);
  writeFileSync(join(folder, 'index.html'), '<meta name="csp-nonce" content="__CSP_NONCE__">');
  writeFileSync(join(folder, '..', 'secret.html'), 'secret');
  writeFileSync(join(folder, 'notes.txt'), 'notes');
  return createPageHandler(folder);
}

test('the page comes with a strict policy and a nonce that is new each time', async () => {
  const answer = pages();
  const texts = [];
  for (let count = 0; count < 2; count++) {
    const response = await answer({ url: 'app://gatehouse/index.html' });
    const policy = response.headers.get('content-security-policy') ?? '';
    const text = await response.text();
    const nonce = /content="([^"]+)"/.exec(text)?.[1];
    expect(policy).toContain(`style-src 'self' 'nonce-${nonce}'`);
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    texts.push(text);
  }
  expect(texts[0]).not.toBe(texts[1]);
});

test.each([
  'app://gatehouse/../secret.html',
  'app://gatehouse/%2e%2e/secret.html',
  'app://gatehouse/..%2fsecret.html',
  'app://gatehouse/notes.txt',
  'app://gatehouse/nowhere.html',
  'app://gatehouse/%E0%A4%A',
  'app://gatehouse/%00.html',
  'app://elsewhere/index.html',
])('%s is not found', async (url) => {
  expect((await pages()({ url })).status).toBe(404);
});
