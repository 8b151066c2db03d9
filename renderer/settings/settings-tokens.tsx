import { Button, Flex, Stack, Switch, Text, TextInput } from '@mantine/core';
import { IconCircleCheck, IconKey } from '@tabler/icons-react';
import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from 'react';
import type { Token } from '../../shared/contract/token';
import { succeeded } from '../../shared/kernel/errors';
import { MAX_ACTOR_ID_LENGTH } from '../../shared/kernel/id-length';
import { visibleLine } from '../../shared/kernel/visible-text';
import type { AnswerOf } from '../bridge';
import type { Answer } from '../state/answers';
import { useDesk } from '../state/desk-context';
import { CommandDialog, ConfirmCommand } from '../ui/confirm';
import { CopyButton } from '../ui/fields';
import { Loaded } from '../ui/list-view';
import { AgentText, Name } from '../ui/names';
import { Notice, Outcome } from '../ui/notice';
import { SmallTable } from '../ui/small-table';
import { When } from '../ui/times';
import ui from '../ui/ui.module.css';
import { useSend, useSending } from '../ui/use-send';
import classes from './settings.module.css';
import { Failure, SettingsSection } from './settings-section';
import { curlExample, settingsStrings, tokenKindNames } from './strings-settings';

const words = settingsStrings.connect;

/** Makes tokens for agents and for engines. */
export function ConnectSettings({ onMade }: { readonly onMade: () => void }) {
  const isTarget = useDesk((state) => state.place.subject === 'connect');
  return (
    <SettingsSection part="connect">
      <ConnectForm kind="agent" isTarget={isTarget} onMade={onMade} />
      <ConnectForm kind="engine" isTarget={false} onMade={onMade} />
    </SettingsSection>
  );
}

type FormProps = {
  readonly kind: 'agent' | 'engine';
  /** Whether the operator was sent here. */
  readonly isTarget: boolean;
  readonly onMade: () => void;
};

const nothingTyped = { name: '', agentId: '', parentId: '' };

/** What is wrong with a name or an id as it was typed. */
function problemOf(text: string, needed: string): string | undefined {
  if (text.trim() === '') return needed;
  return text.trim().length > MAX_ACTOR_ID_LENGTH ? words.tooLong : undefined;
}

function ConnectForm({ kind, isTarget, onMade }: FormProps) {
  const { send, isInFlight, answer: made, refusal, forget } = useSend('token.create');
  const first = useRef<HTMLInputElement>(null);
  const [{ name, agentId, parentId }, setTyped] = useState(nothingTyped);
  const [isTried, setTried] = useState(false);
  const isAgent = kind === 'agent';
  const problems = {
    name: problemOf(name, words.nameNeeded),
    agentId: isAgent ? problemOf(agentId, words.agentIdNeeded) : undefined,
    parentId: parentId.trim() === '' ? undefined : problemOf(parentId, ''),
  };
  const field = (key: keyof typeof nothingTyped) => ({
    value: { name, agentId, parentId }[key],
    error: isTried ? problems[key] : undefined,
    onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement>) =>
      setTyped((before) => ({ ...before, [key]: value })),
  });

  useEffect(() => {
    if (isTarget) first.current?.focus();
  }, [isTarget]);

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.values(problems).some((problem) => problem !== undefined)) return;
    const parent = parentId.trim() === '' ? {} : { parentAgentId: parentId.trim() };
    const result = await send({ kind, name, ...(isAgent ? { agentId, ...parent } : {}) });
    if (!result.ok) return;
    setTyped(nothingTyped);
    setTried(false);
    onMade();
  };

  return (
    <form className={classes['form']} onSubmit={(event) => void submit(event)} noValidate>
      <h3>{isAgent ? words.agentTitle : words.engineTitle}</h3>
      <p className={ui['hint']}>{isAgent ? words.agentDetail : words.engineDetail}</p>
      <div className={classes['fields']}>
        <TextInput
          ref={first}
          label={words.name}
          description={words.nameDetail}
          placeholder={isAgent ? words.agentNamePlaceholder : words.engineNamePlaceholder}
          {...field('name')}
        />
        {isAgent && (
          <>
            <TextInput
              label={words.agentId}
              description={words.agentIdDetail}
              placeholder={words.agentIdPlaceholder}
              {...field('agentId')}
            />
            <TextInput
              label={words.parent}
              description={words.parentDetail}
              placeholder={words.parentPlaceholder}
              {...field('parentId')}
            />
          </>
        )}
      </div>
      <Button size="sm" type="submit" variant={isAgent ? 'filled' : 'default'} loading={isInFlight}>
        {words.make}
      </Button>
      <Failure refusal={refusal} />
      {made !== undefined && <SecretOnce token={made.token} secret={made.secret} onDone={forget} />}
    </form>
  );
}

const tokenWords = settingsStrings.tokens;

const columns = [
  { header: tokenWords.name, cell: ({ name }: Token) => <AgentText text={name} /> },
  { header: tokenWords.kind, cell: ({ kind }: Token) => tokenKindNames[kind] },
  {
    header: tokenWords.agent,
    cell: ({ agentId }: Token) => (agentId === undefined ? '–' : <AgentText text={agentId} />),
  },
  { header: tokenWords.created, cell: ({ createdAtMs }: Token) => <When atMs={createdAtMs} /> },
  {
    header: tokenWords.lastUsed,
    cell: ({ lastUsedAtMs }: Token) => (lastUsedAtMs === undefined ? tokenWords.never : <When atMs={lastUsedAtMs} />),
  },
  {
    header: tokenWords.actions,
    cell: ({ tokenId, name, revokedAtMs }: Token) => (
      <>
        {revokedAtMs !== undefined && tokenWords.revoked}
        <ConfirmCommand
          title={tokenWords.revokeTitle}
          label={tokenWords.yes}
          button={{ children: tokenWords.revoke, 'aria-label': tokenWords.revokeNamed(visibleLine(name, 80)) }}
          isOffered={revokedAtMs === undefined}
          command="token.revoke"
          input={{ tokenId }}
          color="red"
        >
          <Name text={name} />
          <p>{tokenWords.revokeEffect}</p>
        </ConfirmCommand>
      </>
    ),
  },
];

