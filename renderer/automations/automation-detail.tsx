import { Box, Button, Flex, Group, Stack, TextInput } from '@mantine/core';
import { IconEyeExclamation } from '@tabler/icons-react';
import { useState } from 'react';
import type { AutomationAction } from '../../shared/contract/automation';
import type { Finding, Grant } from '../../shared/contract/governance';
import type { Actor } from '../../shared/kernel/actor';
import { readableJson } from '../act/act';
import { ExactText } from '../act/exact-text';
import type { AnswerOf } from '../bridge';
import { useAnswer } from '../state/answers';
import { CommandDialog, ConfirmCommand } from '../ui/confirm';
import { Loaded } from '../ui/list-view';
import { ActorName, AgentLink, AgentText, Name } from '../ui/names';
import { Notice } from '../ui/notice';
import { Facts, Panel, ViewPage } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import { AutomationActionButton } from './automation-actions';
import { AutomationDefinition } from './automation-definition';
import { AutomationMarks, SeverityMark } from './automation-marks';
import { AutomationRuns, RunDialog } from './automation-runs';
import classes from './automations.module.css';
import { automationStrings, evidenceWords } from './strings-automations';

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
        <Flex component="aside" direction="column" gap={16} miw={0}>
          <AutomationCustody whole={whole} />
          <AutomationGrants whole={whole} />
        </Flex>
      </div>
    </div>
  );
}

