import { defaultRangeExtractor, useVirtualizer } from '@tanstack/react-virtual';
import { type ComponentProps, type ReactNode, useEffect, useRef } from 'react';
import { withSelected } from '../state/use-selection';
import { strings } from '../strings';
import ui from '../ui/ui.module.css';
import classes from './queue.module.css';

/** The element that the keys of the list belong to. */
export const LIST_ID = 'gatehouse-list';

/** A row of a list: `id` is unique in it. */
export type ListItem = {
  readonly id: string;
  readonly isSelected: boolean;
  readonly onClick: () => void;
  readonly content: ReactNode;
  /** What its look depends on besides being selected. */
  readonly tone: 'waiting' | 'settled' | 'group';
};

/** Rows that belong together under a name. */
export type ListSection = {
  readonly id: string;
  readonly name: string;
  /** What is drawn for the name. */
  readonly title?: ReactNode;
  /** Whether the name is drawn above the rows, or only said. */
  readonly isNamed: boolean;
  readonly items: readonly ListItem[];
};

type Props = {
  readonly sections: readonly ListSection[];
  /** Called when the end of the section with this id is nearly in sight. */
  readonly onNearEnd?: { readonly sectionId: string; readonly call: () => void };
  /** Below the last row. */
  readonly foot?: ReactNode;
};

/** Rows before the end at which more is asked for. */
const NEAR_THE_END = 20;

/** A place in the list: a section's name, or one of its rows. */
type Slot = { readonly section: ListSection; readonly item?: ListItem };

/** One list for keys and screen readers, of which only the rows in sight and the chosen one are drawn, so that it may have any number. */
export function VirtualList({ sections, onNearEnd, foot }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const slots = sections.flatMap((section): Slot[] => [
    ...(section.isNamed ? [{ section }] : []),
    ...section.items.map((item) => ({ section, item })),
  ]);
  const selectedIndex = slots.findIndex(({ item }) => item?.isSelected === true);
  const selectedId = slots[selectedIndex]?.item?.id;
  const virtual = useVirtualizer({
    count: slots.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => {
      const slot = slots[index];
      return slot?.item?.id ?? `section ${slot?.section.id ?? index}`;
    },
    estimateSize: (index) => (slots[index]?.item?.tone === 'settled' ? 54 : 74),
    overscan: 2,
    // The chosen one stays, wherever the list is scrolled to: it is what a screen reader stands on.
    rangeExtractor: (range) => withSelected(defaultRangeExtractor(range), selectedIndex),
  });
  const items = virtual.getVirtualItems();
  const lastShown = items.filter(({ index }) => index !== selectedIndex).at(-1)?.index ?? 0;
  const nearEnd = onNearEnd?.sectionId;
  const endIndex = slots.findLastIndex(({ section }) => section.id === nearEnd);
  const isNearEnd = nearEnd !== undefined && lastShown >= endIndex - NEAR_THE_END;
  useEffect(() => {
    if (isNearEnd) onNearEnd?.call();
  }, [isNearEnd, endIndex, onNearEnd]);

  useEffect(() => {
    if (selectedId === undefined) return;
    virtual.scrollToIndex(selectedIndex, { align: 'auto' });
    // Only another choice scrolls; the list growing above it does not.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [selectedId]);

  const active = selectedId === undefined ? {} : { 'aria-activedescendant': rowId(selectedId) };
  return (
    <div
      ref={scroller}
      id={LIST_ID}
      className={classes['list']}
      role="listbox"
      tabIndex={0}
      aria-label={strings.list.label}
      {...active}
    >
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }} role="presentation">
        {sections.map((section) => (
          <div key={section.id} role="group" aria-label={section.name}>
            {items.map(({ index, start, key }) => {
              const slot = slots[index];
              if (slot === undefined || slot.section !== section) return null;
              const style = { transform: `translateY(${start}px)` };
              return <Row key={key} ref={virtual.measureElement} data-index={index} style={style} slot={slot} />;
            })}
          </div>
        ))}
      </div>
      {foot}
    </div>
  );
}

type RowProps = Pick<ComponentProps<'div'>, 'ref' | 'style'> & { readonly 'data-index': number; readonly slot: Slot };

function Row({ slot: { section, item }, ...place }: RowProps) {
  if (item === undefined) {
    return (
      // The group around the rows has the name.
      <div {...place} className={`${ui['small']} ${classes['name']}`} role="presentation" aria-hidden>
        {section.title ?? section.name}
      </div>
    );
  }
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list has the focus and the keys
    <div
      {...place}
      id={rowId(item.id)}
      role="option"
      aria-selected={item.isSelected}
      className={classes['row']}
      data-tone={item.tone}
      onClick={item.onClick}
    >
      {item.content}
    </div>
  );
}

const rowId = (id: string) => `gatehouse-row-${id}`;
