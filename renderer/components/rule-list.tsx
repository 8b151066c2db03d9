import { Button, SegmentedControl, Skeleton } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { useState } from 'react';
import type { ToolRule } from '../../shared/tool-rule';
import { visibleLine } from '../../shared/visible-text';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { useNow } from '../state/use-now';
import { usePages } from '../state/use-pages';
import { ruleStrings } from '../strings-rules';
import { ConfirmCommand } from './confirm-command';
import { EmptyState } from './empty-state';
import { AgentLink } from './links';
import { LoadRefusal } from './load-refusal';
import classes from './rule-list.module.css';
import { RuleWords } from './rule-words';
import { type SmallColumn, SmallTable } from './small-table';
import { When } from './when';

const words = ruleStrings.list;
const rulesOf = (answer: AnswerOf<'toolRules.list'>) => answer.toolRules;

const ruleColumn: SmallColumn<ToolRule> = {
  key: 'rule',
  header: words.columns.rule,
  cell: (rule) => <RuleWords rule={rule} />,
};
const agentColumn: SmallColumn<ToolRule> = {
  key: 'agent',
  header: words.columns.agent,
  cell: ({ agentId }) => (
    <span className={classes['line']}>
      <AgentLink agentId={agentId} />
    </span>
  ),
};
const otherColumns: readonly SmallColumn<ToolRule>[] = [
  { key: 'uses', header: words.columns.uses, cell: ({ useCount }) => formatNumber(useCount), isNumber: true },
  {
    key: 'last',
    header: words.columns.last,
    cell: ({ lastUsedAtMs }) => (
      <span className={classes['line']}>{lastUsedAtMs === undefined ? words.never : <When atMs={lastUsedAtMs} />}</span>
    ),
  },
  {
    key: 'until',
    header: words.columns.until,
    cell: (rule) => (
      <span className={classes['line']}>
        <Until rule={rule} />
      </span>
    ),
  },
  { key: 'action', header: words.columns.action, cell: (rule) => <Revoke rule={rule} /> },
];

/** The standing rules of one agent, or of all: what each covers, how often it was used, until when, and its end. */
export function RuleList({ agentId }: { readonly agentId?: string }) {
  const [state, setState] = useState<'live' | 'over'>('live');
  const input = { state, ...(agentId !== undefined && { agentId }) };
  const pages = usePages('toolRules.list', input, ['rules'], rulesOf);
  return (
    <div className={classes['list']}>
      <p className={classes['what']}>{ruleStrings.what}</p>
      {agentId !== undefined && <Parents agentId={agentId} />}
      <SegmentedControl
        size="xs"
        aria-label={words.state}
        value={state}
        onChange={(chosen) => setState(chosen === 'over' ? 'over' : 'live')}
        data={[
          { value: 'live', label: words.live },
          { value: 'over', label: words.past },
        ]}
      />
      <LoadRefusal refusal={pages.refusal} onTryAgain={pages.reload} />
      {pages.rows === undefined && pages.refusal === undefined && <Skeleton height={90} />}
      {pages.rows?.length === 0 && (
        <EmptyState icon={IconShieldCheck} title={state === 'live' ? words.none.title : words.noneOver.title}>
          {state === 'live' ? words.none.words : words.noneOver.words}
        </EmptyState>
      )}
      {pages.rows !== undefined && pages.rows.length > 0 && (
        <SmallTable
          label={words.label}
          columns={[ruleColumn, ...(agentId === undefined ? [agentColumn] : []), ...otherColumns]}
          rows={pages.rows}
          keyOf={({ ruleId }) => ruleId}
        />
      )}
      {pages.hasMore && (
        <Button size="compact-sm" variant="default" className={classes['more'] ?? ''} onClick={pages.loadMore}>
          {words.loadMore}
        </Button>
      )}
    </div>
  );
}

/** The agents whose rules hold for a sub-agent too. */
function Parents({ agentId }: { readonly agentId: string }) {
  const parts = agentId.split('/');
  if (parts.length === 1) return null;
  return (
    <p className={classes['what']}>
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
  const now = useNow(10_000);
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
  const now = useNow(10_000);
  const isLive = revokedAtMs === undefined && (expiresAtMs === undefined || expiresAtMs > now);
  const { label, labelOf, title, words: effect, reason: reasonLabel } = ruleStrings.revoke;
  return (
    <ConfirmCommand
      label={label}
      button={{ 'aria-label': labelOf(visibleLine(toolName, 60)) }}
      isOffered={isLive}
      command="toolRule.revoke"
      input={(reason) => ({ ruleId, ...(reason !== '' && { reason }) })}
      title={title}
      reasonLabel={reasonLabel}
      isDestructive
    >
      <p>{effect}</p>
    </ConfirmCommand>
  );
}
