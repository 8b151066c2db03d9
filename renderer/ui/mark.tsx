import { Kbd } from '@mantine/core';
import { type Icon, IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import ui from './ui.module.css';

/** What a mark's colour says; its shape and its word say it too. */
export type Tone = 'plain' | 'yes' | 'no' | 'waiting';

type Props = { readonly icon: Icon; readonly tone: Tone; readonly words: string };

/** Where something stands: a shape, a word and a colour. */
export function Mark({ icon: MarkIcon, tone, words }: Props) {
  return (
    <span className={ui['mark']} data-tone={tone}>
      <MarkIcon size={15} stroke={1.9} aria-hidden />
      {words}
    </span>
  );
}

/** Whether something is as it should be. */
export function YesNo({ isYes, words }: { readonly isYes: boolean; readonly words: string }) {
  return <Mark icon={isYes ? IconCircleCheck : IconCircleX} tone={isYes ? 'yes' : 'no'} words={words} />;
}

/** The key that presses a button, on it. */
export function KeyOnButton({ letter }: { readonly letter: string }) {
  return (
    <Kbd size="xs" className={ui['key']} aria-hidden>
      {letter}
    </Kbd>
  );
}

/** Several marks of one thing, in a line that wraps. */
export function Marks({ children }: { readonly children: ReactNode }) {
  return <span className={ui['marks']}>{children}</span>;
}

/** The mark of Gatehouse: an arch with its gate half up. */
export function GateMark({ size }: { readonly size: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" stroke="currentColor" strokeWidth="1.9" aria-hidden>
      <path d="M3.5 21V4.5h3v2.2h3.2V4.5h4.6v2.2h3.2V4.5h3V21" strokeLinejoin="round" />
      <path d="M7.5 21v-6a4.5 4.5 0 0 1 9 0v6" />
      <path d="M10.5 10.9v5.6M13.5 10.9v5.6M7.6 14h8.8" strokeWidth="1.5" />
      <path d="M2.5 21h5M16.5 21h5" strokeLinecap="round" />
    </svg>
  );
}
