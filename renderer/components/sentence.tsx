import { Fragment } from 'react';
import { sentenceParts } from '../sentence';
import { AgentText } from './agent-text';

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
