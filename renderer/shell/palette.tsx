import { Modal, ScrollArea, Text, TextInput } from '@mantine/core';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { agentStrings } from '../agents/strings-agents';
import { useDesk, useDeskParts } from '../state/desk-context';
import { useSelection } from '../state/use-selection';
import { strings } from '../strings';
import { CommandDialog } from '../ui/confirm';
import { AgentText } from '../ui/names';
import { LoadRefusal } from '../ui/notice';
import ui from '../ui/ui.module.css';
import { type Asking, type Asks, type Entries, type Entry, type EntryGroup, useEntries } from './palette-entries';
import classes from './shell.module.css';
import { paletteStrings } from './strings-shell';

const LIST_ID = 'gatehouse-palette';

/** The palette (Ctrl/Cmd+K): every view, session, agent, automation, request and action by a few letters of its name. */
export function Palette() {
  const { actions } = useDeskParts();
  const isShown = useDesk((state) => state.isPaletteShown);
  const [asking, setAsking] = useState<Asking>();
  const close = () => actions.showPalette(false);
  return (
    <>
      <Modal
        opened={isShown}
        onClose={close}
        size={600}
        yOffset={80}
        padding={0}
        withCloseButton={false}
        // Names the dialog; it says the same as the field does, so it is not drawn.
        title={paletteStrings.label}
        styles={{ header: { display: 'none' } }}
        // The lock writes a style element that the page's policy would refuse.
        lockScroll={false}
      >
        <Finder onAsk={setAsking} onClose={close} />
      </Modal>
      {asking !== undefined && <Question asking={asking} onClose={() => setAsking(undefined)} />}
    </>
  );
}

/** Asks before agents are paused or resumed. */
function Question({ asking, onClose }: { readonly asking: Asking; readonly onClose: () => void }) {
  const shared = { reasonLabel: paletteStrings.reason, onClose };
  const color = asking.what.startsWith('pause') ? ('red' as const) : undefined;
  if (!('agentId' in asking)) {
    const { label, title, effect } = paletteStrings[asking.what];
    return (
      <CommandDialog {...shared} label={label} title={title} color={color} command={`agents.${asking.what}`} input={{}}>
        <p>{effect}</p>
      </CommandDialog>
    );
  }
  const { agentId, what } = asking;
  const { label, title, words } = agentStrings[what];
  return (
    <CommandDialog {...shared} label={label} title={title} color={color} command={`agent.${what}`} input={{ agentId }}>
      <Text fw={600}>
        <AgentText text={agentId} />
      </Text>
      <Text>{words}</Text>
    </CommandDialog>
  );
}

/** The field, and below it what is found. It begins empty each time. */
function Finder({ onAsk, onClose }: { readonly onAsk: Asks; readonly onClose: () => void }) {
  const [query, setQuery] = useState('');
  const typed = query.trim();
  const found = useEntries(typed, onAsk);
  const entries = found.current.flatMap((group) => group.entries);
  const keys = entries.map(({ key }) => key);
  const { selected, select, lets } = useSelection(keys, { list: typed, initial: keys[0] });
  /** What Enter was pressed on before all of it was there: the first of it is what was meant. */
  const [awaited, setAwaited] = useState<string>();
  const act = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.act();
  };
  const chosen = entries.find(({ key }) => key === selected);
  useEffect(() => {
    if (awaited === undefined || found.isLooking) return;
    setAwaited(undefined);
    if (awaited === typed) act(chosen);
    // oxlint-disable-next-line react/exhaustive-deps -- once, when what was asked for is there
  }, [awaited, found.isLooking]);
  useEffect(() => {
    if (selected !== undefined) document.getElementById(rowId(selected))?.scrollIntoView({ block: 'nearest' });
  }, [selected]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0 && event.key !== 'Enter') return;
    event.preventDefault();
    setAwaited(undefined);
    const at = keys.indexOf(selected ?? '');
    const next = keys.at((at + step) % keys.length);
    if (step !== 0) {
      if (next !== undefined) select(next);
    } else if (event.repeat) return;
    else if (chosen === undefined && found.isLooking) setAwaited(typed);
    else if (lets(event.timeStamp)) act(chosen);
  };
  return (
    <>
      <TextInput
        data-autofocus
        size="lg"
        variant="unstyled"
        className={classes['finder'] ?? ''}
        placeholder={paletteStrings.placeholder}
        leftSection={<IconSearch size={18} stroke={1.6} aria-hidden />}
        value={query}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAwaited(undefined);
        }}
        onKeyDown={onKeyDown}
        role="combobox"
        aria-label={paletteStrings.placeholder}
        aria-expanded
        aria-controls={LIST_ID}
        {...(selected !== undefined && { 'aria-activedescendant': rowId(selected) })}
      />
      <Found {...found} selected={selected} onAct={act} />
    </>
  );
}

type FoundProps = Entries & {
  readonly selected: string | undefined;
  readonly onAct: (entry: Entry) => void;
};

/** What was found, by kind. What an older text found stays to be seen until the new is there, and cannot be chosen. */
function Found({ current, old, isLooking, refusal, reload, selected, onAct }: FoundProps) {
  const isEmpty = current.length + old.length === 0;
  return (
    <ScrollArea.Autosize mah={360} type="scroll" className={classes['found'] ?? ''}>
      <div role="listbox" id={LIST_ID} aria-label={paletteStrings.label} aria-busy={isLooking}>
        {current.map((group) => (
          <Rows key={group.label} {...group} selected={selected} onAct={onAct} />
        ))}
      </div>
      <div aria-hidden className={classes['old']}>
        {old.map((group) => (
          <Rows key={group.label} {...group} />
        ))}
      </div>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      {isEmpty && refusal === undefined && (
        <Text c="dimmed" ta="center" p="md" role="status">
          {isLooking ? strings.answer.loading : paletteStrings.nothing}
        </Text>
      )}
    </ScrollArea.Autosize>
  );
}

type RowsProps = EntryGroup & {
  readonly selected?: string | undefined;
  /** Absent for what cannot be chosen any more. */
  readonly onAct?: (entry: Entry) => void;
};

function Rows({ label, entries, selected, onAct }: RowsProps) {
  return (
    <div role="group" aria-label={label}>
      <div className={classes['kind']} aria-hidden>
        {label}
      </div>
      {entries.map((entry) => (
        <Row key={entry.key} entry={entry} isSelected={entry.key === selected} onAct={onAct} />
      ))}
    </div>
  );
}

type RowProps = {
  readonly entry: Entry;
  readonly isSelected: boolean;
  readonly onAct: RowsProps['onAct'];
};

function Row({ entry, isSelected, onAct }: RowProps) {
  const { key, icon, label, hint } = entry;
  const option = onAct && { role: 'option', id: rowId(key), 'aria-selected': isSelected, onClick: () => onAct(entry) };
  return (
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the field has the keys
    <div
      {...option}
      // In no order of Tab, but what scrolls has something in it that can be reached.
      tabIndex={-1}
      className={classes['action']}
      // The focus stays in the field.
      onMouseDown={(event) => event.preventDefault()}
    >
      {icon}
      <span className={`${ui['cut']} ${classes['name']}`}>{label}</span>
      {hint === undefined ? <IconArrowRight size={14} aria-hidden /> : <span>{hint}</span>}
    </div>
  );
}

const rowId = (key: string) => `gatehouse-palette-${key}`;
