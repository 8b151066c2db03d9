import type { RiskLevel } from '../../shared/judgement';

/** What the desk says of tools that the operator classes, and of folders that they do not trust. */
export const trustStrings = {
  title: 'Tools and folders',

  tools: {
    title: 'Tools',
    what: 'What a tool of an MCP server does is read from its input and its name. Where neither says it, the tool is of high risk, until you say here what it does. That holds for this very name, and for the sub-agents of its agent too.',
    label: 'Tools of MCP servers',
    columns: { tool: 'Tool', agent: 'Agent', level: 'What it does', asked: 'Last asked' },
    changed: 'Its definition is another one now.',
    levelOf: (tool: string, agent: string) => `What ${tool} of ${agent} does`,
    unsaid: 'Not said',
    levels: {
      low: 'Only looks',
      normal: 'Can be brought back',
      high: 'High risk',
    } satisfies Record<RiskLevel, string>,
    none: {
      title: 'No tool of an MCP server',
      words: 'Once an agent asks to use one, you say here what it does, so that it need not be asked about.',
    },
  },

  folders: {
    title: 'Folders',
    what: 'Agents may work in the projects that they were started in. In a folder that you do not trust, and below it, all that changes anything is of high risk.',
    label: 'Folders that agents work in',
    columns: { folder: 'Folder', trust: 'Agents', used: 'Last used', action: 'Action' },
    never: 'Not of late',
    trusted: 'Trusted',
    untrusted: 'Not trusted',
    trust: 'Trust again',
    untrust: 'Do not trust',
    actionOf: (action: string, folder: string) => `${action}: ${folder}`,
    field: 'Another folder',
    fieldDetail: 'From the root on, such as /home/you/downloads.',
    needed: 'Say which folder, from the root on.',
    none: { title: 'No folder yet', words: 'The folders in which agents work are listed here.' },
  },
} as const;
