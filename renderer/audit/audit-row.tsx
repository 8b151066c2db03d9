import { CloseButton, Flex } from '@mantine/core';
import { type AuditEvent, readInAWord } from '../../shared/events';
import { readableJson } from '../act/act';
import { ExactText } from '../act/exact-text';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { Loaded } from '../ui/list-view';
import { ActorName, AgentLink, AutomationLink, TextButton } from '../ui/names';
import { Facts } from '../ui/page';
import { Instant } from '../ui/times';
import ui from '../ui/ui.module.css';
import classes from './audit.module.css';
import { auditStrings } from './strings-audit';

type AuditRow = NonNullable<AnswerOf<'audit.row'>['row']>;

/** One row of the audit log, whole. */
export function AuditRowPanel({ seq, onClose }: { readonly seq: number; readonly onClose: () => void }) {
  const answer = useAnswer('audit.row', { seq }, []);
  const shown = answer.value?.row;
  return (
    <aside className={`${ui['framed']} ${classes['panel']}`} aria-label={auditStrings.details}>
      <Flex gap={8} justify="space-between">
        <h2>{shown ? shown.sentence : auditStrings.details}</h2>
        <CloseButton aria-label={auditStrings.close} onClick={onClose} />
      </Flex>
      <Loaded answer={answer} height={160}>
        {({ row }) => (row === null ? <p>{auditStrings.notFound}</p> : <Row row={row} />)}
      </Loaded>
    </aside>
  );
}

function Row({ row }: { readonly row: AuditRow }) {
  const { columns } = auditStrings;
  return (
    <>
      <Facts
        facts={[
          [columns.seq, formatNumber(row.seq)],
          [columns.time, <Instant key="time" atMs={row.atMs} />],
          [columns.actor, <ActorName key="actor" actor={row.actor} />],
          [columns.about, isAboutSomething(row) ? <AuditAbout key="about" event={row} /> : undefined],
        ]}
      />
      <h3>{auditStrings.payload}</h3>
      <ExactText text={readableJson(row.payload)} label={auditStrings.payload} />
      <h3>{auditStrings.hash}</h3>
      <p className={`${ui['mono']} ${ui['path']}`}>{row.hash}</p>
      <h3>{auditStrings.prevHash}</h3>
      <p className={`${ui['mono']} ${ui['path']}`}>{row.prevHash}</p>
    </>
  );
}

/** Whether a row names an automation, an approval or an agent that it can lead to. */
function isAboutSomething({ payload }: AuditEvent): boolean {
  const { automationId, agentId, approvalId } = readInAWord(payload);
  return (automationId ?? agentId ?? approvalId) !== undefined;
}

/** What a row is about, as a link to it: an automation, an approval, an agent; whichever its payload names first. */
function AuditAbout({ event: { payload } }: { readonly event: AuditEvent }) {
  const { actions } = useDeskParts();
  const { automationId, agentId, approvalId, name } = readInAWord(payload);
  if (automationId !== undefined) {
    return <AutomationLink automationId={automationId} {...(name !== undefined && { name })} />;
  }
  if (agentId !== undefined) return <AgentLink agentId={agentId} />;
  if (approvalId === undefined) return '–';
  return (
    <TextButton onClick={() => void actions.open(approvalId)}>{auditStrings.request(approvalId.slice(-6))}</TextButton>
  );
}
