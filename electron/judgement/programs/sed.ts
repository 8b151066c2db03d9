import { type Effect, escapes, unreadable } from './program';

/** What a script of sed does besides changing what passes through it: some commands run programs, some write files. */
export function sedEffect(script: string): Effect {
  let at = 0;
  const skip = (signs: RegExp) => {
    while (at < script.length && signs.test(script.charAt(at))) at++;
  };
  /** Goes behind the next sign of this kind that no backslash quotes. */
  const behind = (sign: string) => {
    while (at < script.length && script.charAt(at) !== sign) at += script.charAt(at) === '\\' ? 2 : 1;
    at++;
  };
  const lineEnd = () => {
    while (at < script.length && script.charAt(at) !== '\n') at++;
  };

  while (at < script.length) {
    skip(/[\s;{}\d,$~+!]/);
    const command = script.charAt(at++);
    switch (command) {
      case '':
        return 'looks';
      case '/':
        behind('/');
        skip(/[IM]/);
        break;
      case '\\':
        behind(script.charAt(at++));
        skip(/[IM]/);
        break;
      case 's':
      case 'y': {
        const sign = script.charAt(at++);
        behind(sign);
        behind(sign);
        const flags = /^[\w]*/.exec(script.slice(at, at + 20))?.[0] ?? '';
        if (command === 's' && flags.includes('e')) return escapes('a sed script that runs programs');
        if (command === 's' && flags.includes('w')) return unreadable('a sed script that writes files');
        at += flags.length;
        break;
      }
      case 'e':
        return escapes('a sed script that runs programs');
      case 'w':
      case 'W':
        return unreadable('a sed script that writes files');
      case 'a':
      case 'i':
      case 'c':
      case '#':
      case 'r':
      case 'R':
      case 'b':
      case 't':
      case 'T':
      case ':':
        lineEnd();
        break;
      default:
        if (!/[dDgGhHlnNpPqQxz=FI]/.test(command)) return unreadable('a sed script that Gatehouse cannot read');
    }
  }
  return 'looks';
}
