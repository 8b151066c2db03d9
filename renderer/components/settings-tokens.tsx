import { Button, Skeleton } from '@mantine/core';
import { useState } from 'react';
import type { Refusal } from '../../shared/errors';
import type { Token } from '../../shared/token';
import { visibleLine } from '../../shared/visible-text';
import { formatInstant, formatWholeInstant } from '../format';
import { useDeskParts } from '../state/desk-context';
import { useNow } from '../state/use-now';
import type { Tokens } from '../state/use-tokens';
import { settingsStrings, tokenKindNames } from '../strings-settings';
import { AgentText } from './agent-text';
import { LoadRefusal } from './load-refusal';
import { Failure, SettingsSection } from './settings-section';
import classes from './settings-tokens.module.css';

const words = settingsStrings.tokens;

/** Every token there is: whose, since when, last used when; revoked ones on demand. */
export function TokenSettings({ tokens, refusal, reload }: Tokens) {
  const [areRevokedShown, setRevokedShown] = useState(false);
  const active = tokens?.filter((token) => token.revokedAtMs === undefined) ?? [];
  const revoked = tokens?.filter((token) => token.revokedAtMs !== undefined) ?? [];
  const shown = areRevokedShown ? [...active, ...revoked] : active;
  return (
    <SettingsSection id="settings-tokens" title={words.title}>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {tokens === undefined && refusal === undefined && <Skeleton height={56} />}
      {tokens !== undefined && shown.length === 0 && <span className={classes['none']}>{words.none}</span>}
      {shown.length > 0 && (
        <div className={classes['scroll']} tabIndex={0} role="group" aria-label={words.title}>
          <table className={classes['table']}>
            <thead>
              <tr>
                <th scope="col">{words.name}</th>
                <th scope="col">{words.kind}</th>
                <th scope="col">{words.agent}</th>
                <th scope="col">{words.created}</th>
                <th scope="col">{words.lastUsed}</th>
                <th scope="col">
                  <span className={classes['unseen']}>{words.actions}</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {shown.map((token) => (
                <TokenRow key={token.tokenId} token={token} onChanged={reload} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {revoked.length > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={() => setRevokedShown(!areRevokedShown)}>
          {areRevokedShown ? words.hideRevoked : words.showRevoked(revoked.length)}
        </Button>
      )}
    </SettingsSection>
  );
}

function TokenRow({ token, onChanged }: { readonly token: Token; readonly onChanged: () => void }) {
  const { desk } = useDeskParts();
  const now = useNow(60_000);
  const [isAsking, setAsking] = useState(false);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<Refusal>();
  const isRevoked = token.revokedAtMs !== undefined;

  const revoke = async () => {
    setSending(true);
    const result = await desk.request('token.revoke', { tokenId: token.tokenId });
    setSending(false);
    setRefusal(result.ok ? undefined : result.refusal);
    if (result.ok) onChanged();
  };

  return (
    <>
      <tr data-revoked={isRevoked}>
        <th scope="row">
          <AgentText text={token.name} />
        </th>
        <td>{tokenKindNames[token.kind]}</td>
        <td>{token.agentId === undefined ? '–' : <AgentText text={token.agentId} />}</td>
        <td title={formatWholeInstant(token.createdAtMs)}>{formatInstant(token.createdAtMs, now)}</td>
        <td>{token.lastUsedAtMs === undefined ? words.never : formatInstant(token.lastUsedAtMs, now)}</td>
        <td>
          {isRevoked ? (
            words.revoked
          ) : (
            <Button
              size="compact-sm"
              variant="default"
              aria-label={words.revokeNamed(visibleLine(token.name, 80))}
              aria-expanded={isAsking}
              onClick={() => setAsking(!isAsking)}
            >
              {words.revoke}
            </Button>
          )}
        </td>
      </tr>
      {isAsking && !isRevoked && (
        <tr>
          <td colSpan={6}>
            <div className={classes['confirm']} role="status">
              <span>{words.confirm}</span>
              <Button size="compact-sm" color="red" loading={isSending} onClick={() => void revoke()}>
                {words.yes}
              </Button>
              <Button size="compact-sm" variant="default" onClick={() => setAsking(false)}>
                {words.no}
              </Button>
            </div>
            <Failure refusal={refusal} />
          </td>
        </tr>
      )}
    </>
  );
}
