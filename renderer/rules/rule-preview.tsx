import type { AnswerOf } from '../bridge';
import type { Answer } from '../state/use-answer';
import { AgentText } from '../ui/agent-text';
import { CommandRefusal } from '../ui/command-refusal';
import ui from '../ui/ui.module.css';
import { When } from '../ui/when';
import classes from './rule-preview.module.css';
import { ruleStrings } from './strings-rules';

const words = ruleStrings.offer;

type Props = {
  readonly preview: Answer<AnswerOf<'toolRules.preview'>>;
  /** Whose rule it would be; others that it would be for are named. */
  readonly agentId: string;
};

/** What a rule would have matched lately; keeps its place while that is on its way. */
export function RulePreview({ preview: { value, refusal }, agentId }: Props) {
  return (
    <div className={classes['preview']} aria-busy={value === undefined && refusal === undefined}>
      <div role="status" className={classes['count']}>
        {value !== undefined && words.preview(value.count, value.isCut)}
      </div>
      <CommandRefusal refusal={refusal} />
      {value !== undefined && value.count > 1 && (
        <div className={classes['scroll']} tabIndex={0} role="group" aria-label={words.examples}>
          <ul>
            {value.examples.map((example) => (
              <li key={example.approvalId}>
                <span className={classes['when']}>
                  <When atMs={example.createdAtMs} />
                </span>
                <code>
                  <AgentText text={example.summary} />
                </code>
                {example.agentId !== agentId && (
                  <span className={ui['dim']}>
                    <AgentText text={example.agentId} />
                  </span>
                )}
              </li>
            ))}
            {value.count > value.examples.length && <li>{words.more(value.count - value.examples.length)}</li>}
          </ul>
        </div>
      )}
    </div>
  );
}
