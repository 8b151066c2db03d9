import { engines } from '../../shared/contract/engine';
import type { Definition } from './definition';

/** A command in the list of `gatehouse --help`; its definition is loaded when it is used. */
export type CommandEntry = { readonly summary: string; readonly load: () => Promise<Definition> };

/** Every command by its name, in the order of the help. `hook` alone is not here: see gatehouse.ts. */
export const commands: Readonly<Record<string, CommandEntry>> = {
  status: {
    summary: 'Whether Gatehouse runs, what waits for you, and what was spent',
    load: async () => (await import('./status')).defineStatus,
  },
  ask: {
    summary: 'Ask the operator for an approval, and wait for it',
    load: async () => (await import('./define-ask')).defineAsk,
  },
  run: {
    summary: 'Run a command as a run of an automation, which the operator can stop',
    load: async () => (await import('./run/define-run')).defineRun,
  },
  spend: {
    summary: 'Show what was spent, or report what a run has cost',
    load: async () => (await import('./spend')).defineSpend,
  },
  audit: {
    summary: 'Verify the audit log, or an export of it without Gatehouse',
    load: async () => (await import('./audit')).defineAudit,
  },
  import: {
    summary: 'Import a state file, whole or not at all; for the operator',
    load: async () => (await import('./state')).defineImport,
  },
  export: {
    summary: 'Export the whole state to a file; for the operator',
    load: async () => (await import('./state')).defineExport,
  },
  connect: {
    summary: `Connect an engine (${engines.join(', ')}) to Gatehouse, or disconnect it`,
    load: async () => (await import('./connect')).defineConnect,
  },
  doctor: {
    summary: 'Try out whether the connected engines are guarded, and say what to do',
    load: async () => (await import('./doctor')).defineDoctor,
  },
  demo: {
    summary: 'Let three scripted agents work with a running Gatehouse',
    load: async () => (await import('./demo/define-demo')).defineDemo,
  },
};
