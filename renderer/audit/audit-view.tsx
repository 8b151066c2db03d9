import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconShieldCheck } from '@tabler/icons-react';
import { useEffect } from 'react';
import { eventLabels } from '../../shared/act/audit-sentence';
import { type EventName, eventNames } from '../../shared/events';
import type { AnswerOf } from '../bridge';
import { formatExactInstant } from '../format';
import { useAnswer, usePages } from '../state/answers';
import { useDesk, useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { Choice, SearchField } from '../ui/fields';
import { ListView } from '../ui/list-view';
import { ActorShort } from '../ui/names';
import { EmptyState, ViewPage } from '../ui/page';
import { type Column, numberColumn } from '../ui/table';
import classes from './audit.module.css';
import { AuditCheckNotes, useAuditCheck } from './audit-check';
import { AuditRowPanel } from './audit-row';
import { auditStrings } from './strings-audit';

type Filters = {
  readonly event: EventName | undefined;
  readonly text: string;
  /** As the field of the page has it; empty for none. */
  readonly until: string;
};

const noFilters: Filters = { event: undefined, text: '', until: '' };

type ToldEvent = AnswerOf<'audit.search'>['events'][number];

const columns: readonly Column<ToldEvent>[] = [
  numberColumn(auditStrings.columns.seq, '5rem', ({ seq }) => seq),
  {
    header: auditStrings.columns.time,
    width: '8rem',
    cell: ({ atMs }) => formatExactInstant(atMs, Date.now()),
  },
  {
    header: auditStrings.columns.event,
    width: 'minmax(14rem, 4fr)',
    cell: ({ sentence }) => <span title={sentence}>{sentence}</span>,
  },
  {
    header: auditStrings.columns.actor,
    width: 'minmax(7rem, 1fr)',
    cell: ({ actor }) => <ActorShort actor={actor} />,
  },
];

/** How long the index of words is given to follow the log before it is asked again, in milliseconds. */
const INDEXING_MS = 1_000;

/** Audit: the log with its filters, one row opened beside it, and the proof that all of it holds. */
export function AuditView() {
  const { actions } = useDeskParts();
  const [filters, setFilters] = useKept('audit filters', noFilters);
  const [settled] = useDebouncedValue(filters, 200);
  const opened = useDesk((state) => Number(state.place.subject ?? 0));
  const check = useAuditCheck();
  // What is read stays where it is while more is written above it; the operator says when to show that.
  const pages = usePages('audit.search', inputOf(settled), [], 'events');
  const newest = useAnswer('audit.search', { limit: 1 }, ['audit']);
  const headSeq = newest.value?.headSeq ?? 0;
  const newerCount = pages.last === undefined || settled.until !== '' ? 0 : Math.max(0, headSeq - pages.last.headSeq);
  const notYet = pages.last === undefined ? 0 : pages.last.headSeq - pages.last.indexedSeq;
  const isBehind = settled.text.trim() !== '' && notYet > 0;
  useEffect(() => {
    if (!isBehind) return undefined;
    const again = setTimeout(pages.reload, INDEXING_MS);
    return () => clearTimeout(again);
    // Each answer that is behind too is followed by another question.
  }, [isBehind, pages.reload, pages.last]);
  const isFiltered = settled !== noFilters && Object.keys(inputOf(settled)).length > 0;

  return (
    <ViewPage
      title={strings.app.views.audit}
      subtitle={auditStrings.subtitle}
      actions={
        <>
          <Button size="sm" onClick={() => void check.exporting.send({})} disabled={check.task !== undefined}>
            {auditStrings.export}
          </Button>
          <Button
            variant="filled"
            size="sm"
            onClick={() => void check.verify.send({})}
            disabled={check.task !== undefined}
          >
            {auditStrings.verify}
          </Button>
        </>
      }
      toolbar={<FilterBar filters={filters} onChange={setFilters} />}
    >
      <div className={classes['body']} data-opened={opened > 0}>
        <div className={classes['notes']}>
          <AuditCheckNotes {...check} />
          {newerCount > 0 && (
            <div role="status">
              {auditStrings.newer(newerCount)}{' '}
              <Button size="compact-xs" onClick={pages.reload}>
                {auditStrings.showNewer}
              </Button>
            </div>
          )}
          {isBehind && <div role="status">{auditStrings.notYet(notYet)}</div>}
        </div>
        <div className={classes['table']}>
          <ListView
            pages={pages}
            label={auditStrings.label}
            columns={columns}
            keyOf={({ seq }) => String(seq)}
            nameOf={({ seq, sentence }) => auditStrings.rowName(seq, sentence)}
            onOpen={({ seq }) => actions.show('audit', String(seq))}
            rowRem={2.25}
            empty={
              <EmptyState
                icon={IconShieldCheck}
                title={isFiltered ? strings.answer.noMatches : auditStrings.empty}
                words={isFiltered ? '' : auditStrings.emptyWords}
              />
            }
          />
        </div>
        {opened > 0 && <AuditRowPanel key={opened} seq={opened} onClose={() => actions.show('audit')} />}
      </div>
    </ViewPage>
  );
}

/** The filters as the query has them; the end of the minute that was chosen counts too. */
function inputOf({ event, text, until }: Filters) {
  const untilMs = until === '' ? Number.NaN : new Date(until).getTime() + 59_999;
  return {
    ...(event !== undefined && { event }),
    ...(text.trim() !== '' && { text: text.trim() }),
    ...(Number.isFinite(untilMs) && { untilMs }),
  };
}

function FilterBar({ filters, onChange }: { readonly filters: Filters; readonly onChange: (next: Filters) => void }) {
  const { event, text, until } = filters;
  return (
    <>
      <Choice
        size="xs"
        aria-label={auditStrings.event}
        value={event}
        values={eventNames}
        names={eventLabels}
        none={auditStrings.allEvents}
        onChange={(next) => onChange({ ...filters, event: next })}
      />
      <SearchField
        label={auditStrings.text}
        placeholder={auditStrings.textPlaceholder}
        w={340}
        value={text}
        onChange={(next) => onChange({ ...filters, text: next })}
      />
      <TextInput
        size="xs"
        type="datetime-local"
        aria-label={auditStrings.until}
        leftSection={<span aria-hidden>{auditStrings.until}</span>}
        leftSectionWidth="3.6rem"
        value={until}
        onChange={(change) => onChange({ ...filters, until: change.currentTarget.value })}
      />
      <Button
        variant="subtle"
        color="gray"
        disabled={event === undefined && text + until === ''}
        onClick={() => onChange(noFilters)}
      >
        {auditStrings.clear}
      </Button>
    </>
  );
}
