import { Anchor, Flex } from '@mantine/core';
import { IconRobot, IconServerCog, IconUser } from '@tabler/icons-react';
import { Fragment, memo, type ReactNode } from 'react';
import { actorName } from '../../shared/contract/actor-name';
import { agentName } from '../../shared/contract/sub-agent';
import type { Actor } from '../../shared/kernel/actor';
import { visiblePieces, visibleText } from '../../shared/kernel/visible-text';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import ui from './ui.module.css';

type Run = { readonly isHidden: boolean; readonly text: string; readonly count: number };

/** The pieces of a text, with hidden characters that repeat put into one, so that a flood of them stays readable. */
function runsOf(text: string): readonly Run[] {
  const runs: Run[] = [];
  for (const piece of visiblePieces(text)) {
    const last = runs.at(-1);
    if (piece.isHidden && last?.isHidden && last.text === piece.text) {
      runs[runs.length - 1] = { ...last, count: last.count + 1 };
    } else runs.push({ ...piece, count: 1 });
  }
  return runs;
}

/** A text's visible and hidden characters, without an element of its own: for inside something that isolates it. */
export function VisibleCharacters({ text }: { readonly text: string }) {
  return runsOf(text).map((run, index) =>
    run.isHidden ? (
      <span
        key={index}
        className={ui['chip']}
        role="img"
        aria-label={strings.hidden.label(run.text, run.count)}
        title={strings.hidden.label(run.text, run.count)}
      >
        {strings.hidden.chip(run.text, run.count)}
      </span>
    ) : (
      <Fragment key={index}>{run.text.split(flags).map(wholeFlag)}</Fragment>
    ),
  );
}

/** The flags of a command that fit on any line: `--force` says another thing than `-` and `-force`. */
const flags = /(?<=^|\s)(-[\w-]{1,24})(?=$|[\s=])/;

/** What is between flags as it is, and each flag so that no line ends within it. */
function wholeFlag(part: string, index: number): ReactNode {
  return index % 2 === 0 ? (
    part
  ) : (
    <span key={index} className={ui['line']}>
      {part}
    </span>
  );
}

/** A name that others gave, standing out. */
export function Name({ text }: { readonly text: string }) {
  return (
    <b>
      <AgentText text={text} />
    </b>
  );
}

/**
 * Text that an agent wrote, inside a line of ours: plain, hidden characters shown, and isolated, so that right-to-left
 * letters in it cannot move our words.
 */
export const AgentText = memo(function AgentText({ text }: { readonly text: string }) {
  return (
    <bdi className={ui['inline']}>
      <VisibleCharacters text={text} />
    </bdi>
  );
});

/** Paragraphs that an agent wrote: as above, with its line breaks, each paragraph in its own direction. */
export const AgentParagraphs = memo(function AgentParagraphs({ text }: { readonly text: string }) {
  return (
    <p className={ui['paragraphs']}>
      <VisibleCharacters text={text} />
    </p>
  );
});

/** What people call an agent; its id, where that is another one, for who points at it. */
export function AgentName({ agentId }: { readonly agentId: string }) {
  const name = agentName(agentId);
  const title = name === agentId ? {} : { title: visibleText(agentId) };
  return (
    <span {...title}>
      <AgentText text={name} />
    </span>
  );
}

const icons = { human: IconUser, agent: IconRobot, system: IconServerCog } as const;

/** Who someone is: the kind as an icon and a word, and the name as it was given, which may lead to the agent. */
export function ActorName({ actor, isLinked = false }: { readonly actor: Actor; readonly isLinked?: boolean }) {
  const Icon = icons[actor.kind];
  return (
    <span className={ui['actor']}>
      <Icon size={15} stroke={1.75} aria-hidden />
      <span className={ui['kind']}>{strings.actor[actor.kind]}</span>
      {isLinked && actor.kind === 'agent' && actor.actorId !== undefined ? (
        <AgentLink agentId={actor.actorId} />
      ) : (
        <span title={visibleText(actor.actorId ?? '')}>
          <AgentText text={actorName(actor)} />
        </span>
      )}
    </span>
  );
}

/** Who someone is, for a row: the kind is in the icon's name, and a name that does not fit is cut. */
export function ActorShort({ actor }: { readonly actor: Actor }) {
  const Icon = icons[actor.kind];
  return (
    <Flex component="span" gap="0.35em" align="center" miw={0} title={visibleText(actor.actorId ?? actorName(actor))}>
      <Icon size={15} stroke={1.75} style={{ flex: 'none' }} role="img" aria-label={strings.actor[actor.kind]} />
      <span className={ui['cut']}>
        <AgentText text={actorName(actor)} />
      </span>
    </Flex>
  );
}

/** The asker's lineage as a path, the oldest first and the asker last: who sent whom. */
export function Lineage({ ancestorIds, asker }: { readonly ancestorIds: readonly string[]; readonly asker: Actor }) {
  const path: readonly Actor[] = [...ancestorIds.map((actorId) => ({ kind: 'agent', actorId }) as const), asker];
  return (
    <ol className={ui['lineage']} aria-label={strings.card.lineage}>
      {path.map((actor, index) => (
        <li key={index} data-last={index === path.length - 1}>
          <ActorName actor={actor} isLinked />
        </li>
      ))}
    </ol>
  );
}

type TextButtonProps = { readonly onClick: () => void; readonly children: ReactNode };

/** A way to somewhere, within a text. */
export function TextButton({ onClick, children }: TextButtonProps) {
  return (
    <Anchor component="button" type="button" fz="inherit" ta="start" onClick={onClick}>
      {children}
    </Anchor>
  );
}

/** An agent's id that leads to the agent. */
export function AgentLink({ agentId }: { readonly agentId: string }) {
  const { actions } = useDeskParts();
  return (
    <TextButton onClick={() => actions.show('agents', agentId)}>
      <AgentName agentId={agentId} />
    </TextButton>
  );
}

/** Several of them in a line. */
export function AgentLinks({ agentIds }: { readonly agentIds: readonly string[] }) {
  return agentIds.map((agentId, index) => (
    <Fragment key={agentId}>
      {index > 0 && ', '}
      <AgentLink agentId={agentId} />
    </Fragment>
  ));
}

type AutomationProps = { readonly automationId: string; readonly name?: string };

/** An automation's name, or its id where the name is not known, that leads to the automation. */
export function AutomationLink({ automationId, name = automationId }: AutomationProps) {
  const { actions } = useDeskParts();
  return (
    <TextButton onClick={() => actions.show('automations', automationId)}>
      <AgentText text={name} />
    </TextButton>
  );
}
