/** A part of a sentence: our words, or a slot for a text that someone else wrote. */
export type SentencePart = { readonly kind: 'words' | 'slot'; readonly text: string };

/** Cuts `{who} wants {id}` into our words and the named slots. */
export function sentenceParts(template: string): readonly SentencePart[] {
  return template.split(/(\{\w+\})/).flatMap((text): SentencePart[] => {
    if (text === '') return [];
    return text.startsWith('{') ? [{ kind: 'slot', text: text.slice(1, -1) }] : [{ kind: 'words', text }];
  });
}
