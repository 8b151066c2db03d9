import { Skeleton } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { useAnswer } from '../state/use-answer';
import { agentStrings } from '../strings-agents';
import classes from './agent-allowance.module.css';
import { LoadRefusal } from './load-refusal';
import { Mark } from './mark';
import { Panel } from './panel';
import { SmallTable } from './small-table';

const words = agentStrings.allowance;

type Rule = AnswerOf<'agent.allowance'>['rules'][number];

/** A rule, and whether it is the one that refuses. */
type Row = Rule & { readonly isDeciding: boolean };

const ruleColumns = [
  { key: 'rule', header: words.columns.rule, cell: ({ rule }: Row) => words.rules[rule] ?? rule },
  { key: 'value', header: words.columns.value, isNumber: true, cell: valueOf },
  { key: 'limit', header: words.columns.limit, isNumber: true, cell: limitOf },
  {
    key: 'verdict',
    header: words.columns.verdict,
    cell: (row: Row) => <Verdict row={row} />,
  },
];

/** Whether an agent may create an automation now: every rule that could refuse it, by the very table that does. */
export function AgentAllowance({ agentId }: { readonly agentId: string }) {
  const topics = ['agents', 'automations', 'approvals', 'limits', 'spend'] as const;
  const { value, refusal, reload } = useAnswer('agent.allowance', { agentId }, topics);
  // That an agent has an id is of no interest to anyone who looks at one.
  const rules = value?.rules.filter(({ rule }) => rule !== 'agent_id') ?? [];
  const deciding = rules.find(({ isMet }) => !isMet);
  const rows = rules.map((rule) => ({ ...rule, isDeciding: rule === deciding }));
  return (
    <Panel
      title={words.title}
      actions={
        value !== undefined && (
          <Mark
            icon={value.canCreate ? IconCircleCheck : IconCircleX}
            tone={value.canCreate ? 'yes' : 'no'}
            words={value.canCreate ? words.yes : words.no}
          />
        )
      }
    >
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {value === undefined && refusal === undefined && <Skeleton height={290} />}
      {value !== undefined && (
        <SmallTable label={words.title} columns={ruleColumns} rows={rows} keyOf={({ rule }) => rule} isFramed={false} />
      )}
    </Panel>
  );
}

function Verdict({ row: { isMet, isDeciding } }: { readonly row: Row }) {
  return (
    <span className={classes['verdict']}>
      <Mark
        icon={isMet ? IconCircleCheck : IconCircleX}
        tone={isMet ? 'yes' : 'no'}
        words={isMet ? words.met : words.notMet}
      />
      {isDeciding && <span className={classes['decides']}>{words.decides}</span>}
    </span>
  );
}

function valueOf({ value }: Rule): string {
  if (typeof value === 'boolean') return value ? words.values.yes : words.values.no;
  if (typeof value === 'number') return formatNumber(value);
  return value === '' ? words.values.none : value;
}

function limitOf({ limit }: Rule): string {
  if (typeof limit === 'boolean') return words.must(limit ? words.values.yes : words.values.no);
  return typeof limit === 'number' ? formatNumber(limit) : words.noLimit;
}
