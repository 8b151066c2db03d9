import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Grant } from '../../shared/contract/governance';
import { ActorName } from '../ui/actor-name';
import { AgentText } from '../ui/agent-text';
import { CommandDialog, ConfirmCommand } from '../ui/confirm';
import { Instant } from '../ui/deadline';
import { AgentLink } from '../ui/links';
import { Panel } from '../ui/panel';
import ui from '../ui/ui.module.css';
import type { WholeAutomation } from './automation-custody';
import classes from './automation-grants.module.css';
import { automationStrings } from './strings-automations';

const { grants: words } = automationStrings;

/** Who may change an automation besides its creator; gives and revokes grants. */
export function AutomationGrants({ whole }: { readonly whole: WholeAutomation }) {
  const { overview, grants } = whole;
  const [isRevokedShown, setRevokedShown] = useState(false);
  const [revoking, setRevoking] = useState<Grant>();
  const standing = grants.filter(({ revokedAtMs }) => revokedAtMs === undefined);
  const revoked = grants.filter(({ revokedAtMs }) => revokedAtMs !== undefined);
  const isChangeable = overview.deletion === undefined;
  return (
    <Panel title={words.title} actions={<GiveGrant automationId={overview.automationId} isOffered={isChangeable} />}>
      <p className={ui['hint']}>{standing.length === 0 ? words.none : words.detail}</p>
      <ul className={classes['grants']}>
        {[...standing, ...(isRevokedShown ? revoked : [])].map((grant) => (
          <GrantItem
            key={grant.grantId}
            grant={grant}
            isRevocable={isChangeable && grant.revokedAtMs === undefined}
            onRevoke={() => setRevoking(grant)}
          />
        ))}
      </ul>
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
    <li className={classes['grant']} data-revoked={revokedAtMs !== undefined}>
      <div className={classes['who']}>
        {grantedTo.kind === 'agent' ? <AgentLink agentId={agentId} /> : <ActorName actor={grantedTo} />}
        <span className={ui['hint']}>{capabilityKey === undefined ? words.to : words.capability(capabilityKey)}</span>
        {isRevocable && (
          <Button variant="default" size="compact-xs" aria-label={words.revokeNamed(agentId)} onClick={onRevoke}>
            {words.revoke}
          </Button>
        )}
      </div>
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
    </li>
  );
}
