import { Box, Button, Flex, Group, Stack, Text, Title } from '@mantine/core';
import { IconCircleCheck } from '@tabler/icons-react';
import { type CSSProperties, useState } from 'react';
import { approvalTitle } from '../../shared/act/approval-title';
import { projectFolderOf } from '../../shared/act/engine-facts';
import type { ListedApproval } from '../../shared/contract/approval';
import { type Refusal, succeeded } from '../../shared/kernel/errors';
import { Act } from '../act/act';
import type { Desk } from '../bridge';
import { formatNumber } from '../format';
import { useDesk, useDeskParts } from '../state/desk-context';
import { groupOf, hiddenCountOf } from '../state/queue';
import { approvalOn, defaultTerms, termsKindOf } from '../state/terms';
import { strings } from '../strings';
import { ProjectMark } from '../ui/act-marks';
import { Confirm } from '../ui/confirm';
import { Lineage } from '../ui/names';
import { Notice } from '../ui/notice';
import { type Column, DataTable } from '../ui/table';
import { TimeLeft } from '../ui/times';
import ui from '../ui/ui.module.css';
import { type Sent, useSending } from '../ui/use-send';
import classes from './card.module.css';
import { ApprovalTitle, RequestTypeMark, Sentence, WhereMark } from './request-marks';
import { type BulkVerdict, queueStrings } from './strings-queue';

const words = queueStrings.group;

/** The button that asks about a verdict on several; the first of them is what `a` presses. */
export const groupButtonId = (verdict: BulkVerdict) => `gatehouse-group-${verdict}`;

/** Several similar requests as a table, to decide those that are ticked together, or to open one. */
export function RequestGroup({ groupKey }: { readonly groupKey: string }) {
  const { actions } = useDeskParts();
  const approvals = useDesk((state) => groupOf(state.queue, groupKey));
  const isLive = useDesk((state) => state.connection === 'live');
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const [asked, setAsked] = useState<Asked>();
  const { send, isInFlight, answer: result } = useBulk();
  const shown = useKeptShown(approvals);
  const tickedNow = approvals.filter(({ approvalId }) => ticked.has(approvalId));
  // With nothing ticked, all of them are meant; each is listed whole before anything is decided.
  const chosen = tickedNow.length > 0 ? tickedNow : approvals;
  const [first] = shown;
  if (first === undefined) {
    return (
      <Text c="dimmed" p={24}>
        {words.over}
      </Text>
    );
  }
  const verdicts: readonly BulkVerdict[] =
    termsKindOf(first) === 'retirement' ? ['extend', 'retire', 'deny'] : ['approve', 'deny'];

  const confirm = async (note: string) => {
    if (asked === undefined) return;
    await send({ approvals: asked.approvals.slice(0, MOST_AT_ONCE), verdict: asked.verdict, notes: note });
    setAsked(undefined);
    setTicked(new Set());
  };
  const change = (next: ReadonlySet<string>) => {
    const now = approvals.filter(({ approvalId }) => next.has(approvalId));
    setTicked(new Set(now.map(({ approvalId }) => approvalId)));
  };
  return (
    <section className={classes['group']} aria-labelledby="gatehouse-title">
      <GroupHeader first={first} count={approvals.length} />
      {result !== undefined && <Outcome result={result} />}
      <div className={classes['table']} style={{ '--rows': approvals.length } as CSSProperties}>
        <DataTable
          label={words.label}
          columns={columns}
          rows={approvals}
          keyOf={keyOf}
          nameOf={nameOf}
          onOpen={(approval) => actions.choose(approval)}
          selection={{ selected: ticked, change }}
        />
      </div>
      <Rest />
      <Group gap={8} pt={4}>
        {verdicts.map((verdict) => (
          <Button
            size="sm"
            key={verdict}
            id={groupButtonId(verdict)}
            aria-keyshortcuts={verdict === 'deny' ? 'd' : 'a'}
            disabled={chosen.length === 0 || !isLive || isInFlight}
            onClick={() => setAsked({ verdict, approvals: chosen })}
          >
            {words.button(verdict, chosen.length, tickedNow.length === 0)}
          </Button>
        ))}
        <span className={ui['hint']} role="status">
          {strings.answer.selected(tickedNow.length)}
        </span>
      </Group>
      {asked !== undefined && (
        <BulkConfirm
          verdict={asked.verdict}
          approvals={asked.approvals}
          isInFlight={isInFlight}
          onConfirm={(note) => void confirm(note)}
          onClose={() => setAsked(undefined)}
        />
      )}
    </section>
  );
}

