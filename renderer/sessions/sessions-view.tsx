import { SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconFilterOff, IconPlugConnected } from '@tabler/icons-react';
import { projectOf } from '../../shared/act/engine-facts';
import { type Engine, engineNames, engines } from '../../shared/contract/engine';
import { visibleLine } from '../../shared/kernel/visible-text';
import { useAnswer } from '../state/answers';
import { useDesk, useDeskParts, useKept } from '../state/desk-context';
import { strings } from '../strings';
import { Choice, SearchField } from '../ui/fields';
import { EmptyState, ViewPage } from '../ui/page';
import { SessionList } from './session-list';
import { SessionPage } from './session-page';
import { sessionStrings } from './strings-sessions';

/** Sessions: all of them, or the one that is open. */
export function SessionsView() {
  const runId = useDesk(({ place }) => place.subject);
  return runId === undefined ? <AllSessions /> : <SessionPage key={runId} runId={runId} />;
}

type Filters = {
  readonly show: 'all' | 'live';
  readonly engine: Engine | undefined;
  readonly workspace: string | undefined;
  readonly text: string;
};

const noFilters: Filters = { show: 'all', engine: undefined, workspace: undefined, text: '' };

/** Every session of every engine, live and past. The filters stay while the operator is elsewhere. */
function AllSessions() {
  const { actions } = useDeskParts();
  const [filters, setFilters] = useKept('session filters', noFilters);
  const { show, engine, workspace } = filters;
  const [text] = useDebouncedValue(filters.text.trim(), 200);
  const isFiltered = show !== 'all' || engine !== undefined || workspace !== undefined || text !== '';
  return (
    <ViewPage
      title={strings.app.views.sessions}
      subtitle={sessionStrings.subtitle}
      toolbar={<FilterBar filters={filters} onChange={setFilters} />}
    >
      <SessionList
        filter={{
          ...(show === 'live' && { state: 'under_way' as const }),
          ...(engine !== undefined && { engine }),
          ...(workspace !== undefined && { workspace }),
          ...(text !== '' && { text }),
        }}
        keptAs={`sessions ${show} ${engine ?? ''} ${workspace ?? ''} ${text}`}
        empty={
          isFiltered ? (
            <EmptyState
              icon={IconFilterOff}
              title={sessionStrings.noMatches.title}
              words={sessionStrings.noMatches.words}
              next={{ label: sessionStrings.noMatches.clear, act: () => setFilters(noFilters), variant: 'default' }}
            />
          ) : (
            <EmptyState
              icon={IconPlugConnected}
              title={sessionStrings.empty.title}
              words={sessionStrings.empty.words}
              next={{ label: sessionStrings.empty.connect, act: () => actions.show('settings', 'engines') }}
            />
          )
        }
      />
    </ViewPage>
  );
}

type BarProps = { readonly filters: Filters; readonly onChange: (next: Filters) => void };

function FilterBar({ filters, onChange }: BarProps) {
  const { show, engine, workspace, text } = filters;
  const projects = useAnswer('sessions.projects', {}, ['runs']).value?.workspaces ?? [];
  // One that was chosen stays in the list, also where none of the newest sessions is in it any more.
  const workspaces = workspace === undefined || projects.includes(workspace) ? projects : [workspace, ...projects];
  return (
    <>
      <SegmentedControl
        size="xs"
        aria-label={sessionStrings.show}
        value={show}
        data={(['all', 'live'] as const).map((each) => ({ value: each, label: sessionStrings.shows[each] }))}
        onChange={(next) => onChange({ ...filters, show: next })}
      />
      <SearchField
        label={sessionStrings.search}
        placeholder={sessionStrings.searchPlaceholder}
        w={230}
        value={text}
        onChange={(next) => onChange({ ...filters, text: next })}
      />
      <Choice
        size="xs"
        maw="16rem"
        aria-label={sessionStrings.project}
        value={workspace}
        values={workspaces}
        names={namesOf(workspaces)}
        none={sessionStrings.allProjects}
        onChange={(next) => onChange({ ...filters, workspace: next })}
      />
      <Choice
        size="xs"
        aria-label={sessionStrings.engine}
        value={engine}
        values={engines}
        names={engineNames}
        none={sessionStrings.allEngines}
        onChange={(next) => onChange({ ...filters, engine: next })}
      />
    </>
  );
}

/** What each folder is called: by its last name, and by the whole path where two have the same. */
function namesOf(workspaces: readonly string[]): Readonly<Record<string, string>> {
  const counts = new Map<string, number>();
  for (const each of workspaces) counts.set(projectOf(each), (counts.get(projectOf(each)) ?? 0) + 1);
  return Object.fromEntries(
    workspaces.map((each) => [each, visibleLine((counts.get(projectOf(each)) ?? 0) > 1 ? each : projectOf(each), 60)]),
  );
}
