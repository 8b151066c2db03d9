import { Skeleton } from '@mantine/core';
import { IconInfoCircle } from '@tabler/icons-react';
import type { AutomationAction } from '../../shared/automation-overview';
import type { AnswerOf } from '../bridge';
import { useAnswer } from '../state/use-answer';
import { strings } from '../strings';
import { automationStrings } from '../strings-automations';
import { AgentText } from './agent-text';
import { AutomationActionButton } from './automation-action';
import { AutomationCustody } from './automation-custody';
import { AutomationDefinition } from './automation-definition';
import classes from './automation-detail.module.css';
import { AutomationGrants } from './automation-grants';
import { AutomationMarks } from './automation-marks';
import { AutomationReview } from './automation-review';
import { AutomationRuns } from './automation-runs';
import { LoadRefusal } from './load-refusal';
import { Notice } from './notice';
import { ViewPage } from './view-page';

/** One automation as the detail shows it. */
export type WholeAutomation = AnswerOf<'automation.whole'>;

/** Actions at the title; the review has its own. */
const titleActions: readonly AutomationAction[] = ['run', 'pause', 'resume', 'extend', 'retire', 'delete', 'restore'];

/** One automation: what it is, whose, how it fares, and what can be done with it. */
export function AutomationDetail({ automationId }: { readonly automationId: string }) {
  const { value, refusal, reload } = useAnswer('automation.whole', { automationId }, ['automations', 'runs', 'limits']);
  if (value === undefined) {
    return (
      <ViewPage isDetail title={<AgentText text={automationId} />}>
        <LoadRefusal refusal={refusal} onTryAgain={reload} />
        {refusal === undefined && <DetailSkeleton />}
      </ViewPage>
    );
  }
  const { overview, runBlock } = value;
  return (
    <ViewPage
      isDetail
      title={<AgentText text={overview.name} />}
      subtitle={
        <span className={classes['subtitle']}>
          <AutomationMarks {...overview} />
          <span className={classes['id']}>
            <AgentText text={automationId} />
          </span>
        </span>
      }
      actions={titleActions
        .filter((action) => overview.actions.includes(action))
        .map((action) => <AutomationActionButton key={action} action={action} automations={[overview]} />)}
    >
      <div className={classes['page']}>
        <LoadRefusal refusal={refusal} onTryAgain={reload} />
        {runBlock !== null && (
          <Notice tone="plain" icon={IconInfoCircle}>
            <b>{automationStrings.detail.cannotRun}</b> {runBlock}
          </Notice>
        )}
        <div className={classes['columns']}>
          <div className={classes['main']}>
            <AutomationReview whole={value} />
            <AutomationRuns automationId={automationId} />
            <AutomationDefinition automation={value.automation} />
          </div>
          <aside className={classes['side']}>
            <AutomationCustody whole={value} />
            <AutomationGrants whole={value} />
          </aside>
        </div>
      </div>
    </ViewPage>
  );
}

function DetailSkeleton() {
  return (
    <div className={classes['columns']} role="status" aria-busy="true" aria-label={strings.answer.loading}>
      <div className={classes['main']}>
        <Skeleton height={90} />
        <Skeleton height={220} />
      </div>
      <div className={classes['side']}>
        <Skeleton height={260} />
      </div>
    </div>
  );
}
