import {
  IconBinaryTree,
  IconClockPlay,
  IconCoin,
  type Icon as IconComponent,
  IconHourglass,
  IconInbox,
  IconRobot,
  IconSettings,
  IconShieldCheck,
  IconTerminal2,
} from '@tabler/icons-react';
import type { ViewName } from '../../shared/kernel/view-names';

/** The sign of each view, in the rail and in the palette. */
export const viewIcons = {
  queue: IconInbox,
  sessions: IconTerminal2,
  agents: IconRobot,
  automations: IconClockPlay,
  lineage: IconBinaryTree,
  spend: IconCoin,
  lifecycle: IconHourglass,
  audit: IconShieldCheck,
  settings: IconSettings,
} satisfies Record<ViewName, IconComponent>;
