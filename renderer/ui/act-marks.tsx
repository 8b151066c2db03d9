import { IconAsterisk, IconCode, IconSparkles, IconTerminal2 } from '@tabler/icons-react';
import { projectOf } from '../../shared/act/engine-facts';
import { type Engine, engineNames } from '../../shared/contract/engine';
import { visibleText } from '../../shared/kernel/visible-text';
import { AgentText } from './names';
import { projectColour } from './project-colours';
import ui from './ui.module.css';

const engineIcons = {
  claude: IconAsterisk,
  codex: IconTerminal2,
  gemini: IconSparkles,
  opencode: IconCode,
} as const satisfies Record<Engine, unknown>;

/** The engine that asks, as a sign; its name is read out and shown on hovering. */
export function EngineMark({ engine }: { readonly engine: Engine }) {
  const Icon = engineIcons[engine];
  return (
    <span className={ui['engine']} role="img" aria-label={engineNames[engine]} title={engineNames[engine]}>
      <Icon size={14} stroke={1.9} aria-hidden />
    </span>
  );
}

/** A project by its folder: its name, and a colour that is the same for it everywhere. */
export function ProjectMark({ folder }: { readonly folder: string }) {
  return (
    <span className={ui['project']} title={visibleText(folder)}>
      <span aria-hidden style={{ background: `var(--gh-series-${projectColour(folder)})` }} />
      <span className={ui['cut']}>
        <AgentText text={projectOf(folder)} />
      </span>
    </span>
  );
}
