import {
  type Icon,
  IconAlertTriangle,
  IconArrowBackUp,
  IconBinaryTree,
  IconCircleCheck,
  IconCircleX,
  IconClockPause,
  IconCoin,
  IconEyeCheck,
  IconEyeOff,
  IconFilePlus,
  IconFileSearch,
  IconHourglassOff,
  IconKey,
  IconMoonStars,
  IconPencil,
  IconRobot,
  IconSend,
  IconShieldCheck,
  IconShieldUp,
  IconTerminal2,
  IconTool,
  IconTrash,
  IconWorld,
} from '@tabler/icons-react';
import { Fragment, useMemo } from 'react';
import { approvalTitle, requestSentences, sentenceTexts } from '../../shared/act/approval-title';
import { engineFactsOf, projectFolderOf } from '../../shared/act/engine-facts';
import { knownUse, type ToolUse } from '../../shared/act/tools';
import type { ListedApproval } from '../../shared/contract/approval';
import type { RequestType } from '../../shared/contract/request-kinds';
import type { Risk } from '../../shared/judgement';
import { visibleText } from '../../shared/kernel/visible-text';
import type { OperatorStatus } from '../../shared/missed';
import { ruleStrings } from '../rules/strings-rules';
import { strings } from '../strings';
import { EngineMark, ProjectMark } from '../ui/act-marks';
import { Mark, type Tone } from '../ui/mark';
import { ActorShort, AgentText } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './queue.module.css';
import { useSessionOf } from './sessions';
import { queueStrings } from './strings-queue';

const icons = {
  capability_request: IconKey,
  external_post: IconSend,
  quota_override: IconCoin,
  lifecycle_review: IconEyeCheck,
  elevated_capability: IconShieldUp,
  depth_override: IconBinaryTree,
  retirement_action: IconMoonStars,
  tool_call: IconTool,
} as const satisfies Record<RequestType, unknown>;

/** What is asked as a sign: of a tool call what the tool does, where there is a sign for that. */
const signs = {
  ...icons,
  command: IconTerminal2,
  edit: IconPencil,
  write: IconFilePlus,
  notebook: IconPencil,
  patch: IconPencil,
  delete: IconTrash,
  read: IconFileSearch,
  list: IconFileSearch,
  search: IconFileSearch,
  fetch: IconWorld,
  web_search: IconWorld,
  agent: IconRobot,
} as const satisfies Partial<Record<RequestType | ToolUse, Icon>>;

type Signed = Pick<ListedApproval, 'requestType' | 'targetResource'>;

function signOf({ requestType, targetResource }: Signed): keyof typeof signs {
  const use = requestType === 'tool_call' ? knownUse(targetResource.id) : undefined;
  return use !== undefined && use in signs ? (use as keyof typeof signs) : requestType;
}

/** The sign of what is asked. */
export function RequestIcon({ request }: { readonly request: Signed }) {
  const Icon = signs[signOf(request)];
  return <Icon size={16} stroke={1.75} aria-hidden />;
}

/** The kind of a request: its icon and its name. */
export function RequestTypeMark({ type }: { readonly type: RequestType }) {
  const Icon = icons[type];
  return (
    <span className={classes['type']}>
      <Icon size={15} stroke={1.75} aria-hidden />
      <span>{strings.type[type]}</span>
    </span>
  );
}

const statuses: Readonly<Record<OperatorStatus, readonly [Icon, Tone]>> = {
  pending: [IconClockPause, 'waiting'],
  approved: [IconCircleCheck, 'yes'],
  denied: [IconCircleX, 'no'],
  expired: [IconHourglassOff, 'plain'],
  cancelled: [IconArrowBackUp, 'plain'],
  missed: [IconEyeOff, 'waiting'],
};

type Props = {
  readonly status: OperatorStatus;
  /** The standing rule that approved it, if one did. */
  readonly toolRuleId?: string | undefined;
};

/** Where a request stands. */
export function StatusMark({ status, toolRuleId }: Props) {
  const [icon, tone] = statuses[status];
  if (status !== 'approved' || toolRuleId === undefined) {
    return <Mark icon={icon} tone={tone} words={strings.status[status]} />;
  }
  return <Mark icon={IconShieldCheck} tone={tone} words={ruleStrings.byRule} />;
}

/** A part of a sentence: our words, or a slot for a text that someone else wrote. */
type SentencePart = { readonly kind: 'words' | 'slot'; readonly text: string };

/** Cuts `{who} wants {id}` into our words and the named slots. */
function sentenceParts(template: string): readonly SentencePart[] {
  return template.split(/(\{\w+\})/).flatMap((text): SentencePart[] => {
    if (text === '') return [];
    return text.startsWith('{') ? [{ kind: 'slot', text: text.slice(1, -1) }] : [{ kind: 'words', text }];
  });
}

type SentenceProps = {
  readonly template: string;
  readonly slots: Readonly<Record<string, string>>;
};

/** A sentence of ours with others' texts in its slots, each isolated and with hidden characters shown. */
export function Sentence({ template, slots }: SentenceProps) {
  return sentenceParts(template).map((part) =>
    part.kind === 'words' ? (
      <Fragment key={part.text}>{part.text}</Fragment>
    ) : (
      <b key={part.text} data-slot={part.text}>
        <AgentText text={slots[part.text] ?? ''} />
      </b>
    ),
  );
}

/** What a request asks: of a tool call the title of its act, of another kind a sentence. */
export function ApprovalTitle({ approval }: { readonly approval: ListedApproval }) {
  const title = useMemo(() => approvalTitle(approval), [approval]);
  if (approval.requestType === 'tool_call') {
    return (
      <span data-slot="title">
        <AgentText text={title} />
      </span>
    );
  }
  return <Sentence template={requestSentences[approval.requestType]} slots={sentenceTexts(approval)} />;
}

/** Where a tool call is asked for: the engine, its project and its session, as far as they are known; else who asks. */
export function WhereMark({ approval }: { readonly approval: ListedApproval }) {
  const { context, requestedBy } = approval;
  const engine = engineFactsOf(context)?.engine;
  const folder = projectFolderOf(context);
  const { title, branch } = useSessionOf(approval) ?? {};
  return (
    <span className={classes['where']}>
      {engine === undefined ? <ActorShort actor={requestedBy} /> : <EngineMark engine={engine} />}
      {folder !== undefined && <ProjectMark folder={folder} />}
      {branch !== undefined && (
        <span className={`${ui['cut']} ${ui['mono']}`}>
          <AgentText text={branch} />
        </span>
      )}
      {title !== undefined && (
        <span className={ui['cut']}>
          <AgentText text={title} />
        </span>
      )}
    </span>
  );
}

/** What is dangerous about a request, by the first thing of it; nothing for one of which nothing is known. */
export function RiskChip({ risk }: { readonly risk: Risk | undefined }) {
  const [first, ...others] = risk?.reasons ?? [];
  if (risk?.level !== 'high' || first === undefined) return null;
  const all = risk.reasons.map(({ what }) => what).join(', ');
  return (
    <span
      className={classes['risk']}
      title={visibleText(all)}
      role="img"
      aria-label={`${queueStrings.risk.high} ${visibleText(all)}`}
    >
      <IconAlertTriangle size={13} stroke={1.9} aria-hidden />
      <span className={ui['cut']}>
        <AgentText text={first.what} />
        {others.length > 0 && ` +${others.length}`}
      </span>
    </span>
  );
}
