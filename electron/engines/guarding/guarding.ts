import { join } from 'node:path';
import type { JsonObject } from '../../../shared/kernel/fields';
import type { ConfigFile, Environment, HookEntries } from '../engine';

/** What keeps an engine from calling the hooks that `connect` wrote. */
export type Cause = {
  /** `untrusted` is a hook, or a folder, that the person has not yet trusted in the engine. */
  readonly kind: 'off' | 'untrusted';
  /** Which file or variable says so, what is wrong and what to do, as the end of a sentence. */
  readonly detail: string;
};

/** What is looked at. */
export type Looked = {
  /** Of the program that the engine is started from. */
  readonly environment: Environment;
  /** The folder that it is started in; without one, only what holds in every folder is looked at. */
  readonly workspace?: string;
  /** The files that `connect` writes to. */
  readonly files: readonly ConfigFile[];
  /** What a file says; undefined where there is none, or none that can be read. */
  readonly read: (path: string, format: 'json' | 'toml') => JsonObject | undefined;
  /** The names in a folder; none where there is none. */
  readonly list: (folder: string) => readonly string[];
  readonly platform: NodeJS.Platform;
};

/** All that decides whether an engine calls its hooks, besides that they stand in its configuration (spec/sessions.md section 5). */
export type Guarding = (looked: Looked) => readonly Cause[];

/** The hooks that `connect` writes into a file. */
export function hooksOf({ additions }: ConfigFile): HookEntries['hooks'] {
  return additions.format === 'whole' ? [] : additions.hooks;
}

/** The last of the files that says something at all, and what it says: a later one holds over an earlier one. */
export function lastWord<T>(
  said: readonly { readonly path: string; readonly value: T | undefined }[],
): { readonly path: string; readonly value: T } | undefined {
  const found = said.findLast(({ value }) => value !== undefined);
  return found?.value === undefined ? undefined : { path: found.path, value: found.value };
}

/** A value if it is true or false. */
export function booleanOf(value: unknown): boolean | undefined {
  return typeof value === 'boolean' ? value : undefined;
}

/** Whether a variable is set to what programs take for yes. */
export function isSet(value: string | undefined): boolean {
  return ['1', 'true', 'yes', 'on'].includes(value?.toLowerCase() ?? '');
}

/** A file below the workspace, if there is a workspace. */
export function inWorkspace({ workspace }: Looked, ...names: readonly string[]): readonly string[] {
  return workspace === undefined ? [] : [join(workspace, ...names)];
}
