import { Box, Button, Text, UnstyledButton, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import type { RunSummary } from '../../shared/contract/run';
import { formatCompact, formatNumber } from '../format';
import { usePages } from '../state/use-pages';
import { AgentText } from '../ui/agent-text';
import { Distance } from '../ui/deadline';
import { Loaded } from '../ui/list-view';
import { Panel } from '../ui/panel';
import { SmallTable } from '../ui/small-table';
import { RunDialog } from './run-dialog';
import { Cost, Took } from './run-figures';
import { RunMark } from './run-mark';
import { runStrings } from './strings-runs';

/** Runs that one page has. */
const PAGE_SIZE = 20;

const { columns: headers } = runStrings;

const columns = [
  {
    header: headers.status,
    cell: ({ status, runId }: RunSummary) => (
      <UnstyledButton display="inline-flex">
        <RunMark status={status} />
        <VisuallyHidden>{runStrings.open(runId)}</VisuallyHidden>
      </UnstyledButton>
    ),
  },
  { header: headers.stop, cell: (run: RunSummary) => <Why run={run} /> },
  {
    header: headers.started,
    cell: ({ startedAtMs, createdAtMs }: RunSummary) => <Distance atMs={startedAtMs ?? createdAtMs} />,
  },
  { header: headers.duration, isNumber: true, cell: (run: RunSummary) => <Took run={run} /> },
  {
    header: headers.tokens,
    isNumber: true,
    cell: ({ totalTokens }: RunSummary) =>
      totalTokens === 0 ? '–' : <span title={formatNumber(totalTokens)}>{formatCompact(totalTokens)}</span>,
  },
  { header: headers.cost, isNumber: true, cell: ({ costNanos }: RunSummary) => <Cost costNanos={costNanos} /> },
];

/** The runs of an automation, the newest first, page by page; each opens whole. */
export function AutomationRuns({ automationId }: { readonly automationId: string }) {
  const pages = usePages('runs.summaries', { automationId, limit: PAGE_SIZE }, ['runs'], 'runs');
  const [openRunId, setOpenRunId] = useState<string>();
  return (
    <Panel title={runStrings.title}>
      <Loaded answer={{ ...pages, value: pages.rows }} height={56}>
        {(rows) =>
          rows.length === 0 ? (
            <Text c="dimmed">{runStrings.none}</Text>
          ) : (
            <SmallTable
              label={runStrings.label}
              columns={columns}
              rows={rows}
              keyOf={({ runId }) => runId}
              onOpen={({ runId }) => setOpenRunId(runId)}
              isFramed={false}
            />
          )
        }
      </Loaded>
      {pages.hasMore && (
        <div>
          <Button variant="default" size="compact-sm" onClick={pages.loadMore}>
            {runStrings.more}
          </Button>
        </div>
      )}
      {openRunId !== undefined && <RunDialog runId={openRunId} onClose={() => setOpenRunId(undefined)} />}
    </Panel>
  );
}

function Why({ run: { stopKind, stopReason, detail } }: { readonly run: RunSummary }) {
  const why = stopReason ?? detail;
  return (
    <Box c="dimmed" style={{ overflowWrap: 'anywhere' }}>
      {stopKind !== undefined && runStrings.stopKind[stopKind]}
      {stopKind !== undefined && why !== undefined && ': '}
      {why !== undefined && <AgentText text={why} />}
    </Box>
  );
}
