import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { Grant } from '../../shared/governance';
import { automationStrings } from '../strings-automations';
import { ActorName } from './actor-name';
import { AgentText } from './agent-text';
import type { WholeAutomation } from './automation-detail';
import classes from './automation-grants.module.css';
import { ConfirmCommand } from './confirm-command';
import { Instant } from './deadline';
import { AgentLink } from './links';
import { Panel } from './panel';

const { grants: words } = automationStrings;

/** Who may change an automation besides its creator; gives and revokes grants. */
export function AutomationGrants({ whole }: { readonly whole: WholeAutomation }) {
  const { overview, grants } = whole;
  const [isRevokedShown, setRevokedShown] = useState(false);
  const standing = grants.filter(({ revokedAtMs }) => revokedAtMs === undefined);
  const revoked = grants.filter(({ revokedAtMs }) => revokedAtMs !== undefined);
  const isChangeable = overview.deletion === undefined;
  return (
    <Panel title={words.title} actions={isChangeable && <GiveGrant automationId={overview.automationId} />}>
      <p className={classes['dim']}>{standing.length === 0 ? words.none : words.detail}</p>
      <ul className={classes['grants']}>
        {[...standing, ...(isRevokedShown ? revoked : [])].map((grant) => (
          <GrantItem
            key={grant.grantId}
            grant={grant}
            runsUnderWay={overview.runsUnderWay}
            isRevocable={isChangeable && grant.revokedAtMs === undefined}
          />
        ))}
      </ul>
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

function GiveGrant({ automationId }: { readonly automationId: string }) {
  const [agentId, setAgentId] = useState('');
  return (
    <ConfirmCommand
      label={words.give}
      command="grant.create"
      title={words.giveTitle}
      input={(reason) => ({
        automationId,
        grantedToAgentId: agentId.trim(),
        ...(reason !== '' && { reason }),
      })}
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

type ItemProps = { readonly grant: Grant; readonly runsUnderWay: number; readonly isRevocable: boolean };

function GrantItem({ grant, runsUnderWay, isRevocable }: ItemProps) {
  const { automationId, grantId, grantedTo, capabilityKey, createdAtMs, reason, revokedAtMs, revokeReason } = grant;
  const agentId = grantedTo.actorId ?? '';
  return (
    <li className={classes['grant']} data-revoked={revokedAtMs !== undefined}>
      <div className={classes['who']}>
        {grantedTo.kind === 'agent' ? <AgentLink agentId={agentId} /> : <ActorName actor={grantedTo} />}
        <span className={classes['dim']}>
          {capabilityKey === undefined ? words.to : words.capability(capabilityKey)}
        </span>
        {isRevocable && (
          <ConfirmCommand
            label={words.revoke}
            command="grant.revoke"
            title={words.revokeTitle}
            input={(why) => ({ automationId, grantId, ...(why !== '' && { reason: why }) })}
            reasonLabel={words.reason}
            isDestructive
            button={{ size: 'compact-xs', 'aria-label': words.revokeNamed(agentId) }}
          >
            <p>{words.revokeWords(runsUnderWay)}</p>
          </ConfirmCommand>
        )}
      </div>
      {reason !== undefined && (
        <p>
          <AgentText text={reason} />
        </p>
      )}
      <p className={classes['dim']}>
        {words.given} <Instant atMs={createdAtMs} />
      </p>
      {revokedAtMs !== undefined && (
        <p className={classes['dim']}>
          {words.revoked} <Instant atMs={revokedAtMs} />{' '}
          {revokeReason !== undefined && <AgentText text={revokeReason} />}
        </p>
      )}
    </li>
  );
}
