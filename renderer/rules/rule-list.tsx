import { Button, SegmentedControl, Stack } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import { engineNames } from '../../shared/contract/engine';
import type { ToolRule } from '../../shared/contract/tool-rule';
import { visibleLine } from '../../shared/kernel/visible-text';
import { formatNumber } from '../format';
import { usePages } from '../state/answers';
import { ConfirmCommand } from '../ui/confirm';
import { Loaded } from '../ui/list-view';
import { AgentLink } from '../ui/names';
import { EmptyState } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { type Column } from '../ui/table';
import { useNow, When } from '../ui/times';
import ui from '../ui/ui.module.css';
import { RuleWords } from './rule-words';
import { ruleStrings } from './strings-rules';

const words = ruleStrings.list;

const ruleColumn: Column<ToolRule> = {
  header: words.columns.rule,
  cell: (rule) => <RuleWords rule={rule} />,
};
const agentColumn: Column<ToolRule> = {
  header: words.columns.agent,
  cell: ({ agentId, engine }) => (
    <span className={ui['line']}>
      {agentId === undefined ? words.anyone(engine && engineNames[engine]) : <AgentLink agentId={agentId} />}
    </span>
  ),
};
const otherColumns: readonly Column<ToolRule>[] = [
  { header: words.columns.uses, cell: ({ useCount }) => formatNumber(useCount), isNumber: true },
  {
    header: words.columns.last,
    cell: ({ lastUsedAtMs }) => (
      <span className={ui['line']}>{lastUsedAtMs === undefined ? words.never : <When atMs={lastUsedAtMs} />}</span>
    ),
  },
  {
    header: words.columns.until,
    cell: (rule) => (
      <span className={ui['line']}>
        <Until rule={rule} />
      </span>
    ),
  },
  { header: words.columns.action, cell: (rule) => <Revoke rule={rule} /> },
];

/** The standing rules of one agent, or of all: what each covers, how often it was used, until when, and its end. */
export function RuleList({ agentId }: { readonly agentId?: string }) {
  const [state, setState] = useState<'live' | 'over'>('live');
  const input = { state, ...(agentId !== undefined && { agentId }) };
  const pages = usePages('toolRules.list', input, ['rules'], 'toolRules');
  return (
    <Stack gap={10} w="100%">
      <p className={ui['hint']}>{ruleStrings.what}</p>
      {agentId !== undefined && <Parents agentId={agentId} />}
      <SegmentedControl
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        aria-label={words.state}
        value={state}
        onChange={(chosen) => setState(chosen === 'over' ? 'over' : 'live')}
        data={[
          { value: 'live', label: words.live },
          { value: 'over', label: words.past },
        ]}
      />
      <Loaded answer={{ ...pages, value: pages.rows }} height={90}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState icon={IconShieldCheck} {...(state === 'live' ? words.none : words.noneOver)} />
          ) : (
            <SmallTable
              label={words.label}
              columns={[ruleColumn, ...(agentId === undefined ? [agentColumn] : []), ...otherColumns]}
              rows={rows}
              keyOf={({ ruleId }) => ruleId}
            />
          )
        }
      </Loaded>
      {pages.hasMore && (
        <Button style={{ alignSelf: 'flex-start' }} onClick={pages.loadMore}>
          {words.loadMore}
        </Button>
      )}
    </Stack>
  );
}

/** The agents whose rules hold for a sub-agent too. */
function Parents({ agentId }: { readonly agentId: string }) {
  const parts = agentId.split('/');
  if (parts.length === 1) return null;
  return (
    <p className={ui['hint']}>
      {words.parents}{' '}
      {parts.slice(0, -1).map((_part, index) => {
        const parentId = parts.slice(0, index + 1).join('/');
        return (
          <span key={parentId}>
            <AgentLink agentId={parentId} />{' '}
          </span>
        );
      })}
    </p>
  );
}

function Until({ rule: { revokedAtMs, expiresAtMs } }: { readonly rule: ToolRule }) {
  const now = useNow(15_000);
  if (revokedAtMs !== undefined) {
    return (
      <>
        {words.revoked} <When atMs={revokedAtMs} />
      </>
    );
  }
  if (expiresAtMs === undefined) return words.untilRevoked;
  return (
    <>
      {expiresAtMs <= now && `${words.over} `}
      <When atMs={expiresAtMs} />
    </>
  );
}

function Revoke({ rule: { ruleId, toolName, revokedAtMs, expiresAtMs } }: { readonly rule: ToolRule }) {
  const now = useNow(15_000);
  const isLive = revokedAtMs === undefined && (expiresAtMs === undefined || expiresAtMs > now);
  const { label, labelOf, title, words: effect, reason: reasonLabel } = ruleStrings.revoke;
  return (
    <ConfirmCommand
      label={label}
      button={{ 'aria-label': labelOf(visibleLine(toolName ?? words.anyTool, 60)) }}
      isOffered={isLive}
      command="toolRule.revoke"
      input={{ ruleId }}
      title={title}
      reasonLabel={reasonLabel}
      color="red"
    >
      <p>{effect}</p>
    </ConfirmCommand>
  );
}
