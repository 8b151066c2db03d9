import { Flex } from '@mantine/core';
import { IconEyeExclamation } from '@tabler/icons-react';
import { useState } from 'react';
import { Instant } from '../ui/deadline';
import { Notice } from '../ui/notice';
import { Panel } from '../ui/panel';
import ui from '../ui/ui.module.css';
import { AutomationActionButton } from './automation-action';
import type { WholeAutomation } from './automation-custody';
import { FindingItem } from './finding';
import { RunDialog } from './run-dialog';
import { automationStrings } from './strings-automations';

/** What was found, whether the operator is asked to look, and the button that says it has. */
export function AutomationReview({ whole }: { readonly whole: WholeAutomation }) {
  const { overview, record } = whole;
  const [openRunId, setOpenRunId] = useState<string>();
  const { detail } = automationStrings;
  const { reviewKind, runsSinceReview, healthFindings } = record;
  return (
    <Panel
      title={overview.marks.includes('review_required') ? detail.review : detail.findings}
      actions={
        overview.actions.includes('acknowledge') && (
          <AutomationActionButton action="acknowledge" automations={[overview]} button={{ variant: 'filled' }} />
        )
      }
    >
      {record.reviewRequired && reviewKind !== undefined && (
        <Notice tone="warning" icon={IconEyeExclamation}>
          <b>{automationStrings.reviewKind[reviewKind]}.</b>{' '}
          {reviewKind === 'run_drift' && automationStrings.runsSince(runsSinceReview)}{' '}
          {record.reviewRequestedAtMs !== undefined && (
            <span className={ui['dim']}>
              {automationStrings.asked} <Instant atMs={record.reviewRequestedAtMs} />
            </span>
          )}
        </Notice>
      )}
      {healthFindings.length === 0 ? (
        <p className={ui['dim']}>{detail.noFindings}</p>
      ) : (
        <Flex component="ul" direction="column" gap={12}>
          {healthFindings.map((finding) => (
            <FindingItem key={finding.findingId} finding={finding} onShowRun={setOpenRunId} />
          ))}
        </Flex>
      )}
      {record.healthLastCheckedAtMs !== undefined && (
        <p className={ui['dim']}>
          {detail.lastCheck} <Instant atMs={record.healthLastCheckedAtMs} />
        </p>
      )}
      {openRunId !== undefined && <RunDialog runId={openRunId} onClose={() => setOpenRunId(undefined)} />}
    </Panel>
  );
}
