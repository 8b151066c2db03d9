import type { Actor } from '../shared/actor';
import type { Approval } from '../shared/approval';
import { visibleLine } from '../shared/visible-text';
import { strings } from './strings';

/** A part of a sentence: our words, or a slot for a text that someone else wrote. */
export type SentencePart = { readonly kind: 'words' | 'slot'; readonly text: string };

/** Cuts `{who} wants {id}` into our words and the named slots. */
export function sentenceParts(template: string): readonly SentencePart[] {
  return template.split(/(\{\w+\})/).flatMap((text): SentencePart[] => {
    if (text === '') return [];
    return text.startsWith('{') ? [{ kind: 'slot', text: text.slice(1, -1) }] : [{ kind: 'words', text }];
  });
}

/** A sentence as plain text, for the live region and for names that a screen reader says; others' texts cut to a line. */
export function sentenceText(template: string, slots: Readonly<Record<string, string>>): string {
  return sentenceParts(template)
    .map((part) => (part.kind === 'words' ? part.text : visibleLine(slots[part.text] ?? '', 80)))
    .join('');
}

/** What an actor is called: its id, else what the actor is. */
export function actorName(actor: Actor): string {
  switch (actor.kind) {
    case 'human':
      return actor.actorId ?? strings.actor.unknownHuman;
    case 'agent':
      return actor.actorId ?? strings.actor.unknownAgent;
    case 'system':
      return actor.source ?? actor.actorId ?? strings.actor.unknownSystem;
  }
}

/** What the slots of an approval's title hold. */
export function titleSlots(approval: Approval): Readonly<Record<'who' | 'type' | 'id', string>> {
  return {
    who: actorName(approval.requestedBy),
    type: approval.targetResource.type,
    id: approval.targetResource.id,
  };
}

/** The title of an approval as plain text. */
export function titleText(approval: Approval): string {
  return sentenceText(strings.title[approval.requestType], titleSlots(approval));
}
