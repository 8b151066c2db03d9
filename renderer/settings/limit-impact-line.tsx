import { useDebouncedValue } from '@mantine/hooks';
import { IconHistory } from '@tabler/icons-react';
import type { CandidateLimit, WeighedLimit } from '../../shared/contract/limits';
import { useAnswer } from '../state/use-answer';
import classes from './settings-limits.module.css';
import { impactSentence, limitStrings as words } from './strings-limits';

type Props = {
  readonly id: string;
  readonly name: WeighedLimit;
  /** Absent while what stands in the field makes no sense; then the line is empty. */
  readonly value: number | null | undefined;
};

/** How long the typing has to rest before the history is asked, in milliseconds. */
const REST_MS = 300;

/** What the value in the field would have done in the last 30 days. */
export function LimitImpactLine({ id, name, value }: Props) {
  const [rested] = useDebouncedValue(value, REST_MS);
  if (value === undefined || rested === undefined) return <p id={id} className={classes['impact']} />;
  return <Line id={id} name={name} value={rested} />;
}

type LineProps = { readonly id: string; readonly name: WeighedLimit; readonly value: number | null };

function Line({ id, name, value }: LineProps) {
  const candidate = { [name]: value } as CandidateLimit;
  const { value: answer, refusal } = useAnswer('limits.impact', { candidate }, ['limits']);
  const impact = answer?.impact;
  const isStopping = impact?.state === 'counted' && impact.count > 0;
  return (
    <p id={id} className={classes['impact']} data-stops={isStopping}>
      <IconHistory size={15} stroke={1.75} aria-hidden />
      {impact === undefined ? (refusal?.sentence ?? words.counting) : impactSentence(name, impact)}
    </p>
  );
}
