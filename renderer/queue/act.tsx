import { SegmentedControl, Stack } from '@mantine/core';
import { structuredPatch } from 'diff';
import { useMemo, useState } from 'react';
import { type Approval, standingRequestTypes } from '../../shared/contract/approval';
import { isJsonObject } from '../../shared/kernel/fields';
import { strings } from '../strings';
import { Notice } from '../ui/notice';
import { DiffText, ExactText, type ShownPart } from './exact-text';
import { queueStrings } from './strings-queue';

type Props = { readonly approval: Approval; readonly more: ShownPart };

/** The longest text of the act, in characters: what must be shown for it to be seen whole. */
export function actLength(approval: Approval): number {
  const act = shownAct(approval);
  if (act.kind === 'none') return 0;
  switch (act.kind) {
    case 'json':
      return act.json.length;
    case 'command':
      return Math.max(act.command.length, act.restJson?.length ?? 0);
    case 'diff':
      return Math.max(act.diff.length, act.restJson?.length ?? 0);
  }
}

/** What would be done, whole; or, where nobody said, what approving would allow. */
export function Act({ approval, more }: Props) {
  const act = useMemo(() => shownAct(approval), [approval]);
  if (act.kind === 'none') return <NoAct approval={approval} />;
  if (act.kind === 'json') return <ExactText text={act.json} kind="json" label={strings.card.act} more={more} />;
  if (act.kind === 'diff') return <Changes act={act} more={more} />;
  return (
    <>
      <ExactText text={act.command} kind="command" label={strings.card.command} more={more} />
      {act.restJson !== undefined && (
        <ExactText text={act.restJson} kind="json" label={strings.card.alsoInTheAct} more={more} />
      )}
    </>
  );
}

type ChangesProps = Omit<Props, 'approval'> & { readonly act: Extract<ShownAct, { kind: 'diff' }> };

function Changes({ act, more }: ChangesProps) {
  const [view, setView] = useState<'diff' | 'raw'>('diff');
  return (
    <Stack gap={6}>
      <SegmentedControl
        size="xs"
        style={{ alignSelf: 'flex-start' }}
        aria-label={queueStrings.act.view}
        value={view}
        onChange={setView}
        data={[
          { value: 'diff', label: queueStrings.act.diff },
          { value: 'raw', label: queueStrings.act.raw },
        ]}
      />
      {view === 'raw' ? (
        <ExactText text={act.json} kind="json" label={strings.card.act} more={more} />
      ) : (
        <>
          <DiffText text={act.diff} label={queueStrings.act.diffLabel} {...more} />
          {act.restJson !== undefined && (
            <ExactText text={act.restJson} kind="json" label={strings.card.alsoInTheAct} more={more} />
          )}
        </>
      )}
    </Stack>
  );
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

/** Lines that did not change which a diff of ours shows around those that did. */
const UNCHANGED_LINES = 4;

/** The act of a request, taken apart for showing: the command or the changes that would be made, and all else that belongs to it. */
type ShownAct =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly json: string }
  | { readonly kind: 'command'; readonly command: string; readonly restJson: string | undefined }
  | { readonly kind: 'diff'; readonly diff: string; readonly restJson: string | undefined; readonly json: string };

type Fields = Readonly<Record<string, unknown>>;

/** JSON for reading: indented, in the order that the agent sent, nothing left out. */
export function readableJson(value: unknown): string {
  return JSON.stringify(value, null, 2) ?? 'null';
}

/**
 * Takes the act apart. A `command`, a `diff` or `patch`, and a text before and after are looked for in the act and in the input
 * of a tool inside it; what else is in it is kept beside.
 */
function shownAct(approval: Approval): ShownAct {
  if (approval.action === undefined) return { kind: 'none' };
  const act = approval.action;
  if (!isJsonObject(act)) return { kind: 'json', json: readableJson(act) };
  for (const name of [undefined, 'tool_input', 'input']) {
    const inner = name === undefined ? act : act[name];
    if (!isJsonObject(inner)) continue;
    const restOf = (rest: Fields) => {
      const { [name ?? '']: _inner, ...outer } = act;
      const whole = name === undefined ? rest : { ...outer, ...(Object.keys(rest).length > 0 && { [name]: rest }) };
      return Object.keys(whole).length === 0 ? undefined : readableJson(whole);
    };
    const { command, ...rest } = inner;
    if (typeof command === 'string') return { kind: 'command', command, restJson: restOf(rest) };
    const changes = changesIn(inner);
    if (changes !== undefined) {
      return { kind: 'diff', diff: changes.diff, restJson: restOf(changes.rest), json: readableJson(act) };
    }
  }
  return { kind: 'json', json: readableJson(act) };
}

/** Names under which tools send a text as it was and as it will be. */
const beforeAndAfter = [
  ['before', 'after'],
  ['old_string', 'new_string'],
  ['old_text', 'new_text'],
] as const;

function changesIn(fields: Fields): { readonly diff: string; readonly rest: Fields } | undefined {
  for (const name of ['diff', 'patch']) {
    const { [name]: diff, ...rest } = fields;
    if (typeof diff === 'string' && /^[+-]/m.test(diff)) return { diff, rest };
  }
  for (const [old, young] of beforeAndAfter) {
    const { [old]: before, [young]: after, ...rest } = fields;
    if (typeof before !== 'string' || typeof after !== 'string' || before === after) continue;
    const diff = diffOf(before, after);
    if (diff !== undefined) return { diff, rest };
  }
  return undefined;
}

/** A unified diff without file names; undefined where it would take too long to make. */
function diffOf(before: string, after: string): string | undefined {
  const patch = structuredPatch('', '', before, after, '', '', { context: UNCHANGED_LINES, maxEditLength: 2_000 });
  return patch?.hunks
    .flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
      `@@ -${oldStart},${oldLines} +${newStart},${newLines} @@`,
      ...lines,
    ])
    .join('\n');
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
