import type { Approval } from '../../../shared/contract/approval';
import { visibleText } from '../../../shared/kernel/visible-text';
import { strings } from '../strings';

/** What would be approved, hidden characters shown: the act and the context, a line each; a command as it is, else JSON. */
export function whatText({ action, context }: Approval): string {
  const hasContext = typeof context !== 'object' || context === null || Object.keys(context).length > 0;
  const lines = [
    ...(action === undefined ? [] : [commandOf(action) ?? JSON.stringify(action)]),
    ...(hasContext ? [JSON.stringify(context)] : []),
  ];
  return lines.length === 0 ? strings.noAct : lines.map(visibleText).join('\n');
}

/** The command of an act that is nothing but a command. */
function commandOf(action: unknown): string | undefined {
  if (typeof action !== 'object' || action === null) return undefined;
  const entries = Object.entries(action);
  const [first] = entries;
  const isCommand = entries.length === 1 && first?.[0] === 'command' && typeof first[1] === 'string';
  return isCommand ? (first[1] as string) : undefined;
}
