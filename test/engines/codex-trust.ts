import { createHash } from 'node:crypto';
import { appendFileSync, readFileSync } from 'node:fs';
import { parse } from 'smol-toml';

type Handler = { readonly command: string; readonly timeout: number };
type Groups = Readonly<Record<string, readonly { readonly hooks: readonly Handler[] }[]>>;

/** Trusts every hook in a configuration, as the person does in Codex with /hooks: Codex runs no hook that it has not seen before. */
export function trustCodexHooks(path: string): void {
  const { hooks } = parse(readFileSync(path, 'utf8')) as unknown as { readonly hooks: Groups };
  const lines = Object.entries(hooks).flatMap(([event, groups]) =>
    groups.flatMap((group, groupIndex) =>
      group.hooks.map(({ command, timeout }, index) => {
        const name = event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
        const hashed = { event_name: name, hooks: [{ async: false, command, timeout, type: 'command' }] };
        const hash = createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
        return `\n[hooks.state."${path}:${name}:${groupIndex}:${index}"]\ntrusted_hash = "sha256:${hash}"\n`;
      }),
    ),
  );
  appendFileSync(path, lines.join(''));
}
