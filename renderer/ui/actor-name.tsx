import { IconRobot, IconServerCog, IconUser } from '@tabler/icons-react';
import { actorName } from '../../shared/contract/approval';
import type { Actor } from '../../shared/kernel/actor';
import { visibleText } from '../../shared/kernel/visible-text';
import { strings } from '../strings';
import classes from './actor-name.module.css';
import { AgentText } from './agent-text';
import { AgentLink } from './links';
import ui from './ui.module.css';

const icons = { human: IconUser, agent: IconRobot, system: IconServerCog } as const;

/** Who someone is: the kind as an icon and a word, and the name as it was given, which may lead to the agent. */
export function ActorName({ actor, isLinked = false }: { readonly actor: Actor; readonly isLinked?: boolean }) {
  const Icon = icons[actor.kind];
  return (
    <span className={classes['actor']}>
      <Icon size={15} stroke={1.75} aria-hidden />
      <span className={classes['kind']}>{strings.actor[actor.kind]}</span>
      {isLinked && actor.kind === 'agent' && actor.actorId !== undefined ? (
        <AgentLink agentId={actor.actorId} />
      ) : (
        <AgentText text={actorName(actor)} />
      )}
    </span>
  );
}

/** Who someone is, for a row: the kind is in the icon's name, and a name that does not fit is cut. */
export function ActorShort({ actor }: { readonly actor: Actor }) {
  const Icon = icons[actor.kind];
  return (
    <span className={classes['short']} title={visibleText(actorName(actor))}>
      <Icon size={15} stroke={1.75} role="img" aria-label={strings.actor[actor.kind]} />
      <span className={ui['cut']}>
        <AgentText text={actorName(actor)} />
      </span>
    </span>
  );
}

/** The asker's lineage as a path, the oldest first and the asker last: who sent whom. */
export function Lineage({ ancestorIds, asker }: { readonly ancestorIds: readonly string[]; readonly asker: Actor }) {
  const path: readonly Actor[] = [...ancestorIds.map((actorId) => ({ kind: 'agent', actorId }) as const), asker];
  return (
    <ol className={classes['lineage']} aria-label={strings.card.lineage}>
      {path.map((actor, index) => (
        <li key={index} data-last={index === path.length - 1}>
          <ActorName actor={actor} isLinked />
        </li>
      ))}
    </ol>
  );
}