/** What was found, whether the operator is asked to look, and the button that says it has. */
function AutomationReview({ whole }: { readonly whole: WholeAutomation }) {
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

type Props = {
  readonly finding: Finding;
  /** Opens the newest run that was counted; without it no run is offered. */
  readonly onShowRun?: (runId: string) => void;
};

/** Something that a check found: how severe, what, its detail and evidence, and since when. */
function FindingItem({ finding, onShowRun }: Props) {
  const { severity, summary, detail, evidence, observedAtMs, automationRunId } = finding;
  const words = evidenceWords(evidence);
  return (
    <Flex component="li" direction="column" gap={3}>
      <Group gap="2px 10px">
        <SeverityMark severity={severity} />
        <Name text={sentenceCase(summary)} />
      </Group>
      {detail !== undefined && (
        <p>
          <AgentText text={`${sentenceCase(detail)}.`} />
        </p>
      )}
      {words !== undefined && (
        <p>
          <AgentText text={words} />
        </p>
      )}
      {words === undefined && evidence !== undefined && (
        <ExactText text={readableJson(evidence)} label={automationStrings.evidence} />
      )}
      <Group gap="2px 10px" c="dimmed" fz="xs">
        <span>
          {automationStrings.observed} <Instant atMs={observedAtMs} />
        </span>
        {automationRunId !== undefined && onShowRun !== undefined && (
          <Button variant="subtle" size="compact-xs" onClick={() => onShowRun(automationRunId)}>
            {automationStrings.showRun}
          </Button>
        )}
      </Group>
    </Flex>
  );
}

/** With a capital letter at its beginning: the checks write their summaries without. */
export function sentenceCase(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** One automation as its page shows it. */
type WholeAutomation = AnswerOf<'automation.whole'>;

const { detail } = automationStrings;

/** Whose an automation is: creator, root and ancestors, its dates, and what it may do beyond running. */
function AutomationCustody({ whole }: { readonly whole: WholeAutomation }) {
  const { record, overview } = whole;
  const { creator, rootActor, ancestorChain, depth, requestSource } = record.provenance;
  const { createsAgents, modifiesGrants } = record.declaredCapabilities;
  const { deletion } = overview;
  const capabilities = [
    ...(createsAgents ? [detail.createsAgents] : []),
    ...(modifiesGrants ? [detail.modifiesGrants] : []),
  ];
  return (
    <Panel title={detail.custody}>
      <Facts
        facts={[
          [detail.creator, <ActorLink key="creator" actor={creator} />],
          [detail.root, <ActorLink key="root" actor={rootActor} />],
          [detail.lineage, <Ancestors key="lineage" actors={ancestorChain.map(({ actor }) => actor)} />],
          [detail.depth, depth],
          [detail.source, requestSource === undefined ? undefined : <AgentText key="source" text={requestSource} />],
          [detail.created, <Instant key="created" atMs={record.createdAtMs} />],
          [detail.updated, <Instant key="updated" atMs={whole.automation.updatedAtMs} />],
          [detail.expires, instantOr(record.expiresAtMs, automationStrings.neverExpires)],
          [detail.expired, instantOr(record.expiredAtMs, undefined)],
          [
            detail.retired,
            record.retiredAtMs === undefined ? undefined : (
              <span key="retired">
                <Instant atMs={record.retiredAtMs} />
                {record.retireReason !== undefined && (
                  <Box component="span" display="block" c="dimmed">
                    <AgentText text={record.retireReason} />
                  </Box>
                )}
              </span>
            ),
          ],
          [
            detail.deleted,
            deletion === undefined ? undefined : (
              <span key="deleted">
                <Instant atMs={deletion.deletedAtMs} /> {detail.by} <ActorLink actor={deletion.deletedBy} />
              </span>
            ),
          ],
          [detail.restoreUntil, instantOr(deletion?.restoreUntilMs, undefined)],
          [detail.lastReviewed, instantOr(record.lastReviewedAtMs, detail.never)],
          [detail.runsSinceReview, record.runsSinceReview],
          [detail.capabilities, capabilities.length === 0 ? detail.noCapabilities : capabilities.join(', ')],
        ]}
      />
    </Panel>
  );
}

function instantOr(atMs: number | undefined, otherwise: string | undefined) {
  return atMs === undefined ? otherwise : <Instant atMs={atMs} />;
}

/** Who someone is; an agent leads to its page. */
function ActorLink({ actor }: { readonly actor: Actor }) {
  return actor.kind === 'agent' && actor.actorId !== undefined ? (
    <AgentLink agentId={actor.actorId} />
  ) : (
    <ActorName actor={actor} />
  );
}

function Ancestors({ actors }: { readonly actors: readonly Actor[] }) {
  if (actors.length === 0) return detail.noAncestors;
  return (
    <ol className={classes['ancestors']} aria-label={detail.lineageOrder}>
      {actors.map((actor, index) => (
        <li key={index}>
          <ActorLink actor={actor} />
        </li>
      ))}
    </ol>
  );
}

const { grants: words } = automationStrings;

/** Who may change an automation besides its creator; gives and revokes grants. */
function AutomationGrants({ whole }: { readonly whole: WholeAutomation }) {
  const { overview, grants } = whole;
  const [isRevokedShown, setRevokedShown] = useState(false);
  const [revoking, setRevoking] = useState<Grant>();
  const standing = grants.filter(({ revokedAtMs }) => revokedAtMs === undefined);
  const revoked = grants.filter(({ revokedAtMs }) => revokedAtMs !== undefined);
  const shown = [...standing, ...(isRevokedShown ? revoked : [])];
  const isChangeable = overview.deletion === undefined;
  return (
    <Panel title={words.title} actions={<GiveGrant automationId={overview.automationId} isOffered={isChangeable} />}>
      <p className={ui['hint']}>{standing.length === 0 ? words.none : words.detail}</p>
      {shown.length > 0 && (
        <Flex component="ul" direction="column" gap={10}>
          {shown.map((grant) => (
            <GrantItem
              key={grant.grantId}
              grant={grant}
              isRevocable={isChangeable && grant.revokedAtMs === undefined}
              onRevoke={() => setRevoking(grant)}
            />
          ))}
        </Flex>
      )}
      {/* Above the items: it outlives the one that is revoked elsewhere. */}
      {revoking !== undefined && (
        <CommandDialog
          onClose={() => setRevoking(undefined)}
          label={words.revoke}
          command="grant.revoke"
          title={words.revokeTitle}
          input={{ automationId: overview.automationId, grantId: revoking.grantId }}
          reasonLabel={words.reason}
          color="red"
        >
          <p>{words.revokeWords(overview.runsUnderWay)}</p>
        </CommandDialog>
      )}
      {revoked.length > 0 && (
        <div>
          <Button variant="subtle" size="compact-xs" onClick={() => setRevokedShown(!isRevokedShown)}>
            {isRevokedShown ? words.hideRevoked : words.showRevoked(revoked.length)}
          </Button>
        </div>
      )}
    </Panel>
  );
}

function GiveGrant({ automationId, isOffered }: { readonly automationId: string; readonly isOffered: boolean }) {
  const [agentId, setAgentId] = useState('');
  return (
    <ConfirmCommand
      isOffered={isOffered}
      label={words.give}
      command="grant.create"
      title={words.giveTitle}
      input={{ automationId, grantedToAgentId: agentId.trim() }}
      reasonLabel={words.reason}
      isReady={agentId.trim() !== ''}
      onDone={() => setAgentId('')}
    >
      <p>{words.giveWords}</p>
      <TextInput
        label={words.agentId}
        value={agentId}
        onChange={(event) => setAgentId(event.currentTarget.value)}
        maxLength={200}
        data-autofocus
        required
      />
    </ConfirmCommand>
  );
}

type ItemProps = { readonly grant: Grant; readonly isRevocable: boolean; readonly onRevoke: () => void };

function GrantItem({ grant, isRevocable, onRevoke }: ItemProps) {
  const { grantedTo, capabilityKey, createdAtMs, reason, revokedAtMs, revokeReason } = grant;
  const agentId = grantedTo.actorId ?? '';
  return (
    <Flex component="li" direction="column" gap={2}>
      <Group gap="4px 8px" td={revokedAtMs === undefined ? undefined : 'line-through'}>
        {grantedTo.kind === 'agent' ? <AgentLink agentId={agentId} /> : <ActorName actor={grantedTo} />}
        <span className={ui['hint']}>{capabilityKey === undefined ? words.to : words.capability(capabilityKey)}</span>
        {isRevocable && (
          <Button ml="auto" size="compact-xs" aria-label={words.revokeNamed(agentId)} onClick={onRevoke}>
            {words.revoke}
          </Button>
        )}
      </Group>
      {reason !== undefined && (
        <p>
          <AgentText text={reason} />
        </p>
      )}
      <p className={ui['hint']}>
        {words.given} <Instant atMs={createdAtMs} />
      </p>
      {revokedAtMs !== undefined && (
        <p className={ui['hint']}>
          {words.revoked} <Instant atMs={revokedAtMs} />{' '}
          {revokeReason !== undefined && <AgentText text={revokeReason} />}
        </p>
      )}
    </Flex>
  );
}
