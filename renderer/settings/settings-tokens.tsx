import { Button, Text } from '@mantine/core';
import { useState } from 'react';
import type { Token } from '../../shared/contract/token';
import { visibleLine } from '../../shared/kernel/visible-text';
import type { AnswerOf } from '../bridge';
import type { Answer } from '../state/use-answer';
import { AgentText } from '../ui/agent-text';
import { ConfirmCommand } from '../ui/confirm';
import { Loaded } from '../ui/list-view';
import { SmallTable } from '../ui/small-table';
import { When } from '../ui/when';
import { SettingsSection } from './settings-section';
import { settingsStrings, tokenKindNames } from './strings-settings';

const words = settingsStrings.tokens;

const columns = [
  { header: words.name, cell: ({ name }: Token) => <AgentText text={name} /> },
  { header: words.kind, cell: ({ kind }: Token) => tokenKindNames[kind] },
  { header: words.agent, cell: ({ agentId }: Token) => (agentId === undefined ? '–' : <AgentText text={agentId} />) },
  { header: words.created, cell: ({ createdAtMs }: Token) => <When atMs={createdAtMs} /> },
  {
    header: words.lastUsed,
    cell: ({ lastUsedAtMs }: Token) => (lastUsedAtMs === undefined ? words.never : <When atMs={lastUsedAtMs} />),
  },
  {
    header: words.actions,
    cell: ({ tokenId, name, revokedAtMs }: Token) => (
      <>
        {revokedAtMs !== undefined && words.revoked}
        <ConfirmCommand
          title={words.revokeTitle}
          label={words.yes}
          button={{ children: words.revoke, 'aria-label': words.revokeNamed(visibleLine(name, 80)) }}
          isOffered={revokedAtMs === undefined}
          command="token.revoke"
          input={{ tokenId }}
          color="red"
        >
          <b>
            <AgentText text={name} />
          </b>
          <p>{words.revokeEffect}</p>
        </ConfirmCommand>
      </>
    ),
  },
];

/** Every token there is: whose, since when, last used when; revoked ones on demand. */
export function TokenSettings({ answer }: { readonly answer: Answer<AnswerOf<'tokens.list'>> }) {
  return (
    <SettingsSection id="settings-tokens" title={words.title}>
      <Loaded answer={answer} height={56}>
        {({ tokens }) => <Tokens tokens={tokens} />}
      </Loaded>
    </SettingsSection>
  );
}

function Tokens({ tokens }: { readonly tokens: readonly Token[] }) {
  const [areRevokedShown, setRevokedShown] = useState(false);
  const active = tokens.filter(({ revokedAtMs }) => revokedAtMs === undefined);
  const revoked = tokens.filter(({ revokedAtMs }) => revokedAtMs !== undefined);
  const shown = areRevokedShown ? [...active, ...revoked] : active;
  return (
    <>
      {shown.length === 0 ? (
        <Text c="dimmed">{words.none}</Text>
      ) : (
        <SmallTable
          label={words.title}
          columns={columns}
          rows={shown}
          keyOf={({ tokenId }) => tokenId}
          isFramed={false}
        />
      )}
      {revoked.length > 0 && (
        <Button size="compact-sm" variant="subtle" onClick={() => setRevokedShown(!areRevokedShown)}>
          {areRevokedShown ? words.hideRevoked : words.showRevoked(revoked.length)}
        </Button>
      )}
    </>
  );
}
