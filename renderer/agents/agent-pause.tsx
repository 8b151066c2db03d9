import { type ButtonProps, Text } from '@mantine/core';
import { useAnswer } from '../state/answers';
import { ConfirmCommand } from '../ui/confirm';
import { AgentName } from '../ui/names';
import { agentStrings } from './strings-agents';

const { pause, resume } = agentStrings;

type Props = {
  readonly agentId: string;
  readonly isPaused: boolean;
  readonly button: ButtonProps & { readonly 'aria-label'?: string };
};

/** Pauses an agent, or resumes it; what that means is said first. */
export function AgentPause({ agentId, isPaused, button }: Props) {
  const shared = { input: { agentId }, button, reasonLabel: pause.reason };
  const who = (
    <Text fw={600}>
      <AgentName agentId={agentId} />
    </Text>
  );
  return (
    <>
      <ConfirmCommand {...shared} label={pause.label} title={pause.title} command="agent.pause" isOffered={!isPaused}>
        {who}
        <Text>
          {pause.words} <RunsWords agentId={agentId} />
        </Text>
      </ConfirmCommand>
      <ConfirmCommand {...shared} label={resume.label} title={resume.title} command="agent.resume" isOffered={isPaused}>
        {who}
        <Text>{resume.words}</Text>
      </ConfirmCommand>
    </>
  );
}

/** How many of its runs would be stopped, once that is known. */
function RunsWords({ agentId }: { readonly agentId: string }) {
  const { value } = useAnswer('agent.details', { agentId }, ['agents', 'runs']);
  return value === undefined ? null : pause.runs(value.runsUnderWay);
}
