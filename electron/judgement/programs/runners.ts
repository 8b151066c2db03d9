import type { Word } from '../shell/words';
import { installs, type Program, type ProgramUse } from './program';
import { firstOperand } from './searches';

/** `npx`, `uvx` and their like: a program of the project, or one from elsewhere. */
export function runsTool(values: RegExp): Program {
  return {
    does: 'looks',
    runsWords: true,
    more(use) {
      const text = use.words.findIndex(({ text: each }) => each === '-c' || each === '--call');
      if (text >= 0) return use.runText(use.words[text + 1]);
      const start = firstOperand(use, values);
      const inside = use.words.slice(start);
      const named = use.words
        .slice(0, start)
        .some(({ text: each }) => /^(?:-p|--package|--from|--with|--spec)(?:=|$)/.test(each));
      const [program, ...rest] = inside;
      if (program === undefined) return use.add('changes');
      runTool(use, program, rest, named);
    },
  };
}

/** Runs a program of the project, or one that is downloaded for it. */
export function runTool(use: ProgramUse, program: Word, rest: readonly Word[], isNamed: boolean): void {
  const { text } = program;
  // Its version stands behind its name; a scope begins with the same sign.
  const version = text.indexOf('@', Math.max(text.lastIndexOf('/') + 1, 1));
  const name = version < 0 ? text : text.slice(0, version);
  const isOwn = !isNamed && name === text && use.hasProgram(name);
  if (!isOwn) use.add(installs(`downloads and runs ${text}`), program);
  use.run([{ ...program, text: name }, ...rest]);
}

/** Runs the words from the first operand on as a command of their own. */
export function runOperands(use: ProgramUse): void {
  const [first] = use.operands;
  const module = use.valueOf('-m', '--module');
  if (module !== undefined) use.add('changes');
  if (first === undefined) return;
  const at = use.words.findIndex((word) => word === first);
  if (/^https?:/.test(first.text)) use.add(installs(`downloads and runs ${first.text}`), first);
  else if (first.text.endsWith('.py')) use.touch('runs', first);
  else use.run(at < 0 ? use.operands : use.words.slice(at));
}
