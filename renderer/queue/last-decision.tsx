import { Flex, Text } from '@mantine/core';
import { useEffect } from 'react';
import { operatorStatus } from '../../shared/missed';
import { useDesk, useDeskParts } from '../state/desk-context';
import { strings, type Verdict } from '../strings';
import { TextButton } from '../ui/names';
import { ApprovalTitle, StatusMark } from './request-marks';

/** How long the last decision stays on the status line, in milliseconds. */
const SHOWN_MS = 12_000;

/** How long it is said that a key was ignored, in milliseconds. */
const IGNORED_MS = 3_000;

/** What was decided and is not sent yet, and the way to take it back. */
function UndoNote({ count, verdict }: { readonly count: number; readonly verdict: Verdict }) {
  const { actions } = useDeskParts();
  return (
    <>
      <Text component="span" inherit>
        {strings.decide.taken(verdict, count)}
      </Text>
      <TextButton onClick={() => void actions.undo()}>{strings.decide.undo}</TextButton>
    </>
  );
}

/** What was decided last, for a moment, and the way to take it back while it is not sent yet; and that a key was ignored. */
export function LastDecision() {
  const { store } = useDeskParts();
  const decided = useDesk((state) => state.lastDecided);
  useEffect(() => {
    if (decided === undefined) return undefined;
    const timer = setTimeout(() => store.setState({ lastDecided: undefined }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [decided, store]);
  const isIgnored = useDesk((state) => state.isKeyIgnored);
  useEffect(() => {
    if (!isIgnored) return undefined;
    const timer = setTimeout(() => store.setState({ isKeyIgnored: false }), IGNORED_MS);
    return () => clearTimeout(timer);
  }, [isIgnored, store]);
  const decisions = useDesk((state) => state.decisions);
  const graced = Object.values(decisions).flatMap(({ phase, verdict }) => (phase === 'grace' ? [verdict] : []));
  return (
    <Flex gap={8} align="flex-start" miw={0} role="status">
      {isIgnored && (
        <Text component="span" inherit>
          {strings.decide.ignored}
        </Text>
      )}
      {!isIgnored && graced.length > 0 && <UndoNote count={graced.length} verdict={graced.at(-1) ?? 'approve'} />}
      {!isIgnored && graced.length === 0 && decided !== undefined && (
        <>
          <StatusMark status={operatorStatus(decided.approval)} />
          <Text component="span" inherit lineClamp={2}>
            <ApprovalTitle approval={decided.approval} />
            {decided.isNoteLost && ` ${strings.decide.noteNotStored}`}
          </Text>
        </>
      )}
    </Flex>
  );
}
