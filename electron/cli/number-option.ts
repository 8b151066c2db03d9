import { InvalidArgumentError } from 'commander';

/** How an option is read as a number; what is none, or not one that `isRight`, is refused with the sentence. */
export function numberOption(sentence: string, isRight: (value: number) => boolean): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() === '' || !Number.isFinite(value) || !isRight(value)) throw new InvalidArgumentError(sentence);
    return value;
  };
}
