/** What the palette says. */
export const paletteStrings = {
  label: 'Go to or do',
  placeholder: 'Find an agent, automation, request or action',
  actions: 'Go to or do',
  requests: 'Requests',
  nothing: 'Nothing has these words.',
  connect: 'Connect an agent',
  rules: 'Standing rules',
  pauseAll: {
    label: 'Pause all agents',
    title: 'Pause all agents?',
    effect:
      'Every agent is paused, all their running runs are stopped, and nobody creates automations. “Resume all” undoes this; runs stay stopped until you resume them.',
  },
  resumeAll: {
    label: 'Resume all agents',
    title: 'Resume all agents?',
    effect: 'The agents that “Pause all” paused may work again. Agents that you paused one by one stay paused.',
  },
  reason: 'Reason (optional, goes into the audit log)',
} as const;
