import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, spotlight } from '@mantine/spotlight';
import { IconArrowRight, IconBolt, IconClockPlay, IconInbox, IconRobot, IconSearch } from '@tabler/icons-react';
import { type ReactNode, useState } from 'react';
import { placedTitle } from '../../shared/act/approval-title';
import { viewNames } from '../../shared/kernel/place';
import { operatorStatus } from '../../shared/missed';
import { StatusMark } from '../queue/request-marks';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import { CommandDialog } from '../ui/confirm';
import { AgentText } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './shell.module.css';
import { paletteStrings } from './strings-shell';

/** Matches of each kind that are shown; who wants more goes to the view. */
const MOST_OF_A_KIND = 6;

type Asking = 'pauseAll' | 'resumeAll' | undefined;

/** Opens the palette, as its key does. */
export const openPalette = () => spotlight.open();

/** The palette (Ctrl/Cmd+K): every view, agent, automation, request and action by a few letters of its name. */
export function Palette() {
  const [query, setQuery] = useState('');
  const [asking, setAsking] = useState<Asking>();
  return (
    <>
      <Spotlight.Root
        query={query}
        onQueryChange={setQuery}
        shortcut={['mod + K']}
        tagsToIgnore={[]}
        scrollable
        maxHeight={420}
        // The lock writes a style element that the page's policy would refuse.
        lockScroll={false}
        // Names the dialog; it says the same as the field does, so it is not drawn.
        title={paletteStrings.label}
        styles={{ header: { display: 'none' } }}
      >
        <Spotlight.Search
          placeholder={paletteStrings.placeholder}
          aria-label={paletteStrings.placeholder}
          leftSection={<IconSearch size={18} stroke={1.6} aria-hidden />}
        />
        <Spotlight.ActionsList>
          <Entries query={query} onAsk={setAsking} />
        </Spotlight.ActionsList>
      </Spotlight.Root>
      {asking !== undefined && (
        <CommandDialog
          label={paletteStrings[asking].label}
          title={paletteStrings[asking].title}
          command={`agents.${asking}` as const}
          input={{}}
          reasonLabel={paletteStrings.reason}
          color={asking === 'pauseAll' ? 'red' : undefined}
          onClose={() => setAsking(undefined)}
        >
          <p>{paletteStrings[asking].effect}</p>
        </CommandDialog>
      )}
    </>
  );
}

type Entry = { readonly key: string; readonly label: ReactNode; readonly hint?: ReactNode; readonly act: () => void };

function Entries({ query, onAsk }: { readonly query: string; readonly onAsk: (asking: Asking) => void }) {
  const { actions } = useDeskParts();
  const [settled] = useDebouncedValue(query.trim(), 120);
  const fixed = [
    ...viewNames.map((view, index) => ({
      key: view,
      label: strings.app.views[view],
      hint: `Alt+${index + 1}`,
      act: () => actions.show(view),
    })),
    { key: 'connect', label: paletteStrings.connect, act: () => actions.show('settings', 'connect') },
    { key: 'rules', label: paletteStrings.rules, act: () => actions.show('settings', 'rules') },
    { key: 'pauseAll', label: paletteStrings.pauseAll.label, act: () => onAsk('pauseAll') },
    { key: 'resumeAll', label: paletteStrings.resumeAll.label, act: () => onAsk('resumeAll') },
    { key: 'keys', label: strings.keys.title, hint: '?', act: () => actions.showKeys(true) },
  ].filter(({ label }) => label.toLowerCase().includes(query.trim().toLowerCase()));
  return (
    <>
      <Group label={paletteStrings.actions} icon={<IconBolt size={16} aria-hidden />} entries={fixed} />
      {settled !== '' && <Found text={settled} hasFixed={fixed.length > 0} />}
    </>
  );
}

/** What the words are found in; asked anew for each. */
function Found({ text, hasFixed }: { readonly text: string; readonly hasFixed: boolean }) {
  const { actions } = useDeskParts();
  const limit = MOST_OF_A_KIND;
  const agents = useAnswer('agents.overview', { search: text, limit }, []);
  const automations = useAnswer('automations.search', { text, limit }, []);
  const waiting = useAnswer('approvals.search', { scope: 'waiting', text, limit }, []);
  const past = useAnswer('approvals.search', { scope: 'past', text, limit }, []);
  const answers = [agents, automations, waiting, past];
  const agentEntries = (agents.value?.agents ?? []).map(({ agentId }) => ({
    key: agentId,
    label: <AgentText text={agentId} />,
    act: () => actions.show('agents', agentId),
  }));
  const automationEntries = (automations.value?.automations ?? []).map(({ automationId, name }) => ({
    key: automationId,
    label: <AgentText text={name} />,
    act: () => actions.show('automations', automationId),
  }));
  const approvals = [...(waiting.value?.approvals ?? []), ...(past.value?.approvals ?? [])].slice(0, limit);
  const approvalEntries = approvals.map((approval) => ({
    key: approval.approvalId,
    label: <AgentText text={placedTitle(approval)} />,
    hint: <StatusMark status={operatorStatus(approval)} toolRuleId={approval.toolRuleId} />,
    act: () => void actions.open(approval.approvalId),
  }));
  const isNothing = agentEntries.length + automationEntries.length + approvalEntries.length === 0;
  const isLoading = answers.some(({ value, refusal }) => value === undefined && refusal === undefined);
  return (
    <>
      <Group label={strings.app.views.agents} icon={<IconRobot size={16} aria-hidden />} entries={agentEntries} />
      <Group
        label={strings.app.views.automations}
        icon={<IconClockPlay size={16} aria-hidden />}
        entries={automationEntries}
      />
      <Group label={paletteStrings.requests} icon={<IconInbox size={16} aria-hidden />} entries={approvalEntries} />
      {isNothing && (isLoading || !hasFixed) && (
        <Spotlight.Empty>{isLoading ? strings.answer.loading : paletteStrings.nothing}</Spotlight.Empty>
      )}
    </>
  );
}

type GroupProps = { readonly label: string; readonly icon: ReactNode; readonly entries: readonly Entry[] };

function Group({ label, icon, entries }: GroupProps) {
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map(({ key, label: name, hint, act }) => (
        <Spotlight.Action key={`${label} ${key}`} onClick={act} className={classes['action'] ?? ''}>
          {icon}
          <span className={`${ui['cut']} ${classes['name']}`}>{name}</span>
          {hint === undefined ? <IconArrowRight size={14} aria-hidden /> : <span>{hint}</span>}
        </Spotlight.Action>
      ))}
    </Spotlight.ActionsGroup>
  );
}
