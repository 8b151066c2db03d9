import { Button, Group, Progress } from '@mantine/core';
import { IconAlertTriangle, IconShieldCheck, IconShieldX } from '@tabler/icons-react';
import { useState } from 'react';
import type { AuditVerdict, StateVerdict } from '../../shared/contract/checkpoint';
import type { Result } from '../../shared/kernel/errors';
import { useDesk, useDeskParts } from '../state/desk-context';
import { CommandRefusal, Notice } from '../ui/notice';
import classes from './audit.module.css';
import { auditStrings } from './strings-audit';

/** Differences that the desk lists; the command line and the API have a hundred. */
const MOST_SHOWN = 12;

type Exported = { readonly isSaved: boolean; readonly words: string };

/** What can be done with the whole log, and how the last of it went. */
export type AuditCheck = {
  readonly task: 'verify' | 'export' | undefined;
  readonly verdict: Result<AuditVerdict> | undefined;
  readonly exported: Exported | undefined;
  readonly verify: () => void;
  readonly exportLog: () => void;
};

/** Verifies and exports the log, one at a time. */
export function useAuditCheck(): AuditCheck {
  const { desk } = useDeskParts();
  const [task, setTask] = useState<'verify' | 'export'>();
  const [verdict, setVerdict] = useState<Result<AuditVerdict>>();
  const [exported, setExported] = useState<Exported>();
  return {
    task,
    verdict,
    exported,
    verify() {
      setTask('verify');
      setVerdict(undefined);
      void desk.request('audit.verify', {}).then((result) => {
        setVerdict(result);
        setTask(undefined);
      });
    },
    exportLog() {
      setTask('export');
      setExported(undefined);
      void desk.request('desk.exportAudit', {}).then((result) => {
        setTask(undefined);
        if (!result.ok) setExported({ isSaved: false, words: auditStrings.exportFailed(result.refusal.sentence) });
        else if (result.value.state === 'saved') {
          setExported({ isSaved: true, words: auditStrings.exported(result.value.path, result.value.scriptPath) });
        } else if (result.value.state === 'failed') {
          setExported({ isSaved: false, words: auditStrings.exportFailed(result.value.message) });
        }
      });
    },
  };
}

/** How far it is, and what came of it, in plain words. */
export function AuditCheckNotes({ task, verdict, exported }: AuditCheck) {
  return (
    <>
      {task !== undefined && <UnderWay task={task} />}
      {task === undefined && exported !== undefined && (
        <Notice
          tone={exported.isSaved ? 'yes' : 'failure'}
          icon={exported.isSaved ? IconShieldCheck : IconAlertTriangle}
          role="status"
        >
          {exported.words}
        </Notice>
      )}
      {task === undefined && verdict !== undefined && <Verdict result={verdict} />}
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
      <Progress className={classes['bar'] ?? ''} value={ofRows === 0 ? 0 : (100 * rows) / ofRows} aria-label={words} />
      <Button size="compact-sm" variant="default" onClick={() => void desk.request('desk.cancelAudit', {})}>
        {auditStrings.cancel}
      </Button>
    </Group>
  );
}

function Verdict({ result }: { readonly result: Result<AuditVerdict> }) {
  const { actions } = useDeskParts();
  if (!result.ok) {
    if (result.refusal.code !== 'AUDIT_CANCELLED') return <CommandRefusal refusal={result.refusal} />;
    return (
      <Notice tone="plain" icon={IconAlertTriangle} role="status">
        {auditStrings.cancelled}
      </Notice>
    );
  }
  const { isOk, rows, signedSeq, firstBadSeq, problem, keys, state, unsignedRows } = result.value;
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
          <Button size="compact-sm" variant="default" onClick={() => actions.show('audit', String(firstBadSeq))}>
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
