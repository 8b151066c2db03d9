import { Box } from '@mantine/core';
import { IconCircleCheck, IconCircleX } from '@tabler/icons-react';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { useAnswer } from '../state/use-answer';
import { Loaded } from '../ui/list-view';
import { Mark } from '../ui/mark';
import { Panel } from '../ui/panel';
import { SmallTable } from '../ui/small-table';
import { agentStrings } from './strings-agents';

const words = agentStrings.allowance;

type Rule = AnswerOf<'agent.allowance'>['rules'][number];

/** A rule, and whether it is the one that refuses. */
type Row = Rule & { readonly isDeciding: boolean };

const ruleColumns = [
  { header: words.columns.rule, cell: ({ rule }: Row) => words.rules[rule] ?? rule },
  { header: words.columns.value, isNumber: true, cell: valueOf },
  { header: words.columns.limit, isNumber: true, cell: limitOf },
  {
    header: words.columns.verdict,
    cell: (row: Row) => <Verdict row={row} />,
  },
];

/** Whether an agent may create an automation now: every rule that could refuse it, by the very table that does. */
export function AgentAllowance({ agentId }: { readonly agentId: string }) {
  const topics = ['agents', 'automations', 'approvals', 'limits', 'spend'] as const;
  const answer = useAnswer('agent.allowance', { agentId }, topics);
  const { value } = answer;
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
      <Loaded answer={answer} height={290}>
        {({ rules }) => (
          <SmallTable
            label={words.title}
            columns={ruleColumns}
            rows={rowsOf(rules)}
            keyOf={({ rule }) => rule}
            isFramed={false}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function rowsOf(all: readonly Rule[]): readonly Row[] {
  // That an agent has an id is of no interest to anyone who looks at one.
  const rules = all.filter(({ rule }) => rule !== 'agent_id');
  const deciding = rules.find(({ isMet }) => !isMet);
  return rules.map((rule) => ({ ...rule, isDeciding: rule === deciding }));
}

function Verdict({ row: { isMet, isDeciding } }: { readonly row: Row }) {
  return (
    <Box component="span" display="inline-grid">
      <Mark
        icon={isMet ? IconCircleCheck : IconCircleX}
        tone={isMet ? 'yes' : 'no'}
        words={isMet ? words.met : words.notMet}
      />
      {isDeciding && (
        <Box component="span" c="var(--gh-no)" fz="xs">
          {words.decides}
        </Box>
      )}
    </Box>
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
