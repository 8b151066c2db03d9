import { Button, Group } from '@mantine/core';
import { useLayoutEffect, useMemo, useState } from 'react';
import { type Act as ReadAct, readAct } from '../../shared/act/act';
import { folderOf } from '../../shared/act/engine-facts';
import { mostEditsIn } from '../../shared/act/line-diff';
import { mcpNameOf } from '../../shared/act/tools';
import type { Approval } from '../../shared/contract/approval';
import { standingRequestTypes } from '../../shared/contract/request-kinds';
import type { RiskReason } from '../../shared/judgement';
import { strings } from '../strings';
import { Contained } from '../ui/contained';
import { KeyOnButton } from '../ui/mark';
import { Notice } from '../ui/notice';
import classes from './act.module.css';
import { CommandView } from './command-view';
import { ExactText, type ShownPart, useShownPart } from './exact-text';
import { FieldsView, fitTable } from './fields-view';
import { drawnFile, FIRST_SHOWN, FileView, isFileCut, type ShownOfFile } from './file-view';
import { hiddenLines, Prose } from './prose';
import { actStrings } from './strings-act';
import { useFilesOnDisk } from './use-files';

/** The button that shows the act to the letter, which a key presses too. */
export const EXACT_ID = 'gatehouse-exact';

type Props = {
  readonly approval: Approval;
  readonly reasons?: readonly RiskReason[];
  /** In a list of acts each is shown whole, without a way to anything else. */
  readonly isListed?: boolean;
  /** Hears whether a part of the act is not on the screen yet. */
  readonly onCut?: (isCut: boolean) => void;
};

/** JSON for reading: indented, in the order that the agent sent, nothing left out. */
export function readableJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null';
}

const noReasons: readonly RiskReason[] = [];

/** What would be done, drawn as what it is; to the letter on demand; or, where nobody said, what approving would allow. */
export function Act({ approval, reasons = noReasons, isListed = false, onCut }: Props) {
  const [isExact, setExact] = useState(false);
  const act = useMemo(() => readOf(approval), [approval]);
  if (approval.action === undefined) return <NoAct approval={approval} />;
  const isDrawn = isListed || !isExact;
  return (
    <div className={classes['act']}>
      {!isListed && isDrawable(act) && (
        <Group justify="flex-end" className={classes['exact'] ?? ''}>
          <Button
            id={EXACT_ID}
            size="compact-xs"
            variant={isExact ? 'filled' : 'default'}
            aria-pressed={isExact}
            aria-keyshortcuts="x"
            title={actStrings.exactDetail}
            rightSection={<KeyOnButton letter="X" />}
            onClick={() => setExact(!isExact)}
          >
            {actStrings.exact}
          </Button>
        </Group>
      )}
      {isDrawn ? (
        <Contained resetKeys={[approval]} instead={<Undrawn approval={approval} onCut={onCut} />}>
          <Drawn approval={approval} act={act} reasons={reasons} isListed={isListed} onCut={onCut} />
        </Contained>
      ) : (
        <Exact approval={approval} onCut={onCut} />
      )}
    </div>
  );
}

function readOf({ requestType, targetResource, action }: Approval): ReadAct {
  return readAct({ toolName: requestType === 'tool_call' ? targetResource.id : targetResource.type, action });
}

/** Whether an act is drawn otherwise than to the letter. */
function isDrawable(act: ReadAct): boolean {
  if (act.kind !== 'fields') return act.kind !== 'value';
  return (act.use !== undefined || mcpNameOf(act.toolName) !== undefined) && fitTable(act.rest);
}

type DrawnProps = {
  readonly approval: Approval;
  readonly act: ReadAct;
  readonly reasons: readonly RiskReason[];
  readonly isListed: boolean;
  readonly onCut: ((isCut: boolean) => void) | undefined;
};

function Exact({ approval, onCut }: Pick<DrawnProps, 'approval' | 'onCut'>) {
  const more = useShownPart();
  const json = useMemo(() => readableJson(approval.action), [approval.action]);
  useTellCut(json.length > more.shownLength, onCut);
  return <ExactText text={json} label={strings.card.act} more={more} />;
}

/** What stands in the place of an act that cannot be drawn. */
function Undrawn(props: Pick<DrawnProps, 'approval' | 'onCut'>) {
  return (
    <>
      <Notice tone="warning">{strings.notDrawn.act}</Notice>
      <Exact {...props} />
    </>
  );
}

function useTellCut(isCut: boolean, onCut: DrawnProps['onCut']): void {
  useLayoutEffect(() => onCut?.(isCut), [isCut, onCut]);
}

/** In a list nothing is left out: what is larger is not listed. */
const whole: ShownPart = { shownLength: Number.POSITIVE_INFINITY, onShowMore: () => {} };
const wholeFile: ShownOfFile = { lines: Number.POSITIVE_INFINITY, characters: Number.POSITIVE_INFINITY };

