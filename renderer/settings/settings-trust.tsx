import { Button, Flex, SegmentedControl, Stack, TextInput } from '@mantine/core';
import { IconFolder, IconTool } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import type { ListedWorkspace, ToolClass, UnclassedTool } from '../../shared/contract/trust';
import { type RiskLevel, riskLevels } from '../../shared/judgement';
import { visibleLine } from '../../shared/kernel/visible-text';
import { useAnswer } from '../state/answers';
import { Loaded } from '../ui/list-view';
import { AgentLink, AgentText, Name } from '../ui/names';
import { CommandRefusal } from '../ui/notice';
import { EmptyState } from '../ui/page';
import { SmallTable } from '../ui/small-table';
import { type Column } from '../ui/table';
import { When } from '../ui/times';
import ui from '../ui/ui.module.css';
import { useSend } from '../ui/use-send';
import classes from './settings.module.css';
import { SettingsSection } from './settings-section';
import { trustStrings } from './strings-trust';

/** What the operator says once: how dangerous tools are, and in which folders no agent is trusted. */
export function TrustSettings() {
  return (
    <SettingsSection part="trust">
      <ToolClasses />
      <Folders />
    </SettingsSection>
  );
}

const { tools, folders } = trustStrings;

/** A tool as it is listed: what was said of it, and when it was last asked about without that. */
type ListedTool = Pick<ToolClass, 'agentId' | 'toolName'> & {
  readonly level: RiskLevel | undefined;
  readonly asked: UnclassedTool | undefined;
  /** Whether what was said is of another definition than the one that is asked about. */
  readonly hasChanged: boolean;
};

const keyOf = ({ agentId, toolName }: Pick<ToolClass, 'agentId' | 'toolName'>) => JSON.stringify([agentId, toolName]);

