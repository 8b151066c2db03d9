import { Box, Flex } from '@mantine/core';
import { IconChecks } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import {
  type AutomationAction,
  type LifecycleSection,
  lifecycleSections,
  MOST_COUNTED,
} from '../../shared/contract/automation';
import { visibleText } from '../../shared/kernel/visible-text';
import { AutomationActionButton, AutomationActions } from '../automations/automation-actions';
import { sentenceCase } from '../automations/automation-detail';
import { AutomationName, SeverityMark } from '../automations/automation-marks';
import classes from '../automations/automations.module.css';
import { actionTexts, automationStrings, evidenceWords } from '../automations/strings-automations';
import type { AnswerOf } from '../bridge';
import { formatNumber } from '../format';
import { useAnswer, usePages } from '../state/answers';
import { useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { ListView } from '../ui/list-view';
import { ActorShort, AgentText } from '../ui/names';
import { LoadRefusal } from '../ui/notice';
import { EmptyState, TabView, ViewPage } from '../ui/page';
import type { Column } from '../ui/table';
import { Day, Distance } from '../ui/times';
import ui from '../ui/ui.module.css';
import { lifecycleStrings, sectionTexts } from './strings-lifecycle';

/** Lifecycle: what needs a look, comes to its end or is over, section by section. */
export function LifecycleView() {
  const [section, setSection] = useKept<LifecycleSection>('lifecycle section', 'review');
  const { value, refusal, reload } = useAnswer('lifecycle.counts', {}, ['automations', 'limits']);
  return (
    <ViewPage title={strings.app.views.lifecycle} subtitle={lifecycleStrings.subtitle}>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      <TabView
        label={lifecycleStrings.sections}
        classNames={{ root: classes['tabs'] ?? '', tab: classes['tab'] ?? '', panel: classes['panel'] ?? '' }}
        tabs={lifecycleSections}
        tab={section}
        onChange={setSection}
        renderName={(each) => (
          <>
            {sectionTexts[each].title} <Count count={value?.counts[each]} />
          </>
        )}
      >
        {(each) => (
          <AutomationActions key={each}>
            <LifecycleSectionTable section={each} />
          </AutomationActions>
        )}
      </TabView>
    </ViewPage>
  );
}

/** How many are in a section; nothing while that is not known yet. */
function Count({ count }: { readonly count: number | undefined }) {
  return (
    <Box component="span" ml={4} className={ui['badge'] ?? ''} mod={{ none: count === 0 }}>
      {count === undefined ? ' ' : `${formatNumber(count)}${count >= MOST_COUNTED ? '+' : ''}`}
    </Box>
  );
}

/** What is offered in each section, the usual one first. */
const offered: Readonly<Record<LifecycleSection, readonly AutomationAction[]>> = {
  review: ['acknowledge', 'retire'],
  failing: ['acknowledge', 'retire'],
  expiring: ['extend', 'retire'],
  expired: ['extend', 'retire'],
  retired: ['extend', 'delete'],
  deleted: ['restore'],
};

const keyOf = ({ automationId }: LifecycleItem) => automationId;
const nameOf = ({ name }: LifecycleItem) => name;

function columnsOf(section: LifecycleSection): readonly Column<LifecycleItem>[] {
  const { columns } = lifecycleStrings;
  return [
    {
      header: columns.name,
      width: 'minmax(8.5rem, 1.4fr)',
      cell: ({ name, automationId }) => <AutomationName name={name} automationId={automationId} />,
    },
    {
      header: columns.why,
      width: 'minmax(10rem, 2.4fr)',
      cell: (item) => <LifecycleWhy section={section} item={item} />,
    },
    {
      header: sectionTexts[section].since,
      width: 'minmax(7.2rem, 0.7fr)',
      cell: ({ sinceMs }) => <Day atMs={sinceMs} />,
    },
    {
      header: columns.actions,
      width: '11.5rem',
      cell: (item) => <RowActions section={section} item={item} />,
    },
  ];
}

function RowActions({ section, item }: { readonly section: LifecycleSection; readonly item: LifecycleItem }) {
  return (
    // Keeps clicks on the buttons from opening the row.
    <Flex component="span" display="inline-flex" gap={6} onClick={(event) => event.stopPropagation()}>
      {offered[section]
        .filter((action) => item.actions.includes(action))
        .map((action) => (
          <AutomationActionButton
            key={action}
            action={action}
            automations={[item]}
            button={{ size: 'compact-xs', 'aria-label': `${actionTexts[action].label} ${visibleText(item.name)}` }}
          />
        ))}
    </Flex>
  );
}

/** One section of Lifecycle: why each automation is here and since when, with what can be done for one or several at once. */
function LifecycleSectionTable({ section }: { readonly section: LifecycleSection }) {
  const { actions } = useDeskParts();
  const pages = usePages('lifecycle.list', { section }, ['automations', 'limits'], 'items');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const columns = useMemo(() => columnsOf(section), [section]);
  // What has left the section meanwhile is not ticked any more.
  const selected = pages.rows?.filter((row) => ticked.has(keyOf(row))) ?? [];
  return (
    <div className={classes['section']}>
      <div className={classes['bar']} hidden={pages.rows?.length === 0}>
        {selected.length === 0 ? (
          <p className={ui['dim']}>{sectionTexts[section].words}</p>
        ) : (
          <>
            <b role="status">{strings.answer.selected(selected.length)}</b>
            {offered[section].map((action) => (
              <AutomationActionButton
                key={action}
                action={action}
                automations={selected}
                onDone={() => setTicked(new Set())}
              />
            ))}
          </>
        )}
      </div>
      <ListView
        pages={pages}
        label={sectionTexts[section].title}
        columns={columns}
        keyOf={keyOf}
        nameOf={nameOf}
        onOpen={({ automationId }) => actions.show('automations', automationId)}
        selection={{ selected: new Set(selected.map(keyOf)), change: setTicked }}
        rowRem={3.25}
        empty={
          <EmptyState icon={IconChecks} title={sectionTexts[section].none} words={sectionTexts[section].whenSome} />
        }
      />
    </div>
  );
}

/** One automation in a section. */
type LifecycleItem = AnswerOf<'lifecycle.list'>['items'][number];

type Props = { readonly section: LifecycleSection; readonly item: LifecycleItem };

/** Why an automation is in a section, in words: the finding with its evidence, the reason, or who did it. */
function LifecycleWhy({ section, item }: Props) {
  switch (section) {
    case 'review':
    case 'failing':
      return <Finding item={item} />;
    case 'expiring':
      return <p className={ui['cut']}>{lifecycleStrings.expiresOn}</p>;
    case 'expired':
      return <p className={ui['cut']}>{lifecycleStrings.expiredOn}</p>;
    case 'retired':
      return <AgentText text={item.retireReason ?? lifecycleStrings.noReason} />;
    case 'deleted':
      return item.deletion === undefined ? null : (
        <span className={ui['two']}>
          <Flex component="span" gap={8} align="center" miw={0}>
            {lifecycleStrings.deletedBy} <ActorShort actor={item.deletion.deletedBy} />
          </Flex>
          <span className={`${ui['cut']} ${ui['small']}`}>
            <Distance atMs={item.deletion.deletedAtMs} />
          </span>
        </span>
      );
  }
}

function Finding({ item: { findings, reviewKind, runsSinceReview } }: { readonly item: LifecycleItem }) {
  const [finding, ...others] = findings;
  if (finding === undefined) {
    const words = reviewKind === undefined ? lifecycleStrings.noReason : automationStrings.reviewKind[reviewKind];
    return (
      <span className={ui['two']}>
        <span className={ui['cut']}>{words}</span>
        {reviewKind === 'run_drift' && (
          <span className={`${ui['cut']} ${ui['small']}`}>{automationStrings.runsSince(runsSinceReview)}</span>
        )}
      </span>
    );
  }
  const evidence = finding.detail === undefined ? evidenceWords(finding.evidence) : `${sentenceCase(finding.detail)}.`;
  const more = others.length === 0 ? '' : lifecycleStrings.moreFindings(others.length);
  return (
    <span className={ui['two']}>
      <Flex component="span" gap={8} align="center" miw={0}>
        <SeverityMark severity={finding.severity} />
        <span className={ui['cut']}>
          <AgentText text={sentenceCase(finding.summary)} />
        </span>
      </Flex>
      <span className={`${ui['cut']} ${ui['small']}`}>
        <AgentText text={[evidence, more].filter(Boolean).join(' ')} />
      </span>
    </span>
  );
}
