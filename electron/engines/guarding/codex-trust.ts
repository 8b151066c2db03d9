import { createHash } from 'node:crypto';
import { listOf } from '../../../shared/kernel/fields';
import { valueAt } from '../engine';

/** A hook as it stands in a configuration of Codex, and where: the how-manieth group of its event, and hook in that group. */
export type CodexHook = {
  readonly event: string;
  readonly group: number;
  readonly index: number;
  readonly matcher?: string;
  readonly command: string;
  readonly timeout: number;
};

/** What Codex keeps under `hooks.state` of a hook that its person has trusted. */
export type CodexTrust = {
  /** By the hook's position, so that another hook put before it takes the trust from it. */
  readonly key: string;
  /** `trusted_hash` of a hook that was trusted as it is. */
  readonly hash: string;
};

/** The hooks in a configuration of Codex, each with its place. */
export function codexHooksIn(config: unknown): readonly CodexHook[] {
  const hooks = valueAt(config, 'hooks');
  if (typeof hooks !== 'object' || hooks === null) return [];
  return Object.entries(hooks).flatMap(([event, groups]) =>
    listOf(groups).flatMap((held, group) =>
      listOf(valueAt(held, 'hooks')).flatMap((hook, index): readonly CodexHook[] => {
        const [command, timeout, matcher] = [
          valueAt(hook, 'command'),
          valueAt(hook, 'timeout'),
          valueAt(held, 'matcher'),
        ];
        if (typeof command !== 'string' || typeof timeout !== 'number') return [];
        return [{ event, group, index, command, timeout, ...(typeof matcher === 'string' && { matcher }) }];
      }),
    ),
  );
}

/** How long Codex lets a hook of an event run at most, in seconds, whatever its configuration says: by that it is trusted (0.171.0, tried). */
const longest: Readonly<Record<string, number>> = { SessionEnd: 3 };

/** What Codex keeps of a hook that it trusts (spec/sessions.md section 5); `path` is of the file that the hook stands in. */
export function codexTrustOf(path: string, { event, group, index, matcher, command, timeout }: CodexHook): CodexTrust {
  const name = event.replaceAll(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase();
  const cut = Math.min(timeout, longest[event] ?? timeout);
  const hooks = [{ async: false, command, timeout: cut, type: 'command' }];
  const hashed = { event_name: name, hooks, ...(matcher !== undefined && { matcher }) };
  const hash = createHash('sha256').update(JSON.stringify(hashed)).digest('hex');
  return { key: `${path}:${name}:${group}:${index}`, hash: `sha256:${hash}` };
}