/** Those with and without a class in one order, so that none moves when it is classed. */
function listedTools(classed: readonly ToolClass[], unclassed: readonly UnclassedTool[]): readonly ListedTool[] {
  const asked = new Map(unclassed.map((tool) => [keyOf(tool), tool]));
  const said = new Map(classed.map((tool) => [keyOf(tool), tool]));
  const named = new Map<string, Pick<ToolClass, 'agentId' | 'toolName'>>([...said, ...asked]);
  return [...named]
    .map(([key, { agentId, toolName }]) => ({
      ...{ agentId, toolName, asked: asked.get(key) },
      level: asked.has(key) ? undefined : said.get(key)?.level,
      hasChanged: asked.has(key) && said.has(key),
    }))
    .toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

const toolColumns: readonly Column<ListedTool>[] = [
  {
    header: tools.columns.tool,
    cell: ({ toolName, hasChanged }) => (
      <>
        <Name text={toolName} />
        {hasChanged && <span className={ui['small']}> {tools.changed}</span>}
      </>
    ),
  },
  {
    header: tools.columns.agent,
    cell: ({ agentId }) => (
      <span className={ui['line']}>
        <AgentLink agentId={agentId} />
      </span>
    ),
  },
  { header: tools.columns.level, cell: (tool) => <LevelOfTool tool={tool} /> },
  {
    header: tools.columns.asked,
    cell: ({ asked }) => (
      <span className={ui['line']}>{asked === undefined ? '–' : <When atMs={asked.lastAskedAtMs} />}</span>
    ),
  },
];

function ToolClasses() {
  const answer = useAnswer('toolClasses.list', {}, ['rules', 'approvals']);
  return (
    <Stack gap={10} w="100%" className={classes['half'] ?? ''}>
      <h3>{tools.title}</h3>
      <p className={ui['hint']}>{tools.what}</p>
      <Loaded answer={answer} height={90}>
        {({ toolClasses, unclassed }) =>
          toolClasses.length + unclassed.length === 0 ? (
            <EmptyState icon={IconTool} {...tools.none} />
          ) : (
            <SmallTable
              label={tools.label}
              columns={toolColumns}
              rows={listedTools(toolClasses, unclassed)}
              keyOf={keyOf}
            />
          )
        }
      </Loaded>
    </Stack>
  );
}

const UNSAID = 'unsaid';
const choices = [
  { value: UNSAID, label: tools.unsaid },
  ...riskLevels.map((level) => ({ value: level, label: tools.levels[level] })),
];

function LevelOfTool({ tool: { agentId, toolName, level, asked } }: { readonly tool: ListedTool }) {
  const set = useSend('toolClass.set');
  const clear = useSend('toolClass.clear');
  const choose = (chosen: string) => {
    const wanted = riskLevels.find((each) => each === chosen);
    const definition = asked?.definitionHash === undefined ? {} : { definitionHash: asked.definitionHash };
    set.forget();
    clear.forget();
    if (wanted === undefined) void clear.send({ agentId, toolName });
    else void set.send({ agentId, toolName, level: wanted, ...definition });
  };
  return (
    <Stack gap={4}>
      <SegmentedControl
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        aria-label={tools.levelOf(visibleLine(toolName, 60), visibleLine(agentId, 60))}
        value={level ?? UNSAID}
        onChange={choose}
        disabled={set.isInFlight || clear.isInFlight}
        data={choices}
      />
      <CommandRefusal refusal={set.refusal ?? clear.refusal} />
    </Stack>
  );
}

const folderColumns: readonly Column<ListedWorkspace>[] = [
  { header: folders.columns.folder, cell: ({ root }) => <Name text={root} /> },
  { header: folders.columns.trust, cell: ({ isTrusted }) => (isTrusted ? folders.trusted : folders.untrusted) },
  {
    header: folders.columns.used,
    cell: ({ lastUsedAtMs }) => (lastUsedAtMs === undefined ? folders.never : <When atMs={lastUsedAtMs} />),
  },
  { header: folders.columns.action, cell: (workspace) => <TrustOfFolder workspace={workspace} /> },
];

function Folders() {
  const answer = useAnswer('workspaces.list', {}, ['rules', 'runs']);
  return (
    <Stack gap={10} w="100%" className={classes['half'] ?? ''}>
      <h3>{folders.title}</h3>
      <p className={ui['hint']}>{folders.what}</p>
      <Loaded answer={answer} height={90}>
        {({ workspaces }) =>
          workspaces.length === 0 ? (
            <EmptyState icon={IconFolder} {...folders.none} />
          ) : (
            <SmallTable
              label={folders.label}
              columns={folderColumns}
              rows={[...workspaces].sort((one, other) => (one.root < other.root ? -1 : 1))}
              keyOf={({ root }) => root}
            />
          )
        }
      </Loaded>
      <OtherFolder />
    </Stack>
  );
}

function TrustOfFolder({ workspace: { root, isTrusted, untrustedAtMs } }: { readonly workspace: ListedWorkspace }) {
  const trust = useSend('workspace.trust');
  const untrust = useSend('workspace.untrust');
  const label = isTrusted ? folders.untrust : folders.trust;
  // One that lies below a folder that is not trusted is trusted again with that one.
  if (!isTrusted && untrustedAtMs === undefined) return null;
  return (
    <Stack gap={4} align="flex-start">
      <Button
        aria-label={folders.actionOf(label, visibleLine(root, 200))}
        loading={trust.isInFlight || untrust.isInFlight}
        onClick={() => void (isTrusted ? untrust : trust).send({ folder: root })}
      >
        {label}
      </Button>
      <CommandRefusal refusal={isTrusted ? untrust.refusal : trust.refusal} />
    </Stack>
  );
}

function OtherFolder() {
  const { send, isInFlight, answer, refusal } = useSend('workspace.untrust');
  const [folder, setFolder] = useState('');
  const [isTried, setTried] = useState(false);
  const isFromRoot = /^(?:\/|[A-Za-z]:\\)/.test(folder.trim());
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isFromRoot) return;
    const result = await send({ folder: folder.trim() });
    if (!result.ok) return;
    setFolder('');
    setTried(false);
  };
  return (
    <form className={classes['form']} onSubmit={(event) => void submit(event)} noValidate>
      <Flex gap={8} align="flex-end" wrap="wrap">
        <TextInput
          style={{ flexGrow: 1, maxWidth: 480 }}
          label={folders.field}
          description={folders.fieldDetail}
          value={folder}
          error={isTried && !isFromRoot ? folders.needed : undefined}
          onChange={({ currentTarget: { value } }) => setFolder(value)}
        />
        <Button size="sm" type="submit" loading={isInFlight}>
          {folders.untrust}
        </Button>
      </Flex>
      <CommandRefusal refusal={refusal} />
      {answer !== undefined && (
        <p role="status" className={ui['hint']}>
          {folders.untrusted}: <AgentText text={answer.workspace.root} />
        </p>
      )}
    </form>
  );
}
