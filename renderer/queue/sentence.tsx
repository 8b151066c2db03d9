import { Fragment } from 'react';
import { AgentText } from '../ui/agent-text';

/** A part of a sentence: our words, or a slot for a text that someone else wrote. */
type SentencePart = { readonly kind: 'words' | 'slot'; readonly text: string };

/** Cuts `{who} wants {id}` into our words and the named slots. */
function sentenceParts(template: string): readonly SentencePart[] {
  return template.split(/(\{\w+\})/).flatMap((text): SentencePart[] => {
    if (text === '') return [];
    return text.startsWith('{') ? [{ kind: 'slot', text: text.slice(1, -1) }] : [{ kind: 'words', text }];
  });
}

type Props = {
  readonly template: string;
  readonly slots: Readonly<Record<string, string>>;
};

/** A sentence of ours with others' texts in its slots, each isolated and with hidden characters shown. */
export function Sentence({ template, slots }: Props) {
  return sentenceParts(template).map((part) =>
    part.kind === 'words' ? (
      <Fragment key={part.text}>{part.text}</Fragment>
    ) : (
      <b key={part.text} data-slot={part.text}>
        <AgentText text={slots[part.text] ?? ''} />
      </b>
    ),
  );
}
