import type { MenuItemConstructorOptions } from 'electron';
import { agentName } from '../../../shared/contract/sub-agent';
import { visibleLine } from '../../../shared/kernel/visible-text';
import type { TrayAgent, TrayFacts } from '../../nouns/tray-facts';
import { strings, usd } from '../strings';
import type { TrayChoices, TrayState } from './tray-state';

/** The agents, each with its pause, and the pause of all. */
export function agentItems(facts: TrayFacts, choices: TrayChoices): MenuItemConstructorOptions[] {
  const { agents, areThereMoreAgents, canResumeAll, isEverythingPaused, isPausingSingleOn } = facts;
  const each = agents.map(
    (agent): MenuItemConstructorOptions => ({
      id: `pause ${agent.agentId}`,
      type: 'checkbox',
      checked: agent.isPaused,
      enabled: isPausingSingleOn,
      label: plain(agentLabel(agent)),
      click: () => choices.pause(agent.agentId, !agent.isPaused),
    }),
  );
  return [
    {
      label: strings.pauseAgent,
      enabled: agents.length > 0,
      submenu: [...each, ...(areThereMoreAgents ? ([{ type: 'separator' }, allAgents(choices)] as const) : [])],
    },
    ...(isEverythingPaused ? [] : [{ label: strings.pauseAll, click: choices.pauseAll }]),
    ...(canResumeAll ? [{ label: strings.resumeAll, click: choices.resumeAll }] : []),
    { type: 'separator' },
  ];
}

function allAgents(choices: TrayChoices): MenuItemConstructorOptions {
  return { label: strings.allAgents, click: choices.openAgents };
}

/** Who it is, what it does, and its week's spend where any was reported. */
export function agentLabel({ agentId, runCount, isSpendPaused, week, capNanos }: TrayAgent): string {
  const cost = week === undefined ? undefined : week.costNanos === 0 ? strings.costUnknown : usd(week.costNanos);
  const spent = capNanos === undefined ? strings.spent : (said: string) => strings.spentOf(said, usd(capNanos));
  return [
    visibleLine(agentName(agentId), 40),
    ...(runCount === 0 ? [] : [strings.runs(runCount)]),
    ...(cost === undefined ? [] : [spent(cost)]),
    ...(isSpendPaused ? [strings.stoppedByCap] : []),
  ].join(' · ');
}

/** What all agents together spent. */
export function spendItems({ today, week }: TrayFacts): MenuItemConstructorOptions[] {
  const cost = (total: TrayFacts['today']) =>
    total !== undefined && total.costNanos === 0 && total.totalTokens > 0
      ? strings.costUnknown
      : usd(total?.costNanos ?? 0);
  // With a report this week there is a true sum for today, which may be nothing.
  const label = week === undefined ? strings.nothingSpent : strings.spendLine(cost(today), cost(week));
  return [{ label, enabled: false }];
}

/** How notifications are muted, and for how long they are. */
export function muteItem({ mutedUntilMs, nowMs }: TrayState, { mute }: TrayChoices): MenuItemConstructorOptions {
  const choices: MenuItemConstructorOptions[] = [
    { label: strings.muteHour, click: () => mute('hour') },
    { label: strings.muteTomorrow, click: () => mute('tomorrow') },
  ];
  if (mutedUntilMs === undefined) return { label: strings.mute, submenu: choices };
  return {
    label: strings.mutedUntil(mutedUntilMs, nowMs),
    submenu: [...choices, { type: 'separator' }, { label: strings.unmute, click: () => mute('off') }],
  };
}

/** In a label `&` marks the key of an item; agents' text must not. */
export function plain(label: string): string {
  return label.replaceAll('&', '&&');
}
