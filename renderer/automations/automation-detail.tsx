import { Box, Flex, Stack } from '@mantine/core';
import type { AutomationAction } from '../../shared/contract/automation';
import { useAnswer } from '../state/use-answer';
import { AgentText } from '../ui/agent-text';
import { Loaded } from '../ui/list-view';
import { Notice } from '../ui/notice';
import { ViewPage } from '../ui/view-page';
import { AutomationActionButton } from './automation-action';
import { AutomationCustody, type WholeAutomation } from './automation-custody';
import { AutomationDefinition } from './automation-definition';
import classes from './automation-detail.module.css';
import { AutomationGrants } from './automation-grants';
import { AutomationMarks } from './automation-marks';
import { AutomationReview } from './automation-review';
import { AutomationRuns } from './automation-runs';
import { automationStrings } from './strings-automations';

/** Actions at the title; the review has its own. */
const titleActions: readonly AutomationAction[] = ['run', 'pause', 'resume', 'extend', 'retire', 'delete', 'restore'];

/** One automation: what it is, whose, how it fares, and what can be done with it. */
export function AutomationDetail({ automationId }: { readonly automationId: string }) {
  const answer = useAnswer('automation.whole', { automationId }, ['automations', 'runs', 'limits']);
  const overview = answer.value?.overview;
  return (
    <ViewPage
      isDetail
      title={<AgentText text={overview?.name ?? automationId} />}
      subtitle={
        <Flex component="span" display="inline-flex" wrap="wrap" align="center" gap="2px 14px">
          {overview !== undefined && <AutomationMarks {...overview} />}
          <Box component="span" ff="monospace" fz="xs">
            <AgentText text={automationId} />
          </Box>
        </Flex>
      }
      actions={titleActions
        .filter((action) => overview?.actions.includes(action))
        .map((action) => (
          <AutomationActionButton key={action} action={action} automations={overview === undefined ? [] : [overview]} />
        ))}
    >
      <Loaded answer={answer} height={320}>
        {(whole) => <Whole whole={whole} />}
      </Loaded>
    </ViewPage>
  );
}

function Whole({ whole }: { readonly whole: WholeAutomation }) {
  return (
    <div className={classes['page']}>
      {whole.runBlock !== null && (
        <Notice tone="plain">
          <b>{automationStrings.detail.cannotRun}</b> {whole.runBlock}
        </Notice>
      )}
      <div className={classes['columns']}>
        <Stack gap={16}>
          <AutomationReview whole={whole} />
          <AutomationRuns automationId={whole.overview.automationId} />
          <AutomationDefinition automation={whole.automation} />
        </Stack>
        <aside className={classes['side']}>
          <AutomationCustody whole={whole} />
          <AutomationGrants whole={whole} />
        </aside>
      </div>
    </div>
  );
}
