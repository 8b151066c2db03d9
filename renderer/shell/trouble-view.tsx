import { Box, Button, Group } from '@mantine/core';
import { IconDatabaseX } from '@tabler/icons-react';
import type { DeskStatus } from '../../shared/contract/desk-contract';
import { countOf, formatWholeInstant } from '../format';
import { useDeskParts } from '../state/desk-context';
import { Outcome } from '../ui/notice';
import { Facts } from '../ui/page';
import { useSend, useSending } from '../ui/use-send';
import classes from './shell.module.css';
import { troubleStrings, troubleTexts } from './strings-shell';

type Trouble = Extract<DeskStatus['store'], { state: 'trouble' }>;

/** Takes the whole window while the database cannot be used: what happened, what it means, what to do, step by step. */
export function TroubleView({ trouble }: { readonly trouble: Trouble }) {
  const { desk, store } = useDeskParts();
  const text = troubleTexts[trouble.kind];
  const { loss } = trouble;
  const { send, isInFlight, answer, refusal } = useSending(
    async ({ request }, name: 'desk.retryStore' | 'desk.acceptLoss') => {
      const result = await request(name, {});
      if (result.ok) store.setState({ status: result.value });
      return result;
    },
  );
  const folder = useSend('desk.openDataFolder');
  const stillTrouble = answer?.store.state === 'trouble' ? troubleStrings.stillTrouble : undefined;
  const message = stillTrouble ?? refusal?.sentence ?? folder.refusal?.sentence;
  return (
    <main className={classes['trouble']}>
      <div className={classes['sheet']}>
        <IconDatabaseX size={44} stroke={1.4} color="var(--gh-no)" aria-hidden />
        <h1>{text.title}</h1>
        <Box component="p" c="dimmed" lh={1.5}>
          {text.meaning}
        </Box>
        {loss !== undefined && (
          <Box component="p" mt={8} fw={600}>
            {troubleStrings.missing(
              countOf(loss.atLeast, 'change', 'changes'),
              loss.afterMs === undefined ? undefined : formatWholeInstant(loss.afterMs),
            )}
          </Box>
        )}
        <h2>{troubleStrings.whatToDo}</h2>
        <ol>
          {text.steps.map((step) => (
            <li key={step}>{step}</li>
          ))}
        </ol>
        <Group gap={8} mt={20} mb={14}>
          <Button variant="filled" size="sm" loading={isInFlight} onClick={() => void send('desk.retryStore')}>
            {troubleStrings.tryAgain}
          </Button>
          <Button size="sm" onClick={() => void folder.send({})}>
            {troubleStrings.showFolder}
          </Button>
          <Button size="sm" onClick={() => void desk.request('desk.quit', {})}>
            {troubleStrings.quit}
          </Button>
          {loss !== undefined && (
            <Button size="sm" onClick={() => void send('desk.acceptLoss')}>
              {troubleStrings.goOn}
            </Button>
          )}
        </Group>
        <Outcome tone="plain">{message}</Outcome>
        <Box mt={14} fz="xs" className={classes['facts'] ?? ''}>
          <Facts
            facts={[
              [troubleStrings.path, <code key="path">{trouble.databasePath}</code>],
              [troubleStrings.detail, trouble.detail === '' ? undefined : <code key="detail">{trouble.detail}</code>],
            ]}
          />
        </Box>
      </div>
    </main>
  );
}
