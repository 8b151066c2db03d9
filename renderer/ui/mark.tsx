import type { Icon } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import classes from './mark.module.css';

/** What a mark's colour says; its shape and its word say it too. */
export type Tone = 'plain' | 'yes' | 'no' | 'waiting';

type Props = { readonly icon: Icon; readonly tone: Tone; readonly words: string };

/** Where something stands: a shape, a word and a colour. */
export function Mark({ icon: MarkIcon, tone, words }: Props) {
  return (
    <span className={classes['mark']} data-tone={tone}>
      <MarkIcon size={15} stroke={1.9} aria-hidden />
      {words}
    </span>
  );
}

/** Several marks of one thing, in a line that wraps. */
export function Marks({ children }: { readonly children: ReactNode }) {
  return <span className={classes['marks']}>{children}</span>;
}
