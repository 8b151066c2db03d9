import type { Node } from 'web-tree-sitter';
import { type At, alone, apart, copyOf, inside, perhaps } from './at';
import { leaves, readBranches } from './branches';
import { isTooMuch } from './count';
import { forGrammar, isDocument, joinsCommands } from './documents';
import { withTree } from './grammar';
import { isKeyword, withoutLeading } from './keywords';
import { bodyStart, children, isCutApart, listed, plainWord, programsOf, spanOf, wordsAsWritten } from './nodes';
import { isWord, redirectsOf, shared, valueIn, wordsBehind, wordsIn } from './redirects';
import { textsReadAgain } from './reread';
import {
  type CommandInput,
  distinct,
  doubtChanges,
  joinScopes,
  parametersIn,
  type Redirect,
  type Scope,
  type ShellWalk,
  type SimpleCommand,
} from './scope';
import { hasOverlooked, overlookedIn, substitutionsIn, withoutEscapes } from './substitutions';
import { readEach, setDefaults, setVariable, wordScope } from './variables';
import { readWords, UNKNOWN, type Word } from './words';

/** Most numbers of a loop's variable that are followed one by one, and most turns of a loop that shifts. */
const MOST_LOOP_VALUES = 16;
/** Most times that a text is read anew without words that the grammar could not place. */
const MOST_READINGS = 8;

/**
 * Reads a command line by the grammar of the shell and has each simple command in it visited: in lists, pipes, subshells,
 * functions, loops and substitutions (spec/judgement.md section 2). Answers whether all of it could be read.
 */
export function readShell(text: string, scope: Scope, reading: ShellWalk): boolean {
  const { budget } = reading;
  budget.characters -= text.length;
  if (budget.characters < 0 || budget.commands < 0) return false;
  if (isTooMuch(text, budget.commands)) return false;
  return walkText(forGrammar(text), { scope, reading, before: [] });
}

/** Walks a text; answers whether all of it could be read. */
function walkText(text: string, at: At, readings = MOST_READINGS): boolean {
  const { isRead, plain } = withTree(text, (root) => {
    const without = readings > 0 ? withoutLeading(text, root) : text;
    if (without !== text) return { isRead: false, plain: without };
    walk(root, at);
    const { commands, isMisread } = at.reading.budget;
    return { isRead: !root.hasError && !isMisread && !hasOverlooked(text, root) && commands >= 0, plain: undefined };
  });
  return plain === undefined ? isRead : walkText(plain, at, readings - 1);
}

/** Commands with `&&` and `||` between them: what follows `&&` knows that what is before it was run, all else does not. */
function walkList(node: Node, at: At, walkLast = walk): void {
  const { scope } = at;
  const earlier = copyOf(at);
  const [first, ...others] = listed(node);
  if (first !== undefined) walk(first.node, at);
  const last = others.at(-1)?.node;
  const afterFirst = copyOf(at);
  for (const { operator, node: part } of others) {
    if (operator === '||' && leaves(part)) {
      walk(part, inside(at));
      continue;
    }
    if (operator === '||') doubtChanges(scope, earlier);
    (part === last ? walkLast : walk)(part, at);
  }
  doubtChanges(scope, afterFirst);
}

/** What is read once for each value that the variables in it may have. */
const isRead = /^(?:command|redirected_statement|pipeline|variable_assignment|declaration_command|for_statement)$/;

function walk(node: Node, at: At): void {
  const { scope, reading } = at;
  if (reading.budget.commands < 0) return;
  if (reading.budget.steps-- <= 0) {
    reading.budget.isMisread = true;
    return;
  }
  const isEach =
    isRead.test(node.type) && readEach(node.text, scope, reading, (there) => walkOnce(node, { ...at, scope: there }));
  if (!isEach) walkOnce(node, at);
}

