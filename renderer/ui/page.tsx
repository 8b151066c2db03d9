import { ActionIcon, Button, Group, Stack, Tabs, type TabsProps as TabsRootProps, Title } from '@mantine/core';
import { type Icon, IconArrowLeft } from '@tabler/icons-react';
import { type ReactNode, useEffect, useId, useRef } from 'react';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';
import ui from './ui.module.css';

type Props = {
  readonly title: ReactNode;
  /** One sentence on what is seen here. */
  readonly subtitle?: ReactNode;
  /** What can be done with all of it, at the end of the title's line. */
  readonly actions?: ReactNode;
  /** Search and filters, below the title. */
  readonly toolbar?: ReactNode;
  /** For one thing within a view: shows the way back, and takes the focus, since what had it is gone. */
  readonly isDetail?: boolean;
  readonly children: ReactNode;
};

/** The frame of every view but the queue: title, actions, filters, and the content, which scrolls or fills the rest. */
export function ViewPage({ title, subtitle, actions, toolbar, isDetail = false, children }: Props) {
  const parts = useDeskParts();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isDetail) heading.current?.focus();
  }, [isDetail]);
  return (
    <div className={ui['page']}>
      <header className={ui['header']}>
        {isDetail && (
          <ActionIcon variant="subtle" color="gray" aria-label={strings.app.back} onClick={parts.actions.goBack}>
            <IconArrowLeft size={18} aria-hidden />
          </ActionIcon>
        )}
        <div className={ui['titles']}>
          <h1 ref={heading} tabIndex={-1} className={ui['title']}>
            {title}
          </h1>
          {subtitle !== undefined && <p className={ui['subtitle']}>{subtitle}</p>}
        </div>
        {actions !== undefined && <Group gap={8}>{actions}</Group>}
      </header>
      {toolbar !== undefined && <div className={ui['toolbar']}>{toolbar}</div>}
      <div className={ui['content']}>{children}</div>
    </div>
  );
}

type PanelProps = { readonly title: ReactNode; readonly actions?: ReactNode; readonly children: ReactNode };

/** A part of one thing's page: its title, what can be done in it, and its content on raised ground. */
export function Panel({ title, actions, children }: PanelProps) {
  const titleId = useId();
  return (
    <section className={ui['panel']} aria-labelledby={titleId}>
      <header className={ui['panelHeader']}>
        <Title order={2} size="sm" id={titleId}>
          {title}
        </Title>
        {actions !== undefined && <Group gap={8}>{actions}</Group>}
      </header>
      <div className={ui['panelContent']}>{children}</div>
    </section>
  );
}

type EmptyStateProps = {
  readonly icon: Icon;
  readonly title: string;
  /** What to do next, or when something will be here. */
  readonly words?: string;
  readonly next?: { readonly label: string; readonly act: () => void; readonly variant?: 'default' };
};

/** What a view shows while there is nothing in it: what would be here, and the next step. */
export function EmptyState({ icon: EmptyIcon, title, words, next }: EmptyStateProps) {
  return (
    <Stack gap={8} align="center" justify="center" maw="32rem" mih="16rem" mx="auto" p={24} c="dimmed" ta="center">
      <EmptyIcon size={40} stroke={1.25} aria-hidden />
      <Title order={2} size="lg" fw={700} mt={4} c="var(--gh-text)">
        {title}
      </Title>
      <div>{words}</div>
      {next !== undefined && (
        <Button mt={8} size="sm" variant={next.variant ?? 'filled'} onClick={next.act}>
          {next.label}
        </Button>
      )}
    </Stack>
  );
}

type TabsProps<T extends string> = Pick<TabsRootProps, 'classNames'> & {
  readonly label: string;
  readonly tabs: readonly T[];
  readonly tab: T;
  readonly onChange: (tab: T) => void;
  readonly renderName: (tab: T) => ReactNode;
  readonly children: (tab: T) => ReactNode;
};

/** For the tabs of one thing's page: they fill what is left of it. */
export const filling = { root: ui['tabs'] ?? '', panel: ui['tabPanel'] ?? '' };

/** Several views of one thing, of which one is drawn. */
export function TabView<T extends string>({ label, tabs, tab, onChange, renderName, children, ...root }: TabsProps<T>) {
  const choose = (chosen: string | null) => onChange(tabs.find((each) => each === chosen) ?? tab);
  return (
    <Tabs {...root} value={tab} onChange={choose} keepMounted={false}>
      <Tabs.List aria-label={label}>
        {tabs.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {renderName(each)}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((each) => (
        <Tabs.Panel key={each} value={each}>
          {each === tab && children(each)}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** A fact's name and what it is; one that is undefined, false or empty is left out. */
export type Fact = readonly [name: string, value: ReactNode];

/** Facts about one thing, each with its name. */
export function Facts({ facts }: { readonly facts: readonly Fact[] }) {
  return (
    <dl className={ui['facts']}>
      {facts
        .filter(([, value]) => value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name} className={ui['fact']}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  );
}