/** What the requests have in common. */
function GroupHeader({ first, count }: { readonly first: ListedApproval; readonly count: number }) {
  return (
    <Flex component="header" direction="column" gap={4} fz="sm">
      {first.requestType === 'tool_call' ? (
        <WhereMark approval={first} />
      ) : (
        <RequestTypeMark type={first.requestType} />
      )}
      <Title order={2} size="1.3rem" fw={400} my={2} id="gatehouse-title">
        <Sentence template={words.title} slots={{ count: formatNumber(count) }} />
      </Title>
      <Group gap="2px 10px" fz="sm">
        <span className={ui['hint']}>{words.from}</span>
        <Lineage ancestorIds={first.ancestorIds} asker={first.requestedBy} />
      </Group>
      <p className={ui['hint']}>{count === 0 ? words.over : words.hint}</p>
    </Flex>
  );
}

/** What was ticked when the button was pressed: just these, on just these revisions. */
type Asked = { readonly verdict: BulkVerdict; readonly approvals: readonly ListedApproval[] };

/** The group as it was last not empty, so that what became of it can still be read under its name. */
function useKeptShown(approvals: readonly ListedApproval[]): readonly ListedApproval[] {
  const [kept, setKept] = useState(approvals);
  if (approvals.length > 0 && approvals !== kept) setKept(approvals);
  return approvals.length > 0 ? approvals : kept;
}

const keyOf = ({ approvalId }: ListedApproval) => approvalId;
const nameOf = (approval: ListedApproval) =>
  approval.risk === undefined
    ? approvalTitle(approval)
    : `${approvalTitle(approval)}, ${words.spokenRisk[approval.risk.level]}`;

const columns: readonly Column<ListedApproval>[] = [
  {
    header: words.act,
    width: 'minmax(12rem, 3fr)',
    cell: (approval) => <ApprovalTitle approval={approval} />,
  },
  {
    header: words.risk,
    width: 'minmax(5rem, auto)',
    cell: ({ risk }) => (risk === undefined ? '–' : words.levels[risk.level]),
  },
  {
    header: words.project,
    width: 'minmax(6rem, auto)',
    cell: ({ context }) => {
      const folder = projectFolderOf(context);
      return folder === undefined ? '–' : <ProjectMark folder={folder} />;
    },
  },
  {
    header: words.left,
    width: 'minmax(5.5rem, auto)',
    cell: ({ expiresAtMs }) => <TimeLeft atMs={expiresAtMs} />,
  },
];

/** How many were decided, and each that was not with its reason. */
function Outcome({ result }: { readonly result: BulkResult }) {
  const doneCount = result.outcomes.filter(({ outcome }) => outcome === 'done').length;
  const others = result.outcomes.filter(({ outcome }) => outcome !== 'done');
  return (
    <Stack gap={6}>
      {doneCount > 0 && (
        <Notice tone="plain" icon={IconCircleCheck} role="status">
          {words.done[result.verdict](doneCount)}
        </Notice>
      )}
      {others.length > 0 && (
        <Notice tone="failure" role="alert">
          <b>{words.notDone(others.length)}</b>
          <Box component="ul" mah="9rem" style={{ overflowY: 'auto' }}>
            {others.map(({ approval, outcome }) => (
              <li key={approval.approvalId}>
                <ApprovalTitle approval={approval} /> —{' '}
                {typeof outcome === 'string' ? words.otherwise : outcome.sentence}
              </li>
            ))}
          </Box>
        </Notice>
      )}
    </Stack>
  );
}

