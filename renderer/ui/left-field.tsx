import { TextInput, type TextInputProps } from '@mantine/core';
import { useState } from 'react';

type Props<T> = Omit<TextInputProps, 'value' | 'onChange' | 'onBlur' | 'onKeyDown' | 'error'> & {
  readonly stored: T;
  readonly textOf: (stored: T) => string;
  /** What was typed; undefined while it makes no sense. */
  readonly parse: (text: string) => T | undefined;
  /** What is said of what makes no sense; without it that is forgotten when the field is left. */
  readonly problem?: string;
  readonly onStore: (value: T) => void;
};

/** A field that is stored when it is left or Enter is pressed, so that nothing half-typed ever holds. */
export function LeftField<T>({ stored, textOf, parse, problem, onStore, ...field }: Props<T>) {
  const [typed, setTyped] = useState<string>();
  const value = typed === undefined ? stored : parse(typed);
  const leave = () => {
    if (value === undefined && problem !== undefined) return;
    if (value !== undefined && value !== stored) onStore(value);
    setTyped(undefined);
  };
  return (
    <TextInput
      {...field}
      value={typed ?? textOf(stored)}
      error={value === undefined ? problem : undefined}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={leave}
      onKeyDown={(event) => event.key === 'Enter' && leave()}
    />
  );
}

/** A whole number between these two, as it was typed. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}
