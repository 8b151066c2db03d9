import { ActionIcon, Box, Button, Stack, Text, VisuallyHidden } from '@mantine/core';
import { IconAppWindow, IconChecks, IconX } from '@tabler/icons-react';
import { CardOf, CardSkeleton, useKeepFocus } from '../queue/card-of';
import { LastDecision } from '../queue/last-decision';
import { SessionsProvider } from '../queue/sessions';
import { useDesk, useDeskParts, useKeys } from '../state/desk-context';
import { selectedApproval } from '../state/desk-store';
import { KeyOnButton } from '../ui/mark';
import { LoadRefusal, Notice } from '../ui/notice';
import classes from './popover.module.css';
import { handlePopoverKey, hide, openInWindow } from './popover-keys';
import { popoverStrings as words } from './strings-popover';

/** The most urgent request, whole, with what decides it; after it the next. */
export function PopoverView() {
  useKeys(handlePopoverKey);
  useKeepFocus();
  const announcement = useDesk((state) => state.announcement);
  return (
    <SessionsProvider>
      <main className={classes['popover']} tabIndex={-1}>
        <Head />
        <Request />
        <div className={classes['line']}>
          <LastDecision />
        </div>
        <VisuallyHidden role="status" aria-live="polite">
          {announcement}
        </VisuallyHidden>
      </main>
    </SessionsProvider>
  );
}

function Head() {
  const parts = useDeskParts();
  const count = useDesk((state) => state.queue?.waitingCount ?? 0);
  return (
    <div className={classes['head']}>
      <h1>{count === 0 ? words.nothing : words.waiting(count)}</h1>
      <Button
        leftSection={<IconAppWindow size={15} aria-hidden />}
        rightSection={<KeyOnButton letter="Enter" />}
        aria-keyshortcuts="Enter"
        onClick={() => openInWindow(parts)}
      >
        {words.open}
      </Button>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={words.close}
        aria-keyshortcuts="Escape"
        title={words.close}
        onClick={() => hide(parts)}
      >
        <IconX size={17} aria-hidden />
      </ActionIcon>
    </div>
  );
}

function Request() {
  const { refresh } = useDeskParts();
  const approval = useDesk(selectedApproval);
  const isLoaded = useDesk((state) => state.queue !== undefined);
  const refusal = useDesk((state) => state.loadRefusal);
  const isTroubled = useDesk((state) => state.status?.store.state === 'trouble');
  if (isTroubled || refusal !== undefined) {
    return (
      <Box p={16}>
        {isTroubled ? (
          <Notice tone="failure">{words.trouble}</Notice>
        ) : (
          <LoadRefusal refusal={refusal} onTryAgain={refresh} />
        )}
      </Box>
    );
  }
  if (!isLoaded) return <CardSkeleton />;
  if (approval !== undefined) return <CardOf approval={approval} />;
  return (
    <Stack align="center" justify="center" gap={6} p={24} c="dimmed" ta="center">
      <IconChecks size={30} stroke={1.4} aria-hidden />
      <Text size="sm">{words.nothingDetail}</Text>
    </Stack>
  );
}