/** Says when not all that wait are loaded, since those may be similar too. */
function Rest() {
  const { actions } = useDeskParts();
  const hiddenCount = useDesk((state) => (state.queue === undefined ? 0 : hiddenCountOf(state.queue)));
  if (hiddenCount === 0) return null;
  return (
    <p className={ui['hint']}>
      {words.more(hiddenCount)}{' '}
      <Button size="compact-xs" onClick={() => void actions.loadMore()}>
        {words.loadMore}
      </Button>
    </p>
  );
}

type Props = {
  readonly verdict: BulkVerdict;
  readonly approvals: readonly ListedApproval[];
  readonly isInFlight: boolean;
  readonly onConfirm: (note: string) => void;
  readonly onClose: () => void;
};

/** Lists each request that would be decided with its act, whole, before any of them is. */
function BulkConfirm({ verdict, approvals, ...props }: Props) {
  const listed = approvals.slice(0, MOST_AT_ONCE);
  const [first] = listed;
  const kind = first === undefined ? 'none' : termsKindOf(first);
  return (
    <Confirm
      {...props}
      size="lg"
      title={words.confirmTitle(verdict, listed.length)}
      label={words.confirm(verdict, listed.length)}
      reasonLabel={words.noteLabel}
      color={verdict === 'deny' || verdict === 'retire' ? 'red' : undefined}
    >
      {approvals.length > listed.length && <p className={ui['hint']}>{words.most(MOST_AT_ONCE)}</p>}
      {verdict === 'approve' && kind !== 'none' && <p className={ui['hint']}>{words.standing}</p>}
      {verdict === 'extend' && <p className={ui['hint']}>{words.extends}</p>}
      <ol className={classes['list']} aria-label={words.label}>
        {listed.map((approval) => (
          <li key={approval.approvalId}>
            <div>
              <ApprovalTitle approval={approval} />
            </div>
            <Act approval={approval} isListed />
          </li>
        ))}
      </ol>
    </Confirm>
  );
}

/** Requests that are decided in one go at most. */
const MOST_AT_ONCE = 100;

/** What became of one of several: decided so, decided otherwise by someone before, or refused. */
type BulkOutcome = {
  readonly approval: ListedApproval;
  readonly outcome: 'done' | 'otherwise' | Refusal;
};

/** What became of all of them; whole once each is answered. */
type BulkResult = { readonly verdict: BulkVerdict; readonly outcomes: readonly BulkOutcome[] };

type BulkInput = {
  readonly approvals: readonly ListedApproval[];
  readonly verdict: BulkVerdict;
  readonly notes: string;
};

/** Decides several requests, each on the revision that is handed over, and tells what became of each. */
function useBulk(): Sent<BulkInput, BulkResult> {
  return useSending(async (desk, { approvals, verdict, notes }) => {
    // All at once: the store commits those that arrive together in one go.
    const outcomes = approvals.map((approval) => decideOne(desk, approval, verdict, notes));
    return succeeded({ verdict, outcomes: await Promise.all(outcomes) });
  });
}

async function decideOne(
  desk: Desk,
  approval: ListedApproval,
  verdict: BulkVerdict,
  notes: string,
): Promise<BulkOutcome> {
  const { approvalId, revision } = approval;
  const given = { approvalId, revision, ...(notes !== '' && { notes }) };
  const action = verdict === 'extend' || verdict === 'retire' ? verdict : undefined;
  const terms = approvalOn(approval, defaultTerms, action, Date.now());
  const answer =
    verdict === 'deny'
      ? await desk.request('approval.deny', given)
      : await desk.request('approval.approve', { ...given, ...terms });
  if (!answer.ok) return { approval, outcome: answer.refusal };
  const wanted = verdict === 'deny' ? 'denied' : 'approved';
  return { approval, outcome: answer.value.approval.status === wanted ? 'done' : 'otherwise' };
}
