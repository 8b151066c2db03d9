import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { engines } from '../../shared/contract/engine';
import { toolRuleDurations } from '../../shared/contract/rule-durations';
import { ruleBundles } from '../../shared/contract/tool-rule';
import { issuePath } from '../../shared/kernel/errors';
import type { JsonObject } from '../../shared/kernel/fields';
import { UsageFailure } from '../client/failure';

const text = z.string().min(1);

/** What a rule is about, in one key; `act` with `tool` is one act to the letter, `tool` alone any input of it. */
const whatSchema = z.strictObject({
  command: text.optional(),
  files: text.optional(),
  folder: text.optional(),
  host: text.optional(),
  bundle: z.enum(ruleBundles).optional(),
  act: z.unknown().optional(),
  tool: text.optional(),
});

const examplesSchema = z.array(z.union([text, z.strictObject({ tool: text, action: z.unknown() })])).optional();

const ruleSchema = z.strictObject({
  allow: whatSchema.optional(),
  deny: whatSchema.optional(),
  because: text.optional(),
  /** The agent, with its sub-agents; else the engine; else anyone. */
  agent: text.optional(),
  engine: z.enum(engines).optional(),
  /** The folder of a project; everywhere without. */
  in: text.optional(),
  until: z.enum(toolRuleDurations).exclude(['run']).optional(),
  match: examplesSchema,
  not_match: examplesSchema,
});

const fileSchema = z.strictObject({ rules: z.array(ruleSchema).min(1).max(100) });

type Rule = z.infer<typeof ruleSchema>;
type What = z.infer<typeof whatSchema>;

/** Rules as they are written in a file, as the API takes them. Throws UsageFailure with the place of what is wrong. */
export function rulesOfFile(written: string, file: string): readonly JsonObject[] {
  let value: unknown;
  try {
    value = parse(written);
  } catch (error) {
    throw new UsageFailure(`${file} is not YAML: ${(error as Error).message.split('\n')[0]}`);
  }
  const read = fileSchema.safeParse(value);
  if (!read.success) {
    const lines = read.error.issues.map(({ path, message }) => `${issuePath(path) || 'the file'}: ${message}`);
    throw new UsageFailure(`${file}: ${lines.join('; ')}.`);
  }
  return read.data.rules.map((rule, index) => wireOf(rule, `${file}: rules[${index}]`));
}

function wireOf(rule: Rule, place: string): JsonObject {
  const { allow, deny, because, agent, engine, in: folder, until = 'until_revoked', match, not_match } = rule;
  const what = allow ?? deny;
  if (what === undefined || (allow !== undefined && deny !== undefined)) {
    throw new UsageFailure(`${place} needs either allow or deny.`);
  }
  return {
    verdict: allow === undefined ? 'deny' : 'allow',
    pattern: patternOf(what, place),
    duration: until,
    ...(what.tool !== undefined && { tool_name: what.tool }),
    ...(agent !== undefined && { agent_id: agent }),
    ...(engine !== undefined && { engine }),
    ...(folder === undefined ? { is_anywhere: true } : { workspace: folderOf(folder) }),
    ...(because !== undefined && { reason: because }),
    ...(match !== undefined && { match }),
    ...(not_match !== undefined && { not_match }),
  };
}

function patternOf({ command, files, folder, host, bundle, act, tool }: What, place: string): object {
  const given = [
    command !== undefined && { kind: 'command_prefix', prefix: command },
    files !== undefined && { kind: 'files', glob: files },
    folder !== undefined && { kind: 'path', folder: folderOf(folder, false) },
    host !== undefined && { kind: 'host', host },
    bundle !== undefined && { kind: 'bundle', bundle },
    act !== undefined && { kind: 'exact', action: act },
  ].filter((each) => each !== false);
  const [first, second] = given;
  if (second !== undefined || (first === undefined && tool === undefined)) {
    throw new UsageFailure(`${place} needs one of command, files, folder, host, bundle, act or tool.`);
  }
  return first ?? { kind: 'any' };
}

function folderOf(folder: string, isWhole = true): string {
  if (folder === '~' || folder.startsWith('~/')) return homedir() + folder.slice(1);
  return isWhole ? resolve(folder) : folder;
}

/** A rule as the API lists it. */
export type ListedRule = JsonObject & { readonly pattern: JsonObject };

/** Rules as a file that can be loaded; those of one act or one session are left out, and counted. */
export function fileOfRules(rules: readonly ListedRule[]): { readonly text: string; readonly leftOut: number } {
  const written = rules.flatMap((rule) => {
    const { verdict = 'allow', pattern, tool_name: tool, agent_id: agent, engine, workspace, reason } = rule;
    if (pattern['kind'] === 'exact' || rule['session'] !== undefined) return [];
    const { kind, ...terms } = pattern;
    const [value] = Object.values(terms);
    const names: Readonly<Record<string, string>> = {
      command_prefix: 'command',
      files: 'files',
      path: 'folder',
      host: 'host',
      bundle: 'bundle',
    };
    const name = names[String(kind)];
    return [
      {
        [String(verdict)]: { ...(name !== undefined && { [name]: value }), ...(tool !== undefined && { tool }) },
        ...(reason !== undefined && { because: reason }),
        ...(agent !== undefined && { agent }),
        ...(engine !== undefined && { engine }),
        ...(workspace !== undefined && { in: workspace }),
        ...(rule['duration'] !== 'until_revoked' && { until: rule['duration'] }),
        ...(rule['match'] !== undefined && { match: rule['match'] }),
        ...(rule['not_match'] !== undefined && { not_match: rule['not_match'] }),
      },
    ];
  });
  return { text: stringify({ rules: written }), leftOut: rules.length - written.length };
}
