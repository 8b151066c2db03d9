import { TextInput, type TextInputProps } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';

type Props = Omit<TextInputProps, 'onChange' | 'label' | 'placeholder'> & {
  /** Says what can be looked for; where `placeholder` is absent it stands in the field too. */
  readonly label: string;
  readonly placeholder?: string;
  readonly onChange: (text: string) => void;
};

/** A field for what is looked for. */
export function SearchField({ label, placeholder = label, onChange, ...field }: Props) {
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
