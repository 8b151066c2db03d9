import { CloseButton, Skeleton } from '@mantine/core';
import { useState } from 'react';
import { eventNameOf } from '../../shared/events';
import { readableJson } from '../act';
import { formatNumber } from '../format';
import { useAnswer } from '../state/use-answer';
import { strings } from '../strings';
import { auditStrings } from '../strings-audit';
import { ActorName } from './actor-name';
import classes from './audit.module.css';
import { AuditAbout, isAboutSomething } from './audit-about';
import { Instant } from './deadline';
import { ExactText, FIRST_SHOWN_LENGTH } from './exact-text';
import { LoadRefusal } from './load-refusal';

/** What an event is called; its own name where the desk has none for it. */
export function eventLabel(eventType: string): string {
  const name = eventNameOf(eventType);
  return (auditStrings.events as Readonly<Record<string, string>>)[name] ?? name;
}

/** One row of the audit log, whole. */
export function AuditRowPanel({ seq, onClose }: { readonly seq: number; readonly onClose: () => void }) {
  const { value, refusal, reload } = useAnswer('audit.row', { seq }, []);
  const [shownLength, setShownLength] = useState(FIRST_SHOWN_LENGTH);
  const row = value?.row;
  return (
    <aside className={classes['panel']} aria-label={auditStrings.details}>
      <div className={classes['panelTop']}>
        <h2>{row ? eventLabel(row.eventType) : auditStrings.details}</h2>
        <CloseButton aria-label={auditStrings.close} onClick={onClose} />
      </div>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {value === undefined && refusal === undefined && (
        <Skeleton height={160} role="status" aria-label={strings.answer.loading} />
      )}
      {row === null && <p>{auditStrings.notFound}</p>}
      {row && (
        <>
          <dl className={classes['facts']}>
            <dt>{auditStrings.columns.seq}</dt>
            <dd>{formatNumber(row.seq)}</dd>
            <dt>{auditStrings.columns.time}</dt>
            <dd>
              <Instant atMs={row.atMs} />
            </dd>
            <dt>{auditStrings.columns.actor}</dt>
            <dd>
              <ActorName actor={row.actor} />
            </dd>
            {isAboutSomething(row) && (
              <>
                <dt>{auditStrings.columns.about}</dt>
                <dd>
                  <AuditAbout event={row} />
                </dd>
              </>
            )}
          </dl>
          <h3>{auditStrings.payload}</h3>
          <ExactText
            text={readableJson(row.payload)}
            kind="json"
            label={auditStrings.payload}
            shownLength={shownLength}
            onShowMore={() => setShownLength(2 * shownLength)}
          />
          <h3>{auditStrings.hash}</h3>
          <p className={classes['hash']}>{row.hash}</p>
          <h3>{auditStrings.prevHash}</h3>
          <p className={classes['hash']}>{row.prevHash}</p>
        </>
      )}
    </aside>
  );
}
