import { IconChecks } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import type { AutomationAction, LifecycleSection } from '../../shared/contract/automation';
import { visibleText } from '../../shared/kernel/visible-text';
import { AutomationActionButton } from '../automations/automation-action';
import { AutomationName } from '../automations/automation-list';
import { actionTexts } from '../automations/strings-automations';
import { useDeskParts } from '../state/desk-context';
import { usePages } from '../state/use-pages';
import { strings } from '../strings';
import type { Column } from '../ui/column';
import { Day } from '../ui/deadline';
import { EmptyState } from '../ui/empty-state';
import { ListView } from '../ui/list-view';
import ui from '../ui/ui.module.css';
import classes from './lifecycle-section.module.css';
import { type LifecycleItem, LifecycleWhy } from './lifecycle-why';
import { lifecycleStrings, sectionTexts } from './strings-lifecycle';

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
      width: 'minmax(11rem, 1.4fr)',
      cell: ({ name, automationId }) => <AutomationName name={name} automationId={automationId} />,
    },
    {
      header: columns.why,
      width: 'minmax(14rem, 2.4fr)',
      cell: (item) => <LifecycleWhy section={section} item={item} />,
    },
    {
      header: sectionTexts[section].since,
      width: 'minmax(7.5rem, 0.7fr)',
      cell: ({ sinceMs }) => <Day atMs={sinceMs} />,
    },
    {
      header: columns.actions,
      width: '11.5rem',
      cell: (item) => <RowActions section={section} item={item} />,
    },
  ];
}

/** An action's name for a screen reader, which does not see in which row it is. */
function rowActionLabel(label: string, name: string): string {
  return `${label} ${visibleText(name)}`;
}

function RowActions({ section, item }: { readonly section: LifecycleSection; readonly item: LifecycleItem }) {
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-static-element-interactions -- keeps clicks on the buttons from opening the row
    <span className={classes['actions']} onClick={(event) => event.stopPropagation()}>
      {offered[section]
        .filter((action) => item.actions.includes(action))
        .map((action) => (
          <AutomationActionButton
            key={action}
            action={action}
            automations={[item]}
            button={{ size: 'compact-xs', 'aria-label': rowActionLabel(actionTexts[action].label, item.name) }}
          />
        ))}
    </span>
  );
}

/** One section of Lifecycle: why each automation is here and since when, with what can be done for one or several at once. */
export function LifecycleSectionTable({ section }: { readonly section: LifecycleSection }) {
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
