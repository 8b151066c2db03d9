import { wordSet } from '../word-set';
import { isHarmlessJavaScript } from './javascript';
import { namesIn, textsIn, withoutTexts } from './names';
import { isHarmlessPerl } from './perl';
import { isHarmlessPython } from './python';

/** Longest code that is read, in characters. */
const LONGEST_CODE = 800;

/**
 * Whether code plainly does nothing but compute and print; what is not known to be so is not (spec/judgement.md section 2). `program`
 * is what runs it, where that is known.
 */
export function isHarmlessCode(code: string, program = ''): boolean {
  if (code.length > LONGEST_CODE) return false;
  if (/^(?:i?python|pypy|py$)/.test(program)) return isHarmlessPython(code);
  if (/^(?:node|nodejs|bun|deno|tsx|ts-node|esno|vite-node|babel-node)$/.test(program))
    return isHarmlessJavaScript(code);
  if (program === 'perl' || program === 'ruby') {
    if (isHarmlessPerl(code)) return true;
  }
  return isPlain(code);
}

/** Whether code only says which version of a package there is: it runs that package, as a test of the project does. */
export function isOwnVersion(code: string, program = ''): boolean {
  return (
    code.length <= LONGEST_CODE &&
    /^(?:i?python|pypy|py$)/.test(program) &&
    /^import ([A-Za-z_]\w*)\s*[;\n]\s*print\(\1\.__(?:version|file)__\)\s*;?$/.test(code.trim())
  );
}

/** Code of any language: words that every one of them has for computing and printing, and texts in which nothing is put. */
function isPlain(code: string): boolean {
  if (textsIn(code).some(({ text }) => /[#@$]\{|[#$@]\(|`/.test(text))) return false;
  const bare = withoutTexts(code, ' ');
  if (/["'`\\%&~@]|\]\s*\(|\b(?:s|y|tr|m)\s*[/|#{!]/.test(bare)) return false;
  return namesIn(bare).every(({ name }) => plainWords.has(name.toLowerCase()));
}

const plainWords = wordSet(
  'print puts say echo console log sqrt pi floor ceil round abs min max sum len str int float bool range repr version php_version ruby_version',
  'if else elsif elif and or not is true false none nil null undefined const let var local return join split upper lower strip trim upcase downcase reverse',
  'length size count map filter x z i j k a b c n v e r d t f phpversion var_dump json_encode php_eol math',
);
