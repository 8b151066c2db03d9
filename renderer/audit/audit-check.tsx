import { Button, Group, Progress } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import type { AuditVerdict, StateVerdict } from '../../shared/contract/checkpoint';
import type { Refusal } from '../../shared/kernel/errors';
import type { AnswerOf, GivenOf } from '../bridge';
import { useDesk, useDeskParts } from '../state/desk-context';
import { CommandRefusal, Notice } from '../ui/notice';
import { type Sent, useSend } from '../ui/use-send';
import { auditStrings } from './strings-audit';

/** Differences that the desk lists; the command line and the API have a hundred. */
const MOST_SHOWN = 12;

/** What can be done with the whole log, and how the last of it went. */
export type AuditCheck = {
  readonly task: 'verify' | 'export' | undefined;
  readonly verify: Sent<GivenOf<'audit.verify'>, AuditVerdict>;
  readonly exporting: Sent<GivenOf<'desk.exportAudit'>, AnswerOf<'desk.exportAudit'>>;
};

/** Verifies and exports the log, one at a time. */
export function useAuditCheck(): AuditCheck {
  const verify = useSend('audit.verify');
  const exporting = useSend('desk.exportAudit');
  return { task: verify.isInFlight ? 'verify' : exporting.isInFlight ? 'export' : undefined, verify, exporting };
}

/** How far it is, and what came of it, in plain words. */
export function AuditCheckNotes({ task, verify, exporting }: AuditCheck) {
  if (task !== undefined) return <UnderWay task={task} />;
  const { answer: file, refusal } = exporting;
  const problem = refusal?.sentence ?? (file?.state === 'failed' ? file.message : undefined);
  return (
    <>
      {file?.state === 'saved' && (
        <Notice tone="yes" icon={IconShieldCheck} role="status">
          {auditStrings.exported(file.path, file.scriptPath)}
        </Notice>
      )}
      {problem !== undefined && (
        <Notice tone="failure" role="status">
          {auditStrings.exportFailed(problem)}
        </Notice>
      )}
      {verify.refusal !== undefined && <NoVerdict refusal={verify.refusal} />}
      {verify.answer !== undefined && <Verdict verdict={verify.answer} />}
    </>
  );
}

function UnderWay({ task }: { readonly task: 'verify' | 'export' }) {
  const { desk } = useDeskParts();
  const progress = useDesk((state) => state.auditProgress);
  const { rows, ofRows } = progress?.task === task ? progress : { rows: 0, ofRows: 0 };
  const words = task === 'verify' ? auditStrings.verifying(rows, ofRows) : auditStrings.exportingRows(rows, ofRows);
  return (
    <Group gap="8px 12px" role="status">
      <span>{words}</span>
      <Progress flex={1} miw="10rem" value={ofRows === 0 ? 0 : (100 * rows) / ofRows} aria-label={words} />
      <Button onClick={() => void desk.request('desk.cancelAudit', {})}>{auditStrings.cancel}</Button>
    </Group>
  );
}

function NoVerdict({ refusal }: { readonly refusal: Refusal }) {
  if (refusal.code !== 'AUDIT_CANCELLED') return <CommandRefusal refusal={refusal} />;
  return (
    <Notice tone="plain" icon={IconAlertTriangle} role="status">
      {auditStrings.cancelled}
    </Notice>
  );
}

function Verdict({ verdict }: { readonly verdict: AuditVerdict }) {
  const { actions } = useDeskParts();
  const { isOk, rows, signedSeq, firstBadSeq, problem, keys, state, unsignedRows } = verdict;
  const strangeKeys = keys.slice(1).filter(({ isSuccessor }) => !isSuccessor).length;
  if (isOk) {
    return (
      <Notice tone="yes" icon={IconShieldCheck} role="status">
        <b>{auditStrings.whole(rows)}</b> {auditStrings.signed(signedSeq)}
        <div>{auditStrings.vouched(state.compared)}</div>
        {state.unvouched > 0 && <div>{auditStrings.unvouched(state.unvouched)}</div>}
        {strangeKeys > 0 && <div>{auditStrings.newKeys(strangeKeys)}</div>}
      </Notice>
    );
  }
  if (problem === 'state_differs') {
    return (
      <Notice tone="failure" icon={IconShieldX} role="alert">
        <StateDifferences state={state} />
        <div>{auditStrings.stateAdvice}</div>
      </Notice>
    );
  }
  return (
    <Notice
      tone="failure"
      icon={IconShieldX}
      role="alert"
      actions={
        firstBadSeq !== undefined && (
          <Button onClick={() => actions.show('audit', String(firstBadSeq))}>
            {auditStrings.showRow(firstBadSeq)}
          </Button>
        )
      }
    >
      <b>
        {problem === 'beginning_unsigned'
          ? auditStrings.unsigned(unsignedRows)
          : auditStrings.broken(firstBadSeq ?? rows + 1)}
      </b>{' '}
      {problem !== undefined && auditStrings.problems[problem]}
      {!state.isOk && <StateDifferences state={state} />}
      <div>{auditStrings.brokenAdvice}</div>
    </Notice>
  );
}

/** Everything stored that is not what the log says, each on a line of its own. */
function StateDifferences({ state }: { readonly state: StateVerdict }) {
  const more = state.differenceCount - Math.min(state.differences.length, MOST_SHOWN);
  return (
    <>
      <b>{auditStrings.stateDiffers(state.differenceCount, state.rows)}</b>
      <ul>
        {state.differences.slice(0, MOST_SHOWN).map((one) => (
          <li key={`${one.noun} ${one.id} ${one.field}`}>{auditStrings.difference(one)}</li>
        ))}
        {more > 0 && <li>{auditStrings.moreDifferences(more)}</li>}
        {state.integrity.map((line) => (
          <li key={line}>{auditStrings.integrity(line)}</li>
        ))}
      </ul>
    </>
  );
}
