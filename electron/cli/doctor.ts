import { resolve } from 'node:path';
import { Argument } from 'commander';
import type { Check } from '../../shared/contract/connection';
import { type Engine, engineNames, engines } from '../../shared/contract/engine';
import { exitCode } from '../client/exit-code';
import { Unreachable } from '../client/failure';
import { type CheckParts, checkApp, checkEngine, checkLauncher } from '../connect/checks';
import { connectedEngines } from '../connect/connection-file';
import type { Definition } from './command';
import { findUrl, homeFolder } from './connection';
import { styled, type Terminal } from './terminal';

type Options = { readonly workspace?: string; readonly json?: true };

const after = `
It tries each thing out: the app, the command that hooks call, the token, the hook in the engine's configuration and all that
can turn it off there or in the workspace, a request that is withdrawn at once. Then it says in one line whether the engine is
guarded. It works with the app down, and says what the engine does then. What is given to the engine on its command line
(--bare, --safe-mode, --settings, -c) it cannot know.

Exit codes: 0 all is well, 1 something is not, 3 Gatehouse does not answer.`;

/** gatehouse doctor */
export const defineDoctor: Definition = (command, running, terminal) => {
  command
    .addArgument(new Argument('[engine]', 'look at this engine only').choices(engines))
    .option('--workspace <folder>', 'the folder that the engine works in; this one unless another is given')
    .option('--json', 'answer as JSON')
    .addHelpText('after', after)
    .action(
      running(async (engine: Engine | undefined, options: Options) => {
        const parts = { ...partsOf(terminal), workspace: resolve(options.workspace ?? '.') };
        const app = await checkApp(parts);
        const reachable = app.isOk ? parts : { ...parts, url: undefined };
        const launcher = await checkLauncher(parts);
        const common = [app, launcher];
        const looked = engine === undefined ? connectedEngines(parts.home) : [engine];
        const found: { readonly engine: Engine; readonly checks: readonly Check[] }[] = [];
        for (const each of looked) found.push({ engine: each, checks: await checkEngine(reachable, each, launcher) });
        const isOk = [...common, ...found.flatMap(({ checks }) => checks)].every((check) => check.isOk);
        if (options.json === true) terminal.say(JSON.stringify(wireOf(isOk, common, found)));
        else tell(terminal, common, found);
        if (!app.isOk) return exitCode.unreachable;
        return isOk ? exitCode.ok : exitCode.refused;
      }),
    );
};

function partsOf(terminal: Terminal): CheckParts {
  const { environment } = terminal;
  let url: string | undefined;
  try {
    url = findUrl(environment);
  } catch (error) {
    if (!(error instanceof Unreachable)) throw error;
  }
  return { home: homeFolder(environment), environment, url };
}

type Found = readonly { readonly engine: Engine; readonly checks: readonly Check[] }[];

function tell(terminal: Terminal, common: readonly Check[], found: Found): void {
  for (const check of common) tellOne(terminal, check);
  for (const { engine, checks } of found) {
    terminal.say('');
    terminal.say(styled(terminal, 'bold', engineNames[engine]));
    for (const check of checks) tellOne(terminal, check);
  }
  if (found.length === 0) terminal.say(`\nNo engine is connected. Connect one: gatehouse connect ${engines.join('|')}`);
}

function tellOne(terminal: Terminal, { isOk, isNote, name, says, fix }: Check): void {
  const mark =
    isNote === true ? 'note  ' : isOk ? styled(terminal, 'green', 'ok    ') : styled(terminal, 'red', 'NOT OK');
  terminal.say(`${mark}  ${name}: ${says}`);
  if (!isOk && fix !== undefined) terminal.say(`        ${fix}`);
}

function wireOf(isOk: boolean, common: readonly Check[], found: Found) {
  const wire = ({ name, isOk: isWell, says, fix }: Check) => ({
    name,
    is_ok: isWell,
    says,
    ...(fix !== undefined && { fix }),
  });
  return {
    is_ok: isOk,
    checks: common.map(wire),
    engines: found.map(({ engine, checks }) => ({ engine, checks: checks.map(wire) })),
  };
}
