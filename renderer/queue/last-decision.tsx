import { Text } from '@mantine/core';
import { useEffect } from 'react';
import { operatorStatus } from '../../shared/missed';
import { useDesk, useDeskParts } from '../state/desk-context';
import { selectedApproval } from '../state/desk-store';
import { strings } from '../strings';
import { TextButton } from '../ui/names';
import { ApprovalTitle, StatusMark } from './request-marks';

/** How long the last decision stays on the status line, in milliseconds. */
const SHOWN_MS = 12_000;

/** How long it is said that a key was ignored, in milliseconds. */
const IGNORED_MS = 3_000;

/** What was decided last, for a moment, and the way to take it back while it is not sent yet; and that a key was ignored. */
export function LastDecision() {
  const { store, actions } = useDeskParts();
  const decided = useDesk((state) => state.lastDecided);
  useEffect(() => {
    if (decided === undefined) return undefined;
    const timer = setTimeout(() => store.setState({ lastDecided: undefined }), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [decided, store]);
  // It can be pressed again only while there is something to press it for.
  const isIgnored = useDesk((state) => state.isKeyIgnored && selectedApproval(state)?.status === 'pending');
  useEffect(() => {
    if (!isIgnored) return undefined;
    const timer = setTimeout(() => store.setState({ isKeyIgnored: false }), IGNORED_MS);
    return () => clearTimeout(timer);
  }, [isIgnored, store]);
  const decisions = useDesk((state) => state.decisions);
  const graced = Object.values(decisions).flatMap(({ phase, verdict }) => (phase === 'grace' ? [verdict] : []));
  const words = isIgnored
    ? strings.decide.ignored
    : graced.length > 0 && strings.decide.taken(graced.at(-1) ?? 'approve', graced.length);
  return (
    <Text component="div" inherit lineClamp={2} miw={0} role="status">
      {words} {/* Whatever else is to be said: what is not sent yet can be taken back. */}
      {graced.length > 0 && <TextButton onClick={() => void actions.undo()}>{strings.decide.undo}</TextButton>}
      {words === false && decided !== undefined && (
        <>
          <StatusMark status={operatorStatus(decided.approval)} /> <ApprovalTitle approval={decided.approval} />
          {decided.isNoteLost && ` ${strings.decide.noteNotStored}`}
        </>
      )}
    </Text>
  );
}
