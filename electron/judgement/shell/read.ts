import type { Node } from 'web-tree-sitter';
import { withTree } from './grammar';
import { bodyStart, children, listed, plainWord, programsOf, spanOf } from './nodes';
import {
  doubtChanges,
  type Input,
  innerScope,
  type Reading,
  type Redirect,
  type Scope,
  type SimpleCommand,
} from './scope';
import { substitutionsIn } from './substitutions';
import { readWords, UNKNOWN, type Word, type WordScope } from './words';

/** Most values of a loop's variable that are followed one by one. */
const MOST_LOOP_VALUES = 16;

/** A command line of more signs than this is read by nobody, and would take long to parse. */
const MOST_SIGNS = 1_500;

/**
 * Reads a command line by the grammar of the shell and has each simple command in it visited: in lists, pipes, subshells,
 * functions, loops and substitutions (spec/judgement.md section 2). Answers whether all of it could be read.
 */
export function readShell(text: string, scope: Scope, reading: Reading): boolean {
  const { budget } = reading;
  budget.characters -= text.length;
  if (budget.characters < 0 || budget.commands < 0) return false;
  if ((text.match(/[|&;<>$`(){}"'\n]/g)?.length ?? 0) > MOST_SIGNS) return false;
  // The grammar takes a backslash at the start of a line for one at the end of the line before.
  return withTree(text.replaceAll('\n\\', '\n \\'), (root) => {
    walk(root, scope, reading, undefined, []);
    return !root.hasError && budget.commands >= 0;
  });
}

function wordScope(scope: Scope, { home, outputOf }: Reading): WordScope {
  return {
    home,
    valueOf(name) {
      if (scope.variables.has(name)) return scope.variables.get(name);
      if (name === 'HOME') return home;
      if (name === 'PWD') return scope.cwd;
      return name === 'TMPDIR' ? '/tmp' : undefined;
    },
    outputOf: (command) => outputOf(command, scope),
  };
}

/** Walks what may not be run: what it would set is not known afterwards. */
function perhaps(scope: Scope, walkOn: () => void): void {
  const earlier = innerScope(scope);
  walkOn();
  doubtChanges(scope, earlier);
}

/** Commands with `&&` and `||` between them: what follows `&&` knows that what is before it was run, all else does not. */
function walkList(
  node: Node,
  scope: Scope,
  reading: Reading,
  around: Around | undefined,
  before: readonly string[],
): void {
  const earlier = innerScope(scope);
  const [first, ...others] = listed(node);
  if (first !== undefined) walk(first.node, scope, reading, around, before);
  const afterFirst = innerScope(scope);
  for (const { operator, node: part } of others) {
    if (operator === '||' && /^(?:exit|return)\b/.test(part.text)) {
      walk(part, innerScope(scope), reading, around, before);
      continue;
    }
    if (operator === '||') doubtChanges(scope, earlier);
    walk(part, scope, reading, around, before);
  }
  doubtChanges(scope, afterFirst);
}

/** What stands around a command that it has from outside itself. */
type Around = {
  readonly input?: Input | undefined;
  readonly redirects?: readonly Redirect[];
  /** Words that stand behind a redirection and are the command's all the same. */
  readonly words?: readonly Word[];
};

function walk(node: Node, scope: Scope, reading: Reading, around: Around | undefined, before: readonly string[]): void {
  if (reading.budget.commands < 0) return;
  switch (node.type) {
    case 'comment':
      return;
    case 'command':
      visitCommand(node, scope, reading, around, before);
      return;
    case 'pipeline':
      walkPipeline(node, scope, reading, around, before);
      return;
    case 'redirected_statement':
      walkRedirected(node, scope, reading, around, before);
      return;
    case 'subshell':
      for (const child of children(node)) walk(child, innerScope(scope), reading, around, before);
      return;
    case 'function_definition':
      scope.functions.set(node.childForFieldName('name')?.text ?? '', node.childForFieldName('body')?.text ?? '');
      for (const child of children(node).slice(1)) walk(child, innerScope(scope), reading, around, before);
      return;
    case 'for_statement':
      perhaps(scope, () => walkLoop(node, scope, reading, around, before));
      return;
    case 'if_statement':
    case 'elif_clause':
    case 'while_statement':
    case 'c_style_for_statement':
    case 'case_statement':
      for (const child of children(node)) perhaps(scope, () => walk(child, scope, reading, around, before));
      return;
    case 'list':
      walkList(node, scope, reading, around, before);
      return;
    case 'variable_assignment':
      assign(node, scope, reading);
      return;
    case 'declaration_command':
    case 'unset_command':
      visitDeclaration(node, scope, reading);
      return;
    case 'command_substitution':
    case 'process_substitution':
      for (const child of children(node)) walk(child, innerScope(scope), reading, undefined, []);
      return;
    case 'file_redirect':
      visitRedirects(node, scope, reading, [redirectOf(node, scope, reading)]);
      return;
    default:
      for (const child of children(node)) walk(child, scope, reading, around, before);
  }
}

function visitRedirects(
  node: Node,
  scope: Scope,
  reading: Reading,
  redirects: readonly (Redirect | undefined)[],
): void {
  walkSubstitutions(node, scope, reading);
  const known = redirects.filter((redirect) => redirect !== undefined);
  if (known.length > 0) {
    reading.visit(
      { words: [], assignments: [], redirects: known, input: undefined, before: [], span: spanOf(node) },
      scope,
    );
  }
}

/** The commands of a pipe; each but the first reads what the one before it writes. */
function walkPipeline(
  node: Node,
  scope: Scope,
  reading: Reading,
  around: Around | undefined,
  before: readonly string[],
): void {
  const passed = [...before];
  let given = around;
  for (const part of children(node)) {
    walk(part, innerScope(scope), reading, given, [...passed]);
    passed.push(...programsOf(part));
    given = { input: { from: 'pipe' } };
  }
}

function walkRedirected(
  node: Node,
  scope: Scope,
  reading: Reading,
  around: Around | undefined,
  before: readonly string[],
): void {
  const body = node.childForFieldName('body');
  const redirects: Redirect[] = [...(around?.redirects ?? [])];
  let input = around?.input;
  const piped: Node[] = [];
  const words: Word[] = [...(around?.words ?? [])];
  for (const part of children(node)) {
    if (part.type === 'file_redirect') {
      const redirect = redirectOf(part, scope, reading);
      if (redirect !== undefined) redirects.push(redirect);
      words.push(...wordsBehind(part, scope, reading));
      walkSubstitutions(part, scope, reading);
    } else if (part.type === 'heredoc_redirect') {
      input = documentOf(part, scope, reading);
      const bodyAt = bodyStart(part);
      for (const child of children(part)) {
        if (child.endIndex > bodyAt) continue;
        if (child.type === 'file_redirect') {
          const redirect = redirectOf(child, scope, reading);
          if (redirect !== undefined) redirects.push(redirect);
          words.push(...wordsBehind(child, scope, reading));
        } else if (child.type.startsWith('heredoc_')) continue;
        else if (isWord(child)) words.push(...readWords(child, wordScope(scope, reading)));
        else piped.push(child);
      }
    } else if (part.type === 'herestring_redirect') input = stringOf(part, scope, reading);
  }
  if (body === null) visitRedirects(node, scope, reading, redirects);
  else walk(body, scope, reading, { redirects, input, words }, before);
  const passed = [...before, ...(body === null ? [] : programsOf(body))];
  // `cat <<EOF | sh` gives the text itself on.
  const passedOn: Input = body?.text.trim() === 'cat' && input !== undefined ? input : { from: 'pipe' };
  for (const part of piped) {
    // The rest of the line that a here-document stands in: a pipe reads on, a list begins anew.
    const isPipe = part.type === 'pipeline' || /\|\s*$/.test(textBefore(part));
    walk(part, scope, reading, isPipe ? { input: passedOn } : undefined, isPipe ? passed : []);
  }
}

const wordTypes =
  /^(?:word|number|string|raw_string|ansi_c_string|translated_string|concatenation|simple_expansion|expansion|command_substitution|process_substitution|brace_expression|arithmetic_expansion)$/;
const isWord = ({ type }: Node) => wordTypes.test(type);

/** The grammar takes all words behind `> file` for its target: those after the first are the command's. */
function wordsBehind(node: Node, scope: Scope, reading: Reading): readonly Word[] {
  return node
    .childrenForFieldName('destination')
    .slice(1)
    .flatMap((word) => (word === null ? [] : readWords(word, wordScope(scope, reading))));
}

function textBefore(node: Node): string {
  return node.previousSibling?.text ?? '';
}

function redirectOf(node: Node, scope: Scope, reading: Reading): Redirect | undefined {
  const destination = node.childForFieldName('destination');
  if (destination === null) return undefined;
  const operator = node.children.find((child) => child !== null && /^[&\d]*[<>]/.test(child.text))?.text ?? '>';
  // `2>&1` joins two streams and names no file.
  if (/[<>]&$/.test(operator) && /^(?:\d+|-)$/.test(destination.text)) return undefined;
  const [target] = readWords(destination, wordScope(scope, reading));
  if (target === undefined) return undefined;
  if (operator.includes('>>')) return { does: 'appends', target };
  return { does: operator.includes('>') ? 'writes' : 'reads', target };
}

/** What a here-document gives; what stands in it unquoted is run by the shell. */
function documentOf(node: Node, scope: Scope, reading: Reading): Input {
  const parts = children(node);
  const start = parts.find(({ type }) => type === 'heredoc_start')?.text ?? '';
  const end = parts.findLast(({ type }) => type === 'heredoc_end')?.startIndex ?? node.endIndex;
  const text = node.text.slice(bodyStart(node) - node.startIndex, end - node.startIndex);
  if (/["'\\]/.test(start)) return { from: 'text', text };
  if (!/[$`]/.test(text)) return { from: 'text', text };
  if (/\$\(|`/.test(text)) runIn(text, scope, reading);
  const known = text.replaceAll(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced?: string, bare?: string) => {
    return wordScope(scope, reading).valueOf(braced ?? bare ?? '') ?? UNKNOWN;
  });
  return /[`$\uFFFC]/.test(known) ? { from: 'text' } : { from: 'text', text: known };
}

/** Has the substitutions in the text of a here-document visited; the grammar itself overlooks some. */
function runIn(text: string, scope: Scope, reading: Reading): void {
  for (const inside of substitutionsIn(text)) {
    withTree(inside, (root) => walk(root, innerScope(scope), reading, undefined, []));
  }
}

function stringOf(node: Node, scope: Scope, reading: Reading): Input {
  walkSubstitutions(node, scope, reading);
  const [inner] = children(node);
  const [word] = inner === undefined ? [] : readWords(inner, wordScope(scope, reading));
  return { from: 'text', ...(word !== undefined && !word.isComputed && { text: word.text }) };
}

function walkLoop(
  node: Node,
  scope: Scope,
  reading: Reading,
  around: Around | undefined,
  before: readonly string[],
): void {
  const name = node.childForFieldName('variable')?.text ?? '';
  const values = node
    .childrenForFieldName('value')
    .flatMap((value) => (value === null ? [] : readWords(value, wordScope(scope, reading))));
  for (const value of node.childrenForFieldName('value')) if (value !== null) walkSubstitutions(value, scope, reading);
  const body = node.childForFieldName('body');
  if (body === null) return;
  const isKnown =
    values.length > 0 &&
    values.length <= MOST_LOOP_VALUES &&
    values.every(({ isComputed, isPattern }) => !isComputed && !isPattern);
  for (const value of isKnown ? values.map(({ text }) => text) : [undefined]) {
    scope.variables.set(name, value);
    walk(body, scope, reading, around, before);
  }
  scope.variables.set(name, undefined);
}

function assign(node: Node, scope: Scope, reading: Reading): Word | undefined {
  walkSubstitutions(node, scope, reading);
  const name = node.childForFieldName('name')?.text ?? '';
  const value = node.childForFieldName('value');
  const isAdded = node.children.some((child) => child?.type === '+=');
  const [word] = value === null ? [] : readWords(value, wordScope(scope, reading));
  const isKnown = value === null || (word !== undefined && !word.isComputed && !isAdded && value.type !== 'array');
  scope.variables.set(name, isKnown ? (word?.text ?? '') : undefined);
  return word;
}

/** `export A=b`, `declare`, `local`, `readonly`, `unset`: their words are those of a command, and set variables besides. */
function visitDeclaration(node: Node, scope: Scope, reading: Reading): void {
  const [keyword] = node.children;
  const words: Word[] = [plainWord(keyword?.text ?? '', keyword ?? node)];
  const assignments: SimpleCommand['assignments'][number][] = [];
  for (const child of children(node)) {
    if (child.type === 'variable_assignment') {
      const name = child.childForFieldName('name')?.text ?? '';
      assignments.push({ name, value: assign(child, scope, reading), span: spanOf(child) });
    } else {
      walkSubstitutions(child, scope, reading);
      words.push(...readWords(child, wordScope(scope, reading)));
    }
  }
  if (node.type === 'unset_command') for (const { text } of words.slice(1)) scope.variables.delete(text);
  reading.visit({ words, assignments, redirects: [], input: undefined, before: [], span: spanOf(node) }, scope);
}

function visitCommand(
  node: Node,
  scope: Scope,
  reading: Reading,
  around: Around | undefined,
  before: readonly string[],
): void {
  reading.budget.commands--;
  const words: Word[] = [];
  const assignments: SimpleCommand['assignments'][number][] = [];
  const redirects = [...(around?.redirects ?? [])];
  let input = around?.input;
  const known = wordScope(scope, reading);
  for (const child of children(node)) {
    if (child.type === 'variable_assignment') {
      // For this command alone: the variable is as before for what follows.
      const inner = innerScope(scope);
      const value = assign(child, inner, reading);
      assignments.push({ name: child.childForFieldName('name')?.text ?? '', value, span: spanOf(child) });
      continue;
    }
    if (child.type === 'file_redirect') {
      const redirect = redirectOf(child, scope, reading);
      if (redirect !== undefined) redirects.push(redirect);
      words.push(...wordsBehind(child, scope, reading));
    } else if (child.type === 'herestring_redirect') input = stringOf(child, scope, reading);
    else if (child.type !== 'comment') words.push(...readWords(child, known));
    walkSubstitutions(child, scope, reading);
  }
  words.push(...(around?.words ?? []));
  reading.visit({ words, assignments, redirects, input, before, span: spanOf(node) }, scope);
}

/** Visits the commands in `$(…)`, backticks and `<(…)` below this node. */
function walkSubstitutions(node: Node, scope: Scope, reading: Reading): void {
  // Most words have none, and each look at a part of the tree takes its time.
  if (!/[`(]/.test(node.text)) return;
  if (node.type === 'command_substitution' || node.type === 'process_substitution') {
    walk(node, scope, reading, undefined, []);
    return;
  }
  for (const child of children(node)) walkSubstitutions(child, scope, reading);
}
