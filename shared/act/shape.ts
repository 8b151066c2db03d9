import { readAct } from './act';
import { mcpNameOf, pathFields, type ToolCall, textIn } from './tools';

/**
 * What a call has in common with others that are like it: its tool and the first words of its command, the folder of its file, or the
 * host that it asks. Undefined for one that is like no other: several commands in one line, or several files at once.
 */
export function shapeOf(call: ToolCall): string | undefined {
  const act = readAct(call);
  const like = (what: string) => JSON.stringify([act.toolName, what]);
  switch (act.kind) {
    case 'value':
      return undefined;
    case 'command': {
      const words = firstWords(act.command);
      return words === undefined ? undefined : like(words);
    }
    case 'changes': {
      const [file, ...others] = act.files;
      const isOne = file !== undefined && others.length === 0 && file.how !== 'delete' && file.toPath === undefined;
      return isOne ? like(folderOf(file.path)) : undefined;
    }
    case 'text':
      return like(textIn(act.rest, ['subagent_type', 'agent_name']) ?? '');
    case 'fields': {
      if (mcpNameOf(act.toolName) !== undefined) return like('');
      const path = textIn(act.rest, pathFields);
      const host = /^https?:\/\/([^/?#]*)/i.exec(textIn(act.rest, ['url']) ?? '')?.[1];
      return like(path === undefined ? (host ?? '') : folderOf(path));
    }
  }
}

/** The program and what it is told first; undefined where more than one program is run, or a text is put together. */
function firstWords(command: string): string | undefined {
  if (/[\n;&|<>`$(){}]/.test(command)) return undefined;
  const words = command.trim().split(/\s+/);
  const plain = words.slice(0, 2).filter((word, index) => index === 0 || /^[a-z][\w:-]*$/i.test(word));
  return plain.join(' ');
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
}
