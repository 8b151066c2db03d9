import { ActionIcon, Box, Button, Group, NumberInput, Stack } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { AgentDetails } from '../../shared/contract/agent';
import type { Limits, Overrides } from '../../shared/contract/limits';
import { nanosOfUsd, usdOfNanos } from '../../shared/kernel/money';
import { HOUR_MS } from '../../shared/kernel/time';
import type { GivenOf } from '../bridge';
import { formatNumber, formatSpan, formatUsd } from '../format';
import { CommandRefusal } from '../ui/command-refusal';
import { Panel } from '../ui/panel';
import { useSend } from '../ui/use-send';
import { agentStrings } from './strings-agents';

const words = agentStrings.limits;

type Name = keyof Overrides;

/** How one limit is typed: the number in the field, what is kept of it, and how the general one is said. */
type Field = {
  readonly name: Name;
  readonly decimals: number;
  readonly min: number;
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
  const { agentId, overrides, generalLimits } = agent;
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
  const valueOf = ({ name, shown }: Field): number | string => {
    const edited = edits[name];
    if (edited !== undefined) return edited;
    const own = overrides[name];
    return own === undefined ? '' : shown(own);
  };
  return (
    <Panel title={words.title}>
      <form onSubmit={(event) => void submit(event)} aria-label={words.title}>
        <Stack gap={12}>
          {fields.map((field) => {
            const value = valueOf(field);
            const zero = (words.zero as Partial<Record<Name, string>>)[field.name];
            return (
              <NumberInput
                key={field.name}
                label={words[field.name]}
                description={`${words.general(field.general(generalLimits))}.${zero === undefined ? '' : ` ${zero}`}`}
                inputWrapperOrder={['label', 'input', 'description', 'error']}
                value={value}
                onChange={(next) => edit(field.name, next)}
                min={field.min}
                max={1_000_000}
                decimalScale={field.decimals}
                hideControls
                placeholder={words.follows}
                {...(value !== '' && {
                  rightSection: (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      size="sm"
                      aria-label={words.clear(words[field.name])}
                      onClick={() => edit(field.name, '')}
                    >
                      <IconX size={14} aria-hidden />
                    </ActionIcon>
                  ),
                })}
              />
            );
          })}
          <CommandRefusal refusal={refusal} />
          <Group gap={8}>
            <Button type="submit" size="sm" loading={isInFlight} disabled={!isDirty}>
              {words.save}
            </Button>
            {isDirty && (
              <Button
                size="sm"
                variant="default"
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

function changesOf(edits: Edits): Omit<GivenOf<'agent.setLimits'>, 'agentId'> {
  const changed = fields.flatMap(({ name, kept }) => {
    const value = edits[name];
    if (value === undefined) return [];
    return [[name, value === '' ? null : kept(Number(value))] as const];
  });
  return Object.fromEntries(changed);
}
