import { ActionIcon, Box, Button, Group, NumberInput, Stack } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { AgentDetails } from '../../shared/contract/agent';
import type { Limits, Overrides } from '../../shared/contract/limits';
import { nanosOfUsd, usdOfNanos } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import type { AnswerOf, GivenOf } from '../bridge';
import { formatNumber, formatPercent, formatSpan, formatUsd } from '../format';
import { useAnswer } from '../state/answers';
import { Loaded } from '../ui/list-view';
import { YesNo } from '../ui/mark';
import { CommandRefusal } from '../ui/notice';
import { Panel } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { useSend } from '../ui/use-send';
import { agentStrings } from './strings-agents';

const words = agentStrings.limits;

type Name = keyof Overrides;

/** How one limit is typed: the number in the field, what is kept of it, and how the general one is said. */
type Field = {
  readonly name: Name;
  readonly decimals: number;
  readonly min: number;
  readonly max?: number;
  readonly shown: (kept: number) => number;
  readonly kept: (shown: number) => number;
  readonly general: (limits: Limits) => string;
};

const count = { decimals: 0, min: 0, shown: (kept: number) => kept, kept: (shown: number) => shown };

const fields: readonly Field[] = [
  {
    name: 'weeklySpendCapNanos',
    decimals: 2,
    min: 0,
    shown: usdOfNanos,
    kept: nanosOfUsd,
    general: ({ weeklySpendCapNanos: cap }) => (cap === null || cap === 0 ? words.noCap : formatUsd(cap)),
  },
  {
    name: 'perAgentDailyCreationLimit',
    ...count,
    general: ({ perAgentDailyCreationLimit }) => formatNumber(perAgentDailyCreationLimit),
  },
  {
    name: 'perAgentCreationReviewThreshold',
    ...count,
    general: ({ perAgentCreationReviewThreshold: threshold }) =>
      threshold === 0 ? words.off : formatNumber(threshold),
  },
  {
    name: 'planStopRatio',
    decimals: 1,
    min: 0,
    max: 100,
    shown: (kept) => Number((kept * 100).toPrecision(12)),
    kept: (shown) => Number((shown / 100).toPrecision(12)),
    general: ({ planStopRatio }) => (planStopRatio === 0 ? words.off : formatPercent(planStopRatio)),
  },
  {
    name: 'approvalTtlMs',
    decimals: 3,
    min: 0.001,
    shown: (kept) => kept / HOUR_MS,
    kept: (shown) => Math.round(shown * HOUR_MS),
    general: ({ approvalTtlMs }) => formatSpan(approvalTtlMs),
  },
];

/** What was typed and not saved yet; an empty text follows the general limit. */
type Edits = Partial<Record<Name, number | string>>;

/** The limits of one agent beside the general ones: set one, or clear it. */
export function AgentLimits({ agent }: { readonly agent: AgentDetails }) {
  const { agentId } = agent;
  const [edits, setEdits] = useState<Edits>({});
  const [isSaved, setSaved] = useState(false);
  const { send, isInFlight, refusal, forget } = useSend('agent.setLimits');
  const isDirty = Object.keys(edits).length > 0;
  const edit = (name: Name, value: number | string) => {
    setSaved(false);
    setEdits((before) => ({ ...before, [name]: value }));
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await send({ agentId, ...changesOf(edits) });
    if (!result.ok) return;
    setEdits({});
    setSaved(true);
  };
  return (
    <Panel title={words.title}>
      <form onSubmit={(event) => void submit(event)} aria-label={words.title}>
        <Stack gap={12}>
          {fields.map((field) => (
            <LimitInput key={field.name} field={field} agent={agent} edited={edits[field.name]} onEdit={edit} />
          ))}
          <CommandRefusal refusal={refusal} />
          <Group gap={8}>
            <Button variant="filled" type="submit" size="sm" loading={isInFlight} disabled={!isDirty}>
              {words.save}
            </Button>
            {isDirty && (
              <Button
                size="sm"
                onClick={() => {
                  setEdits({});
                  forget();
                }}
              >
                {words.discard}
              </Button>
            )}
            <Box component="span" role="status" c="var(--gh-yes)">
              {isSaved && !isDirty && words.saved}
            </Box>
          </Group>
        </Stack>
      </form>
    </Panel>
  );
}

type InputProps = {
  readonly field: Field;
  readonly agent: AgentDetails;
  readonly edited: number | string | undefined;
  readonly onEdit: (name: Name, value: number | string) => void;
};

function LimitInput({ field, agent: { overrides, generalLimits }, edited, onEdit }: InputProps) {
  const { name, shown, general, min, max = 1_000_000, decimals } = field;
  const own = overrides[name];
  const value = edited ?? (own === undefined ? '' : shown(own));
  const zero = (words.zero as Partial<Record<Name, string>>)[name];
  return (
    <NumberInput
      label={words[name]}
      description={`${words.general(general(generalLimits))}.${zero === undefined ? '' : ` ${zero}`}`}
      inputWrapperOrder={['label', 'input', 'description', 'error']}
      value={value}
      onChange={(next) => onEdit(name, next)}
      min={min}
      max={max}
      decimalScale={decimals}
      hideControls
      placeholder={words.follows}
      rightSection={
        value !== '' && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label={words.clear(words[name])}
            onClick={() => onEdit(name, '')}
          >
            <IconX size={14} aria-hidden />
          </ActionIcon>
        )
      }
    />
  );
}

function changesOf(edits: Edits): Omit<GivenOf<'agent.setLimits'>, 'agentId'> {
  const changed = fields.flatMap(({ name, kept }) => {
    const value = edits[name];
    if (value === undefined) return [];
    return [[name, value === '' ? null : kept(Number(value))] as const];
  });
  return Object.fromEntries(changed);
}

const allowanceWords = agentStrings.allowance;

type Rule = AnswerOf<'agent.allowance'>['rules'][number];

/** A rule, and whether it is the one that refuses. */
type Row = Rule & { readonly isDeciding: boolean };

const ruleColumns = [
  { header: allowanceWords.columns.rule, cell: ({ rule }: Row) => allowanceWords.rules[rule] ?? rule },
  { header: allowanceWords.columns.value, isNumber: true, cell: valueOf },
  { header: allowanceWords.columns.limit, isNumber: true, cell: limitOf },
  {
    header: allowanceWords.columns.verdict,
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
      title={allowanceWords.title}
      actions={
        value !== undefined && (
          <YesNo isYes={value.canCreate} words={value.canCreate ? allowanceWords.yes : allowanceWords.no} />
        )
      }
    >
      <Loaded answer={answer} height={290}>
        {({ rules }) => (
          <SmallTable
            label={allowanceWords.title}
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
      <YesNo isYes={isMet} words={isMet ? allowanceWords.met : allowanceWords.notMet} />
      {isDeciding && (
        <Box component="span" c="var(--gh-no)" fz="xs">
          {allowanceWords.decides}
        </Box>
      )}
    </Box>
  );
}

function valueOf({ value }: Rule): string {
  if (typeof value === 'boolean') return value ? allowanceWords.values.yes : allowanceWords.values.no;
  if (typeof value === 'number') return formatNumber(value);
  return value === '' ? allowanceWords.values.none : value;
}

function limitOf({ limit }: Rule): string {
  if (typeof limit === 'boolean')
    return allowanceWords.must(limit ? allowanceWords.values.yes : allowanceWords.values.no);
  return typeof limit === 'number' ? formatNumber(limit) : allowanceWords.noLimit;
}
