import { Group, NativeSelect, NumberInput, SegmentedControl, Text, TextInput } from '@mantine/core';
import type { Approval } from '../../shared/contract/approval';
import { nanosOfUsd } from '../../shared/kernel/money';
import { formatInstant, formatUsd } from '../format';
import { useAnswer } from '../state/answers';
import { useDesk, useDeskParts } from '../state/desk-context';
import { termsOf } from '../state/desk-store';
import { areTermsReady, runOf, type Terms, type TermsKind, termsKindOf, type Until } from '../state/terms';
import { useNow, useNowNear } from '../ui/times';
import { Sentence } from './request-marks';
import { queueStrings } from './strings-queue';

const words = queueStrings.terms;

/** The choices of time for each kind of terms, after "as asked". */
const choices = {
  standing: ['hour', 'today', 'sevenDays', 'custom'],
  quota: ['week', 'hour', 'today', 'sevenDays', 'custom'],
  retirement: ['sevenDays', 'thirtyDays', 'ninetyDays', 'custom'],
} as const satisfies Record<Exclude<TermsKind, 'none'>, readonly Until[]>;

const caps = ['lift', 'run', 'raise'] as const;

const labels = { standing: words.standsUntil, quota: words.liftUntil, retirement: words.extendUntil } as const;

/** Whether the request can be approved on the terms that are set, as of now. */
export function useAreTermsReady(approval: Approval): boolean {
  const terms = useDesk((state) => termsOf(state, approval.approvalId));
  return areTermsReady(termsKindOf(approval), terms, useNowNear(terms.customAtMs ?? 0));
}

type Props = {
  readonly approval: Approval;
  readonly kind: Exclude<TermsKind, 'none'>;
  readonly isOff: boolean;
};

/** On what terms the request is approved: until when, or which cap takes the place of a lifted one. */
export function ApprovalTermsFields({ approval, kind, isOff }: Props) {
  const { actions } = useDeskParts();
  const { approvalId } = approval;
  const terms = useDesk((state) => termsOf(state, approvalId));
  const now = useNow(60_000);
  const runId = runOf(approval);
  const change = (changes: Partial<Terms>) => actions.setTerms(approvalId, { ...terms, ...changes });
  const asAsked = kind === 'retirement' ? words.usual : words.asAsked(formatInstant(approval.expiresAtMs, now));
  return (
    <Group gap="8px 12px" align="flex-end">
      {kind === 'quota' && (
        <SegmentedControl
          size="xs"
          aria-label={words.quotaMode}
          value={terms.cap}
          onChange={(cap) => change({ cap: caps.find((one) => one === cap) ?? 'lift' })}
          disabled={isOff}
          data={[
            { value: 'lift', label: words.lift },
            ...(runId === undefined ? [] : [{ value: 'run', label: words.runOnly }]),
            { value: 'raise', label: words.raise },
          ]}
        />
      )}
      {kind === 'quota' && terms.cap === 'raise' && (
        <NewCap approval={approval} terms={terms} isOff={isOff} onChange={change} />
      )}
      {kind === 'quota' && terms.cap === 'run' && runId !== undefined && (
        <Text size="xs" c="dimmed">
          <Sentence template={words.runOnlyDetail} slots={{ run: runId }} />
        </Text>
      )}
      {(kind !== 'quota' || terms.cap === 'lift') && (
        <>
          <NativeSelect
            size="xs"
            label={labels[kind]}
            value={terms.until}
            disabled={isOff}
            onChange={({ currentTarget: { value } }) =>
              change({ until: choices[kind].find((choice) => choice === value) ?? 'asAsked' })
            }
            data={[
              { value: 'asAsked', label: asAsked },
              ...choices[kind].map((value) => ({ value, label: words.until[value] })),
            ]}
          />
          {terms.until === 'custom' && <CustomTime terms={terms} isOff={isOff} onChange={change} />}
        </>
      )}
    </Group>
  );
}

type FieldProps = {
  readonly terms: Terms;
  readonly isOff: boolean;
  readonly onChange: (changes: Partial<Terms>) => void;
};

function CustomTime({ terms, isOff, onChange }: FieldProps) {
  const now = useNowNear(terms.customAtMs ?? 0);
  const isWrong = terms.customAtMs === undefined || terms.customAtMs <= now;
  return (
    <TextInput
      size="xs"
      type="datetime-local"
      label={words.custom}
      disabled={isOff}
      error={isWrong ? words.customProblem : undefined}
      onChange={({ currentTarget: { value } }) => {
        const atMs = new Date(value).getTime();
        onChange(Number.isNaN(atMs) ? { customAtMs: undefined } : { customAtMs: atMs });
      }}
    />
  );
}

function NewCap({ approval, terms, isOff, onChange }: FieldProps & { readonly approval: Approval }) {
  const { value } = useAnswer('approvals.facts', { approvalId: approval.approvalId }, ['spend', 'limits']);
  const capNow = value?.weeklyCapNanos;
  const isWrong = terms.capNanos === undefined || terms.capNanos <= 0;
  return (
    <NumberInput
      size="xs"
      label={capNow === undefined ? words.cap : `${words.cap} (${words.capNow(formatUsd(capNow))})`}
      description={words.capDetail}
      prefix="$"
      min={0}
      max={1_000_000}
      decimalScale={2}
      hideControls
      disabled={isOff}
      error={isWrong ? words.capProblem : undefined}
      onChange={(typed) => {
        const usd = typeof typed === 'number' ? typed : Number.NaN;
        onChange({ capNanos: Number.isNaN(usd) ? undefined : nanosOfUsd(usd) });
      }}
    />
  );
}