function Drawn({ approval, act, reasons, isListed, onCut }: DrawnProps) {
  switch (act.kind) {
    case 'command':
      return <Command approval={approval} act={act} reasons={reasons} isListed={isListed} onCut={onCut} />;
    case 'changes':
      return <Changes approval={approval} act={act} isListed={isListed} onCut={onCut} />;
    case 'text':
      return <Text approval={approval} act={act} isListed={isListed} onCut={onCut} />;
    default:
      if (act.kind === 'fields' && isDrawable(act)) return <FieldsView fields={act.rest} label={actStrings.fields} />;
      return isListed ? (
        <ExactText text={readableJson(approval.action)} label={strings.card.act} more={whole} />
      ) : (
        <Exact approval={approval} onCut={onCut} />
      );
  }
}

type OfKind<K extends ReadAct['kind']> = Pick<DrawnProps, 'approval' | 'isListed' | 'onCut'> & {
  readonly act: Extract<ReadAct, { kind: K }>;
};

function Command({ approval, act, reasons, isListed, onCut }: OfKind<'command'> & Pick<DrawnProps, 'reasons'>) {
  const own = useShownPart();
  const more = isListed ? whole : own;
  useTellCut(act.command.length > more.shownLength, onCut);
  return (
    <>
      <CommandView command={act.command} reasons={reasons} more={more} />
      <Rest act={act} approval={approval} />
    </>
  );
}

function Text({ approval, act, isListed, onCut }: OfKind<'text'>) {
  const [isAsked, setAsked] = useState(false);
  const own = useShownPart();
  const more = isListed ? whole : own;
  const isWhole = isListed || isAsked;
  useTellCut((!isWhole && hiddenLines(act.text) > 0) || act.text.length > more.shownLength, onCut);
  return (
    <>
      <Prose
        text={act.text}
        label={act.use === 'plan' ? actStrings.plan : actStrings.prompt}
        isWhole={isWhole}
        onShowWhole={() => setAsked(true)}
        more={more}
      />
      <Rest act={act} approval={approval} />
    </>
  );
}

/** Files that are drawn at first, and that each further step draws. */
const FIRST_FILES = 20;
const MORE_FILES = 50;

function Changes({ approval, act, isListed, onCut }: OfKind<'changes'>) {
  const { approvalId, status, context } = approval;
  const disk = useFilesOnDisk(approvalId, status === 'pending' && !isListed);
  const [fileCount, setFileCount] = useState(isListed ? act.files.length : FIRST_FILES);
  const files = useMemo(() => {
    const mostEdits = mostEditsIn(act.files.flatMap(({ pieces }) => pieces));
    return act.files.slice(0, fileCount).map((change, index) => drawnFile(change, disk?.[index], mostEdits));
  }, [act.files, fileCount, disk]);
  const hiddenFiles = act.files.length - files.length;
  const [shown, setShown] = useState<Readonly<Record<number, ShownOfFile>>>({});
  const shownOf = (index: number) => (isListed ? wholeFile : (shown[index] ?? FIRST_SHOWN));
  useTellCut(hiddenFiles > 0 || files.some((file, index) => isFileCut(file, shownOf(index))), onCut);
  return (
    <>
      <div role="group" aria-label={actStrings.changes} className={classes['files']}>
        {files.map((file, index) => (
          <FileView
            key={index}
            file={file}
            disk={disk?.[index]}
            cwd={folderOf(context)}
            shown={shownOf(index)}
            onShow={(more) => setShown({ ...shown, [index]: more })}
          />
        ))}
        {hiddenFiles > 0 && (
          <Group>
            <Button size="compact-xs" onClick={() => setFileCount(fileCount + MORE_FILES)}>
              {actStrings.moreFiles(Math.min(MORE_FILES, hiddenFiles), hiddenFiles)}
            </Button>
          </Group>
        )}
      </div>
      <Rest act={act} approval={approval} />
    </>
  );
}

type RestProps = { readonly act: Exclude<ReadAct, { kind: 'value' }>; readonly approval: Approval };

/** What else belongs to the act; a description that is the reason stands below it as that. */
function Rest({ act: { rest }, approval: { rationale } }: RestProps) {
  const { description, ...others } = rest;
  const fields = typeof description === 'string' && description.trim() === rationale ? others : rest;
  if (Object.keys(fields).length === 0) return null;
  if (fitTable(fields)) return <FieldsView fields={fields} label={strings.card.alsoInTheAct} />;
  return <ExactText text={readableJson(fields)} label={strings.card.alsoInTheAct} />;
}

function NoAct({ approval }: { readonly approval: Approval }) {
  switch (allowanceWithoutAct(approval)) {
    case 'anything':
      return <Notice tone="warning">{strings.card.noAction}</Notice>;
    case 'standing':
      return <Notice tone="plain">{strings.card.noActionStanding}</Notice>;
    case 'decisionOnly':
      return <Notice tone="plain">{strings.card.decisionOnly}</Notice>;
  }
}

/**
 * What a request without an act would allow: whatever comes next under this name; the same again and again, for a standing
 * permission; or nothing but what Gatehouse itself does with the decision.
 */
function allowanceWithoutAct(approval: Approval): 'anything' | 'standing' | 'decisionOnly' {
  if (standingRequestTypes.includes(approval.requestType)) return 'standing';
  const isOurs = approval.requestType === 'lifecycle_review' || approval.requestType === 'retirement_action';
  return isOurs ? 'decisionOnly' : 'anything';
}
