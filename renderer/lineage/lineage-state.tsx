import {
  IconArchive,
  IconCircleCheck,
  IconClockPlay,
  IconCoinOff,
  type Icon as IconComponent,
  IconEyeExclamation,
  IconHourglassOff,
  IconPencil,
  IconPlayerPause,
  IconQuestionMark,
  IconRobot,
  IconUsers,
} from '@tabler/icons-react';
import { Mark, type Tone } from '../ui/mark';
import type { LineageNode } from './lineage-tree';
import { lineageStrings } from './strings-lineage';

/** How a node stands, in the words that the operator reads; the most pressing first. */
export type LineageState = keyof typeof lineageStrings.state;

const states: Readonly<Record<LineageState, readonly [IconComponent, Tone]>> = {
  active: [IconCircleCheck, 'yes'],
  paused: [IconPlayerPause, 'no'],
  spendPaused: [IconCoinOff, 'no'],
  review: [IconEyeExclamation, 'waiting'],
  unknown: [IconQuestionMark, 'plain'],
  draft: [IconPencil, 'plain'],
  retired: [IconArchive, 'plain'],
  expired: [IconHourglassOff, 'no'],
  lifecyclePaused: [IconPlayerPause, 'no'],
};

/** The icon of each kind of node, the same as in the navigation and beside names. */
export const lineageIcons = { root: IconUsers, agent: IconRobot, automation: IconClockPlay } as const;

/** How a node stands; absent for the humans. */
export function lineageState(node: LineageNode): LineageState | undefined {
  if (node.kind === 'root') return undefined;
  if (node.kind === 'agent') {
    if (node.agent === undefined) return 'unknown';
    if (node.agent.isPaused) return 'paused';
    if (node.agent.isSpendPaused) return 'spendPaused';
    return node.agent.isReviewRequired ? 'review' : 'active';
  }
  const { lifecycle, status, isReviewRequired } = node.automation;
  if (lifecycle !== undefined) return lifecycle === 'paused' ? 'lifecyclePaused' : lifecycle;
  return isReviewRequired ? 'review' : status;
}

/** A state as a shape, a colour and a word. */
export function LineageStateMark({ state }: { readonly state: LineageState }) {
  const [icon, tone] = states[state];
  return <Mark icon={icon} tone={tone} words={lineageStrings.state[state]} />;
}