/** Every token there is: whose, since when, last used when; revoked ones on demand. */
export function TokenSettings({ answer }: { readonly answer: Answer<AnswerOf<'tokens.list'>> }) {
  return (
    <SettingsSection part="tokens">
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
        <Text c="dimmed">{tokenWords.none}</Text>
      ) : (
        <SmallTable
          label={tokenWords.title}
          columns={columns}
          rows={shown}
          keyOf={({ tokenId }) => tokenId}
          isFramed={false}
        />
      )}
      {revoked.length > 0 && (
        <Button variant="subtle" onClick={() => setRevokedShown(!areRevokedShown)}>
          {areRevokedShown ? tokenWords.hideRevoked : tokenWords.showRevoked(revoked.length)}
        </Button>
      )}
    </>
  );
}

const operatorWords = settingsStrings.decideOverApi;

type OperatorProps = { readonly tokens: readonly Token[] | undefined; readonly reload: () => void };

/** Whether programs may decide: on means that an operator token exists, off that there is none. Off until turned on. */
export function DecideOverApiSettings({ tokens, reload }: OperatorProps) {
  const [isAsking, setAsking] = useState(false);
  const [made, setMade] = useState<AnswerOf<'token.create'>>();
  const canLauncherDecide = useDesk((state) => state.status?.canLauncherDecide === true);
  const active = tokens?.filter((token) => token.kind === 'operator' && token.revokedAtMs === undefined) ?? [];
  const isOn = active.length > 0;
  const turnOff = useSending(async (desk, _input: object) => {
    const results = await Promise.all(active.map(({ tokenId }) => desk.request('token.revoke', { tokenId })));
    setMade(undefined);
    reload();
    return results.find((result) => !result.ok) ?? succeeded({});
  });
  const change = (shouldBeOn: boolean) => {
    turnOff.forget();
    if (shouldBeOn) setAsking(true);
    else void turnOff.send({});
  };

  return (
    <SettingsSection part="operator">
      <Switch
        label={operatorWords.label}
        description={isOn ? operatorWords.on : canLauncherDecide ? operatorWords.offButLauncher : operatorWords.off}
        checked={isOn}
        disabled={tokens === undefined || turnOff.isInFlight}
        onChange={(event) => change(event.currentTarget.checked)}
      />
      <Outcome tone="warning">{canLauncherDecide && operatorWords.launcher}</Outcome>
      {isAsking && (
        <CommandDialog
          title={operatorWords.turnOnTitle}
          label={operatorWords.turnOn}
          command="token.create"
          input={{ kind: 'operator', name: operatorWords.tokenName }}
          onDone={(answer) => {
            setMade(answer);
            reload();
          }}
          onClose={() => setAsking(false)}
        >
          <Notice tone="warning">{operatorWords.warning}</Notice>
        </CommandDialog>
      )}
      {turnOff.answer !== undefined && !isOn && (
        <Notice tone="plain" icon={IconCircleCheck} role="status">
          {operatorWords.turnedOff}
        </Notice>
      )}
      <Failure refusal={turnOff.refusal} />
      {made !== undefined && <SecretOnce token={made.token} secret={made.secret} onDone={() => setMade(undefined)} />}
    </SettingsSection>
  );
}

const secretWords = settingsStrings.secret;

type SecretProps = { readonly token: Token; readonly secret: string; readonly onDone: () => void };

/** The secret of a new token, for as long as the operator looks at it: it is kept nowhere and cannot be shown again. */
function SecretOnce({ token, secret, onDone }: SecretProps) {
  const url = useDesk((state) => (state.status?.api.state === 'listening' ? state.status.api.url : undefined));
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => box.current?.focus(), []);
  const example =
    url === undefined || token.kind === 'operator'
      ? undefined
      : curlExample(url, secret, token.kind === 'engine' ? 'scout' : undefined);
  return (
    <Stack
      ref={box}
      gap={8}
      align="flex-start"
      w="100%"
      p="14px 16px"
      fz="sm"
      bg="var(--gh-brass-ground)"
      bd="1px solid var(--gh-brass-line)"
      bdrs="sm"
      role="group"
      aria-labelledby="secret-title"
      tabIndex={-1}
    >
      <Flex component="h4" gap={6} align="center" fz="md" id="secret-title">
        <IconKey size={18} stroke={1.75} aria-hidden />
        {secretWords.title}
      </Flex>
      <p>
        {secretWords.forName} <Name text={token.name} />. {secretWords.detail}
      </p>
      <code className={`${ui['framed']} ${classes['secret']}`}>{secret}</code>
      <CopyButton text={secret} label={secretWords.copy} />
      {example !== undefined && (
        <>
          <p>{secretWords.example}</p>
          <pre className={`${ui['framed']} ${classes['secret']}`}>{example}</pre>
          <CopyButton text={example} label={secretWords.copyExample} />
        </>
      )}
      <Button size="sm" mt={6} onClick={onDone}>
        {secretWords.done}
      </Button>
    </Stack>
  );
}