function walkOnce(node: Node, at: At): void {
  switch (node.type) {
    case 'comment':
      return;
    case 'command':
      return visitCommand(node, at);
    case 'pipeline':
      return walkPipeline(node, at);
    case 'redirected_statement':
      return walkRedirected(node, at);
    case 'subshell':
      return walkAll(node, inside(at));
    case 'function_definition':
      return define(node, at);
    case 'for_statement':
      return perhaps(at, () => walkLoop(node, at));
    case 'if_statement':
    case 'case_statement':
      return readBranches(node, at.scope, {
        copy: () => copyOf(at),
        walk: (part, there) => walk(part, { ...at, scope: there }),
      });
    case 'while_statement':
    case 'c_style_for_statement':
      return perhaps(at, () => walkTurns(node, at));
    case 'list':
      return walkList(node, at);
    case 'variable_assignment':
      // The grammar has the words of a command behind it, and no command.
      if (at.words?.length) at.reading.budget.isMisread = true;
      return tell(at, { ...alone, assignments: [assignmentIn(node, at)], span: spanOf(node) });
    case 'declaration_command':
    case 'unset_command':
      return visitDeclaration(node, at);
    case 'command_substitution':
      // The grammar takes what is escaped between backticks for what the shell runs.
      if (/^`[^]*\\/.test(node.text)) {
        for (const text of withoutEscapes(node.text.slice(1, -1))) runText(text, at);
        return;
      }
      return walkSubstitution(node, at);
    case 'process_substitution':
      return walkSubstitution(node, at);
    case 'file_redirect':
      walkSubstitutions(node, at);
      return tell(at, { ...alone, redirects: redirectsOf(node, at), span: spanOf(node) });
    default: {
      const overlooked = overlookedIn(node);
      return overlooked === undefined ? walkAll(node, at) : runIn(overlooked, at);
    }
  }
}

/** One after the other in the same place: what one of them sets and where it goes is so for the next. */
function walkAll(node: Node, at: At): void {
  for (const child of children(node)) walk(child, at);
}

function define(node: Node, at: At): void {
  const { scope, reading } = at;
  const [name, body] = children(node);
  if (name === undefined || body === undefined) return;
  // What stands behind its body, a redirection, is the function's too.
  const text = node.text.slice(body.startIndex - node.startIndex);
  const made = { text, span: spanOf(node), isCalled: false };
  scope.functions.set(name.text, made);
  reading.define(made, scope);
}

/** The commands of a pipe; each but the first reads what the one before it writes. */
function walkPipeline(node: Node, at: At): void {
  const { scope, reading } = at;
  const passed = [...at.before];
  let given = at;
  for (const part of children(node)) {
    walk(part, { ...inside(given), before: [...passed] });
    passed.push(...programsOf(part));
    given = { scope, reading, input: { from: 'pipe', of: part.text }, before: [] };
  }
}

function walkRedirected(node: Node, at: At, body = node.childForFieldName('body')): void {
  // The grammar takes what stands behind the last command of a list for the whole list's.
  if (body?.type === 'list') return walkList(body, at, (last, there) => walkRedirected(node, there, last));
  const { scope, reading, before } = at;
  const redirects: Redirect[] = [...(at.redirects ?? [])];
  let { input } = at;
  const piped: Node[] = [];
  const words: Word[] = [...(at.words ?? [])];
  const redirect = (part: Node) => {
    redirects.push(...redirectsOf(part, at));
    words.push(...wordsBehind(part, at));
  };
  for (const part of children(node)) {
    if (part.type === 'file_redirect') {
      redirect(part);
      walkSubstitutions(part, at);
    } else if (part.type === 'heredoc_redirect') {
      input = documentOf(part, at);
      const bodyAt = bodyStart(part);
      for (const child of children(part)) {
        if (child.type.startsWith('heredoc_') || child.startIndex >= bodyAt) continue;
        // What is on the line of its name ends there; the shell reads the text from the next one on.
        if (child.endIndex > bodyAt) at.reading.budget.isMisread = true;
        else if (child.type === 'file_redirect') redirect(child);
        else if (isWord(child)) {
          words.push(...wordsIn(child, at));
          walkSubstitutions(child, at);
        } else piped.push(child);
      }
    } else if (part.type === 'herestring_redirect') input = stringOf(part, at);
  }
  if (body === null) tell(at, { ...alone, words, redirects, span: spanOf(node) });
  else walk(body, { ...at, redirects: body.type === 'command' ? redirects : redirects.map(shared), input, words });
  const passed = [...before, ...(body === null ? [] : programsOf(body))];
  // `cat <<EOF | sh` gives the text itself on.
  const passedOn: CommandInput = body?.text.trim() === 'cat' && input !== undefined ? input : { from: 'pipe' };
  for (const part of piped) {
    // The rest of the line that a here-document stands in: a pipe reads on, a list begins anew.
    const isPipe = part.type === 'pipeline' || /\|\s*$/.test(part.previousSibling?.text ?? '');
    walk(part, { scope, reading, ...(isPipe ? { input: passedOn, before: passed } : { before: [] }) });
  }
}

/** What a here-document gives; what stands in it unquoted is run by the shell. */
function documentOf(node: Node, at: At): CommandInput {
  const parts = children(node);
  const start = parts.find(({ type }) => type === 'heredoc_start')?.text ?? '';
  const end = parts.findLast(({ type }) => type === 'heredoc_end');
  const text = node.text.slice(bodyStart(node) - node.startIndex, (end?.startIndex ?? node.endIndex) - node.startIndex);
  if (!isDocument(start, text, end?.text)) at.reading.budget.isMisread = true;
  if (/["'\\]/.test(start)) return { from: 'text', text };
  if (!/[$`]/.test(text)) return { from: 'text', text };
  if (/\$\(|`/.test(text)) runIn(text, at);
  const values = wordScope(at.scope, at.reading);
  const known = text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    return values.valueOf(braced ?? bare ?? '') ?? UNKNOWN;
  });
  if (!/[`$\uFFFC]/.test(known)) return { from: 'text', text: known };
  return { from: 'text', variables: [...text.matchAll(/\$\{?(!?\w+)/g)].map(([, name = '']) => name) };
}

function walkSubstitution(node: Node, at: At): void {
  if (!node.text.startsWith('`') && joinsCommands(node)) at.reading.budget.isMisread = true;
  walkAll(node, apart(at));
}

/** Has the substitutions in a text visited that the grammar overlooks, such as a here-document. */
function runIn(text: string, at: At): void {
  const { budget } = at.reading;
  for (const { text: part, isCalculation, isRead } of substitutionsIn(text, budget)) {
    if (isCalculation) runIn(part.slice(2), at);
    else runText(part, at);
    if (!isRead) budget.isMisread = true;
  }
}

/** Has a command visited, and before it what the shell may run when it reads one of its texts once more. */
function tell(at: At, command: SimpleCommand): void {
  for (const text of textsReadAgain(command, at.scope)) runIn(text, at);
  at.reading.visit(command, at.scope);
}

/** Has the commands of a substitution visited. */
function runText(text: string, at: At): void {
  if (!walkText(text, apart(at))) at.reading.budget.isMisread = true;
}

function stringOf(node: Node, at: At): CommandInput {
  walkSubstitutions(node, at);
  const [inner] = children(node);
  if (inner === undefined) return { from: 'text' };
  const word = valueIn(inner, at);
  return word.isComputed ? { from: 'text', variables: word.variables ?? [] } : { from: 'text', text: word.text };
}

/** A loop that takes one parameter after the other is walked for each. */
function walkTurns(node: Node, at: At): void {
  const areLeft = () => /\bshift\b/.test(node.text) && (at.scope.variables.get('@') ?? '') !== '';
  for (let turn = 0; turn === 0 || (turn < MOST_LOOP_VALUES && areLeft()); turn++) walkAll(node, at);
}

function walkLoop(node: Node, at: At): void {
  const name = node.childForFieldName('variable')?.text ?? '';
  const given = node.childrenForFieldName('value').filter((value) => value !== null);
  const isOfParameters = !node.children.some((child) => child?.type === 'in');
  const values =
    (isOfParameters ? parametersIn(at.scope, spanOf(node)) : undefined) ?? given.flatMap((value) => wordsIn(value, at));
  for (const value of given) walkSubstitutions(value, at);
  const body = node.childForFieldName('body');
  if (body === null) return;
  const areKnown = values.length > 0 && values.every(({ isComputed }) => !isComputed);
  // Of many numbers none is another than the others.
  const isFollowed = areKnown && (values.length <= MOST_LOOP_VALUES || !values.every(({ text }) => /^\d+$/.test(text)));
  const { variables, hints } = at.scope;
  const span = spanOf(node);
  tell(at, {
    ...alone,
    assignments: (values.length === 0 ? [undefined] : values).map((value) => ({ name, value, span })),
    span,
  });
  const sources = distinct(values.flatMap((value) => value.sources ?? []));
  const isLeft = /\bbreak\b/.test(body.text);
  const ends: Scope[] = [];
  for (const value of isFollowed ? values : [undefined]) {
    variables.set(name, value?.isPattern === false ? value.text : undefined);
    hints.set(name, value?.isPattern === true ? { pattern: value.text } : { sources });
    walk(body, at);
    if (isLeft) ends.push(copyOf(at));
  }
  // It may be left after each of its turns.
  if (isLeft) joinScopes(at.scope, ends);
  const texts = values.map(({ text }) => text);
  variables.set(name, undefined);
  hints.set(name, isFollowed && !values.some(({ isPattern }) => isPattern) ? { perhaps: texts, areAll: true } : {});
}

function assign(node: Node, at: At): Word | undefined {
  walkSubstitutions(node, at);
  const value = node.childForFieldName('value');
  const isList = value?.type === 'array';
  const elements = isList ? children(value).flatMap((each) => wordsIn(each, at)) : undefined;
  const words = elements ?? (value === null ? [] : [valueIn(value, at)]);
  setVariable(at.scope, {
    name: node.childForFieldName('name')?.text ?? '',
    words,
    isList,
    isAdded: node.children.some((child) => child?.type === '+='),
  });
  return isList ? wordsIn(value, at)[0] : words[0];
}

type Assignment = SimpleCommand['assignments'][number];

const assignmentIn = (node: Node, at: At): Assignment => ({
  name: node.childForFieldName('name')?.text ?? '',
  value: assign(node, at),
  span: spanOf(node),
});

/** `export A=b`, `declare`, `local`, `readonly`, `unset`: their words are those of a command, and set variables besides. */
function visitDeclaration(node: Node, at: At): void {
  const [keyword] = node.children;
  const words: Word[] = [plainWord(keyword?.text ?? '', keyword ?? node)];
  const assignments: Assignment[] = [];
  for (const child of children(node)) {
    if (child.type === 'variable_assignment') assignments.push(assignmentIn(child, at));
    else {
      walkSubstitutions(child, at);
      words.push(...wordsIn(child, at));
    }
  }
  if (node.type === 'unset_command') for (const { text } of words.slice(1)) at.scope.variables.delete(text);
  tell(at, { ...alone, words, assignments, span: spanOf(node) });
}

function visitCommand(node: Node, at: At): void {
  const { scope, reading, before } = at;
  const inWords = wordScope(scope, reading);
  reading.budget.commands--;
  const written = wordsAsWritten(node);
  if (written !== undefined) {
    if (isKeyword(written[0]?.text ?? '')) reading.budget.isMisread = true;
    const { input, redirects = [] } = at;
    const all = at.words === undefined ? written : [...written, ...at.words];
    return tell(at, { words: all, assignments: [], redirects, input, before, span: spanOf(node) });
  }
  const words: Word[] = [];
  const assignments: Assignment[] = [];
  const redirects = [...(at.redirects ?? [])];
  let { input } = at;
  if (isCutApart(node)) reading.budget.isMisread = true;
  for (const child of children(node)) {
    // Too many commands in its words already: the whole cannot be read.
    if (reading.budget.commands < 0) return;
    const { type } = child;
    if (type === 'word' || type === 'number') {
      words.push(...readWords(child, inWords));
      continue;
    }
    if (type === 'command_name' && isKeyword(child.text)) reading.budget.isMisread = true;
    if (type === 'variable_assignment') {
      // For this command alone: the variable is as before for what follows.
      assignments.push(assignmentIn(child, inside(at)));
      continue;
    }
    if (type === 'file_redirect') {
      redirects.push(...redirectsOf(child, at));
      words.push(...wordsBehind(child, at));
    } else if (type === 'herestring_redirect') input = stringOf(child, at);
    else if (type !== 'comment') words.push(...wordsIn(child, at));
    walkSubstitutions(child, at);
  }
  words.push(...(at.words ?? []));
  setDefaults(node.text, scope, reading);
  reading.budget.steps -= words.length >> 3;
  tell(at, { words, assignments, redirects, input, before, span: spanOf(node) });
}

/** Visits the commands in `$(…)`, backticks and `<(…)` below this node. */
function walkSubstitutions(node: Node, at: At): void {
  // Most words have none, and each look at a part of the tree takes its time.
  if (!/[`(]/.test(node.text)) return;
  if (node.type === 'command_substitution' || node.type === 'process_substitution') {
    walk(node, { scope: at.scope, reading: at.reading, before: [] });
    return;
  }
  const overlooked = overlookedIn(node);
  if (overlooked !== undefined) return runIn(overlooked, at);
  for (const child of children(node)) walkSubstitutions(child, at);
}
