import { formatted } from './programs/given';
import type { Access } from './programs/program';
import type { CommandInput, Redirect, SimpleCommand } from './shell/scope';
import type { Word } from './shell/words';

/** What a part of a command writes to a file, of which nothing can be seen before it runs. */
export type WrittenFile = {
  /** What may then be in it, as each shell would write it; undefined where the command does not say it. */
  readonly texts: readonly string[] | undefined;
  /** Whether it comes from another machine. */
  readonly isFetched: boolean;
};

const downloads = /^(?:curl|wget|aria2c|fetch|http|https|xh)$/;

/** What the redirection of a command leaves in its file. */
export function writtenBy(
  command: SimpleCommand,
  { does, isShared }: Pick<Redirect, 'does' | 'isShared'>,
): WrittenFile {
  const [program, ...given] = command.words;
  return {
    texts: does === 'writes' && isShared === undefined ? textsBy(program?.text ?? '', given, command.input) : undefined,
    isFetched: isFetched(command),
  };
}

/** Programs that change what is in a file by what they are told; and those that only have it stand elsewhere. */
const rewrites = /^(?:g?sed|perl|ruby)$/;
const moves = /^(?:cp|mv|install|ln)$/;

/** What a program writes to a file that it is given itself; undefined for one of which nobody knows that it writes it. */
export function writtenTo({ words, input, before }: SimpleCommand, access: Access): WrittenFile | undefined {
  const [name = ''] = words.map(({ text }) => text);
  if (name === 'tee') {
    return { texts: input?.text === undefined ? undefined : [input.text], isFetched: before.some(isDownload) };
  }
  if (isDownload(name)) return { texts: undefined, isFetched: true };
  const isAll = access === 'replaces' && !moves.test(name);
  return isAll || rewrites.test(name) ? { texts: undefined, isFetched: false } : undefined;
}

/** Whether a file that is run this way is one for a shell. */
export function isForShell(name: string | undefined, text: string): boolean {
  if (name !== undefined) return /^(?:(?:b|d)?a?sh|zsh|ksh|mksh|source|\.)$/.test(name);
  return !text.startsWith('#!') || /^#!.*sh\b/.test(text);
}

const isDownload = (name: string) => downloads.test(name);

const isFetched = ({ words, before }: SimpleCommand) => [words[0]?.text ?? '', ...before].some(isDownload);

function textsBy(name: string, given: readonly Word[], input: CommandInput | undefined): readonly string[] | undefined {
  if (name === 'cat' && given.length === 0) return input?.text === undefined ? undefined : [input.text];
  if (name !== 'echo' && name !== 'printf') return undefined;
  if (name === 'printf') {
    const text = formatted(given[0]?.text === '--' ? given.slice(1) : given);
    return text === undefined ? undefined : [text];
  }
  const words = given.filter(({ text }) => !/^-[neE]+$/.test(text));
  if (words.some(({ isComputed, isPattern }) => isComputed || isPattern)) return undefined;
  const text = words.map((word) => word.text).join(' ');
  // Other signs that stand for something are left to the shell.
  if (/\\[^nt]/.test(text)) return undefined;
  // Some shells write a new line for `\n`, and some write it as it is.
  const spelled = text.replaceAll('\\n', '\n').replaceAll('\\t', '\t');
  return [...new Set([text, spelled])];
}
