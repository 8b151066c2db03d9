import { CloseButton } from '@mantine/core';
import { eventNameOf } from '../../shared/events';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { ExactText } from '../queue/exact-text';
import { readableJson } from '../queue/shown-act';
import { useAnswer } from '../state/use-answer';
import { ActorName } from '../ui/actor-name';
import { Instant } from '../ui/deadline';
import { Facts } from '../ui/facts';
import { Loaded } from '../ui/list-view';
import classes from './audit.module.css';
import { AuditAbout, isAboutSomething } from './audit-about';
import { auditStrings } from './strings-audit';

/** What an event of this name, without the prefix, is called; its own name where the desk has none for it. */
export function eventLabel(name: string): string {
  return (auditStrings.events as Readonly<Record<string, string>>)[name] ?? name;
}

type AuditRow = NonNullable<AnswerOf<'audit.row'>['row']>;

/** One row of the audit log, whole. */
export function AuditRowPanel({ seq, onClose }: { readonly seq: number; readonly onClose: () => void }) {
  const answer = useAnswer('audit.row', { seq }, []);
  const shown = answer.value?.row;
  return (
    <aside className={classes['panel']} aria-label={auditStrings.details}>
      <div className={classes['panelTop']}>
        <h2>{shown ? eventLabel(eventNameOf(shown.eventType)) : auditStrings.details}</h2>
        <CloseButton aria-label={auditStrings.close} onClick={onClose} />
      </div>
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
      <ExactText text={readableJson(row.payload)} kind="json" label={auditStrings.payload} />
      <h3>{auditStrings.hash}</h3>
      <p className={classes['hash']}>{row.hash}</p>
      <h3>{auditStrings.prevHash}</h3>
      <p className={classes['hash']}>{row.prevHash}</p>
    </>
  );
}
