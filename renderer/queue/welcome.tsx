import { Box, Button, Code, Group, Stack, Title } from '@mantine/core';
import { IconEye, IconEyeOff, IconKey, IconPlugConnected, IconTerminal2 } from '@tabler/icons-react';
import { type ReactNode, useId, useMemo } from 'react';
import type { Engine } from '../../shared/contract/engine';
import { useAnswer } from '../state/answers';
import { useDesk, useDeskParts } from '../state/desk-context';
import { everyWaiting } from '../state/queue';
import { strings } from '../strings';
import { CopyButton } from '../ui/fields';
import { GateMark } from '../ui/mark';
import { useNow } from '../ui/times';
import classes from './queue.module.css';
import { queueStrings } from './strings-queue';

const words = queueStrings.first;

/** Sessions that are counted; more is said to be more. */
const MOST_COUNTED = 50;

/** What the card's place says while nothing waits: what this is, and what to do next. */
export function EmptyQueue() {
  const { actions } = useDeskParts();
  const connected = useConnected();
  return (
    <Welcome
      title={strings.empty.title}
      what={connected.length === 0 ? strings.empty.whatIsIt : strings.empty.whatComes}
      foot={<Address label={strings.empty.address} />}
    >
      <Today />
      {connected.length === 0 ? (
        <Button
          variant="filled"
          size="sm"
          leftSection={<IconPlugConnected size={17} aria-hidden />}
          onClick={() => actions.show('settings', 'engines')}
        >
          {strings.empty.connect}
        </Button>
      ) : (
        <AtWork />
      )}
    </Welcome>
  );
}

/** The engines that are connected. */
export function useConnected(): readonly Engine[] {
  const engines = useDesk((state) => state.status?.engines);
  return useMemo(
    () => (engines ?? []).filter(({ state }) => state !== 'not_connected').map(({ engine }) => engine),
    [engines],
  );
}

/** How many sessions go on, with the way to them. */
function AtWork() {
  const { actions } = useDeskParts();
  const { value } = useAnswer('sessions.list', { state: 'under_way', limit: MOST_COUNTED }, ['runs']);
  if (value === undefined) return null;
  return (
    <Group gap={8}>
      <span>{strings.empty.atWork(value.sessions.length, value.nextCursor !== undefined)}</span>
      <Button
        size="compact-md"
        leftSection={<IconTerminal2 size={15} aria-hidden />}
        onClick={() => actions.show('sessions')}
      >
        {strings.empty.sessions}
      </Button>
    </Group>
  );
}

/** What came of the requests of this day, with the way to those that were missed; nothing on a day without any. */
function Today() {
  const { actions } = useDeskParts();
  const sinceMs = new Date(useNow(60_000)).setHours(0, 0, 0, 0);
  const { value } = useAnswer('approvals.digest', { sinceMs }, ['approvals']);
  if (value === undefined || value.asked + value.missed === 0) return null;
  return (
    <Group gap={8}>
      <span>
        <b>{strings.empty.today}:</b> {strings.empty.digest(value)}
      </span>
      {value.missed > 0 && (
        <Button
          size="compact-md"
          leftSection={<IconEyeOff size={15} aria-hidden />}
          onClick={() => actions.filterList({ ...everyWaiting, scope: 'past', status: 'missed' })}
        >
          {strings.empty.missed(value.missed)}
        </Button>
      )}
    </Group>
  );
}

/** What the card's place says before any request ever came: what this is, the first agent in two steps, and examples. */
export function FirstStart() {
  const { actions } = useDeskParts();
  return (
    <Welcome
      title={words.title}
      what={words.what}
      foot={
        <>
          <span>{words.look}</span>
          <Button
            size="compact-md"
            leftSection={<IconEye size={16} aria-hidden />}
            onClick={() => actions.showExamples(true)}
          >
            {words.examples}
          </Button>
        </>
      }
    >
      <Title order={3} size="md">
        {words.steps}
      </Title>
      <Button
        variant="filled"
        size="sm"
        leftSection={<IconPlugConnected size={16} aria-hidden />}
        onClick={() => actions.show('settings', 'engines')}
      >
        {words.connectEngine}
      </Button>
      <p>{words.orAnother}</p>
      <ol className={classes['steps']}>
        <li>
          <Stack gap={6} align="flex-start">
            <b>{words.makeToken}</b>
            <p>{words.makeTokenDetail}</p>
            <Button
              size="sm"
              leftSection={<IconKey size={16} aria-hidden />}
              onClick={() => actions.show('settings', 'connect')}
            >
              {words.makeTokenButton}
            </Button>
          </Stack>
        </li>
        <li>
          <Stack gap={6} align="flex-start">
            <b>{words.giveIt}</b>
            <Address otherwise={<p>{words.noAddress}</p>} />
            <p>{words.giveItDetail}</p>
          </Stack>
        </li>
      </ol>
    </Welcome>
  );
}

type Props = {
  readonly title: string;
  readonly what: string;
  readonly children: ReactNode;
  /** Below a line. */
  readonly foot: ReactNode;
};

function Welcome({ title, what, children, foot }: Props) {
  const titleId = useId();
  return (
    <section className={classes['welcome']} aria-labelledby={titleId}>
      <Stack maw="34rem" m="auto" gap={12} align="flex-start">
        <Box component="span" c="var(--gh-brass-line)">
          <GateMark size={56} />
        </Box>
        <Title order={2} size="1.3rem" id={titleId}>
          {title}
        </Title>
        <p>{what}</p>
        {children}
        <Group className={classes['foot'] ?? ''} w="100%" gap={8}>
          {foot}
        </Group>
      </Stack>
    </section>
  );
}

type AddressProps = { readonly label?: string; readonly otherwise?: ReactNode };

/** Where agents reach Gatehouse, to copy. */
function Address({ label, otherwise }: AddressProps) {
  const api = useDesk((state) => state.status?.api);
  if (api?.state !== 'listening') return otherwise;
  return (
    <Group gap={8}>
      {label !== undefined && <span>{label}</span>}
      <Code>{api.url}</Code>
      <CopyButton text={api.url} label={strings.api.copyAddress} />
    </Group>
  );
}
