import type { Engine } from '../../../shared/contract/engine';

/** What a command line says: the switches alone, and those that have a value. */
type Switch = { readonly name: string; readonly value?: (value: string) => boolean };

/** The switches with which a session of an engine calls no hooks (tried on the versions of November 2026). */
const switches: Readonly<Record<Engine, readonly Switch[]>> = {
  claude: [
    { name: '--bare' },
    { name: '--safe-mode' },
    { name: '--setting-sources', value: (sources) => !sources.split(',').some((source) => source.trim() === 'user') },
    { name: '--settings', value: (settings) => /"disableAllHooks"\s*:\s*true/.test(settings) },
  ],
  codex: [
    { name: '-c', value: (setting) => /^features\.(codex_)?hooks\s*=\s*false$/.test(setting.trim()) },
    { name: '--config', value: (setting) => /^features\.(codex_)?hooks\s*=\s*false$/.test(setting.trim()) },
    { name: '--disable', value: (feature) => /^(codex_)?hooks$/.test(feature.trim()) },
  ],
  gemini: [],
  opencode: [{ name: '--pure' }],
};

/** The switch on an engine's command line that has it call no hooks; what comes after `--` is no switch. */
export function hooklessSwitch(engine: Engine, args: readonly string[]): string | undefined {
  const end = args.indexOf('--');
  const given = end < 0 ? args : args.slice(0, end);
  return switches[engine].find(({ name, value }) =>
    given.some((arg, index) => {
      if (value === undefined) return arg === name;
      if (arg === name) return value(given[index + 1] ?? '');
      return arg.startsWith(`${name}=`) && value(arg.slice(name.length + 1));
    }),
  )?.name;
}
