import { Button, NativeSelect, type NativeSelectProps, TextInput, type TextInputProps } from '@mantine/core';
import { IconCheck, IconCopy, IconSearch } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';

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

type ChoiceProps<T extends string> = Omit<NativeSelectProps, 'value' | 'data' | 'onChange'> & {
  readonly value: T | undefined;
  readonly values: readonly T[];
  readonly names: Readonly<Record<T, string>>;
  /** The line that stands for none of them. */
  readonly none: string;
  readonly onChange: (value: T | undefined) => void;
};

/** A choice of one of these values, or of none. */
export function Choice<T extends string>({ value, values, names, none, onChange, ...field }: ChoiceProps<T>) {
  return (
    <NativeSelect
      {...field}
      value={value ?? ''}
      data={[{ value: '', label: none }, ...values.map((each) => ({ value: each, label: names[each] }))]}
      onChange={(event) => onChange(values.find((each) => each === event.currentTarget.value))}
    />
  );
}

/** A whole number between these two, as it was typed. */
export function wholeNumber(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,6}$/.test(text.trim()) ? Number(text) : Number.NaN;
  return value >= least && value <= most ? value : undefined;
}

type SearchFieldProps = Omit<TextInputProps, 'onChange' | 'label' | 'placeholder'> & {
  /** Says what can be looked for; where `placeholder` is absent it stands in the field too. */
  readonly label: string;
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
};

/** A field for what is looked for. */
export function SearchField({ label, placeholder = label, onChange, ...field }: SearchFieldProps) {
  return (
    <TextInput
      size="xs"
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<IconSearch size={14} aria-hidden />}
      maxLength={200}
      {...field}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** Puts a text on the clipboard by the main process, and says so only once it is there. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { desk } = useDeskParts();
  const [shown, setShown] = useState<{ readonly isCopied: boolean; readonly words: string }>();
  useEffect(() => {
    if (shown === undefined) return undefined;
    const timer = setTimeout(() => setShown(undefined), 3000);
    return () => clearTimeout(timer);
  }, [shown]);
  const copy = async () => {
    const result = await desk.request('desk.copyText', { text });
    setShown(
      result.ok ? { isCopied: true, words: strings.api.copied } : { isCopied: false, words: result.refusal.sentence },
    );
  };
  return (
    <Button
      leftSection={shown?.isCopied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{shown?.words ?? label}</span>
    </Button>
  );
}
