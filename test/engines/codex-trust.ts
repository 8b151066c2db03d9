import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { codexHooksIn, codexTrustOf } from '../../electron/engines/guarding/codex-trust';

/** Trusts every hook in a configuration, as the person does in Codex with /hooks: Codex runs no hook that it has not seen before. */
export function trustCodexHooks(path: string): void {
  const trusts = codexHooksIn(parse(readFileSync(path, 'utf8'))).map((hook) => codexTrustOf(path, hook));
  const text = readFileSync(path, 'utf8');
  const lines = trusts.map(({ key, hash }) => `\n[hooks.state."${key}"]\ntrusted_hash = "${hash}"\n`);
  // What was trusted before as it was then is trusted anew.
  const before = trusts.reduce((rest, { key }) => rest.replace(entryOf(key), ''), text);
  writeFileSync(path, before + lines.join(''));
}

function entryOf(key: string): RegExp {
  const escaped = key.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  return new RegExp(`\\n\\[hooks\\.state\\."${escaped}"\\]\\n(?!\\[).*\\n`);
}
