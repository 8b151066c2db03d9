import { Button, Code, Flex, Group, TextInput } from '@mantine/core';
import { IconPlugX } from '@tabler/icons-react';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { DeskStatus } from '../../shared/contract/desk-contract';
import { succeeded } from '../../shared/kernel/errors';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { CopyButton } from '../ui/fields';
import { Notice, Outcome } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { useSending } from '../ui/use-send';
import { Failure, SettingsSection } from './settings-section';
import { settingsStrings } from './strings-settings';

const words = settingsStrings.api;

/** A port as it was typed, if it is one that a program without special rights can take. */
export function parsePort(text: string): number | undefined {
  const port = /^\d{1,5}$/.test(text.trim()) ? Number(text) : 0;
  return port >= 1024 && port <= 65_535 ? port : undefined;
}

/** Where agents reach Gatehouse, and the way to another port. */
export function ApiSettings() {
  const api = useDesk((state) => state.status?.api);
  const port = useDesk((state) => state.preferences?.port);
  return (
    <SettingsSection part="api">
      {api !== undefined && <Address api={api} />}
      {port !== undefined && <PortForm current={port} />}
    </SettingsSection>
  );
}

function Address({ api }: { readonly api: DeskStatus['api'] }) {
  switch (api.state) {
    case 'starting':
      return <span>{words.starting}</span>;
    case 'listening':
      return (
        <Group gap={8}>
          <span className={ui['dim']}>{words.address}</span>
          <Code>{api.url}</Code>
          <CopyButton text={api.url} label={strings.api.copyAddress} />
        </Group>
      );
    case 'failed':
      return (
        <Notice tone="failure" icon={IconPlugX} role="alert">
          {api.reason === 'port_taken' ? words.portTaken(api.port) : `${words.failed(api.port)} ${api.message}`}
        </Notice>
      );
  }
}

function PortForm({ current }: { readonly current: number }) {
  const { store } = useDeskParts();
  const isTarget = useDesk((state) => state.place.subject === 'port');
  const isFailed = useDesk((state) => state.status?.api.state === 'failed');
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState<string>();
  const text = typed ?? (current === 0 ? '' : String(current));
  const [isInvalid, setInvalid] = useState(false);
  const { send, isInFlight, answer, refusal } = useSending(async (desk, port: number) => {
    const stored = await desk.request('desk.setPreferences', { port });
    if (!stored.ok) return stored;
    const result = await desk.request('desk.retryApi', {});
    if (!result.ok) return result;
    store.setState({ status: result.value });
    setTyped(undefined);
    return succeeded(saidOf(result.value, port));
  });

  useEffect(() => {
    if (!isTarget) return;
    field.current?.focus();
    field.current?.select();
  }, [isTarget]);

  const submit = (event: FormEvent) => {
    event.preventDefault();
    const port = parsePort(text);
    setInvalid(port === undefined);
    if (port !== undefined) void send(port);
  };

  return (
    <Flex
      component="form"
      direction="column"
      gap={8}
      align="flex-start"
      w="min(26rem, 100%)"
      onSubmit={submit}
      noValidate
    >
      <TextInput
        ref={field}
        label={words.port}
        description={words.portDetail}
        inputMode="numeric"
        value={text}
        error={isInvalid ? words.portInvalid : undefined}
        onChange={(event) => {
          setTyped(event.currentTarget.value);
          setInvalid(false);
        }}
      />
      <Button size="sm" type="submit" loading={isInFlight}>
        {isFailed && text === String(current) ? strings.api.tryAgain : strings.api.changePort}
      </Button>
      <Outcome tone="yes">{answer}</Outcome>
      <Failure refusal={refusal} />
    </Flex>
  );
}

/** Where agents reach Gatehouse from now on; undefined where they do not. */
function saidOf({ api }: DeskStatus, port: number): string | undefined {
  if (api.state !== 'listening') return undefined;
  return new URL(api.url).port === String(port) ? words.changed(api.url) : words.elsewhere(api.url);
}
