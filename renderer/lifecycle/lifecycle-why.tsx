import { Flex } from '@mantine/core';
import type { LifecycleSection } from '../../shared/contract/automation';
import { SeverityMark } from '../automations/automation-marks';
import { sentenceCase } from '../automations/finding';
import { automationStrings, evidenceWords } from '../automations/strings-automations';
import type { AnswerOf } from '../bridge';
import { ActorShort } from '../ui/actor-name';
import { AgentText } from '../ui/agent-text';
import { Distance } from '../ui/deadline';
import ui from '../ui/ui.module.css';
import { lifecycleStrings } from './strings-lifecycle';

/** One automation in a section. */
export type LifecycleItem = AnswerOf<'lifecycle.list'>['items'][number];

type Props = { readonly section: LifecycleSection; readonly item: LifecycleItem };

/** Why an automation is in a section, in words: the finding with its evidence, the reason, or who did it. */
export function LifecycleWhy({ section, item }: Props) {
  switch (section) {
    case 'review':
    case 'failing':
      return <Finding item={item} />;
    case 'expiring':
      return <p className={ui['cut']}>{lifecycleStrings.expiresOn}</p>;
    case 'expired':
      return <p className={ui['cut']}>{lifecycleStrings.expiredOn}</p>;
    case 'retired':
      return <AgentText text={item.retireReason ?? lifecycleStrings.noReason} />;
    case 'deleted':
      return item.deletion === undefined ? null : (
        <span className={ui['two']}>
          <Flex component="span" gap={8} align="center" miw={0}>
            {lifecycleStrings.deletedBy} <ActorShort actor={item.deletion.deletedBy} />
          </Flex>
          <span className={`${ui['cut']} ${ui['small']}`}>
            <Distance atMs={item.deletion.deletedAtMs} />
          </span>
        </span>
      );
  }
}

function Finding({ item: { findings, reviewKind, runsSinceReview } }: { readonly item: LifecycleItem }) {
  const [finding, ...others] = findings;
  if (finding === undefined) {
    const words = reviewKind === undefined ? lifecycleStrings.noReason : automationStrings.reviewKind[reviewKind];
    return (
      <span className={ui['two']}>
        <span className={ui['cut']}>{words}</span>
        {reviewKind === 'run_drift' && (
          <span className={`${ui['cut']} ${ui['small']}`}>{automationStrings.runsSince(runsSinceReview)}</span>
        )}
      </span>
    );
  }
  const evidence = finding.detail === undefined ? evidenceWords(finding.evidence) : `${sentenceCase(finding.detail)}.`;
  const more = others.length === 0 ? '' : lifecycleStrings.moreFindings(others.length);
  return (
    <span className={ui['two']}>
      <Flex component="span" gap={8} align="center" miw={0}>
        <SeverityMark severity={finding.severity} />
        <span className={ui['cut']}>
          <AgentText text={sentenceCase(finding.summary)} />
        </span>
      </Flex>
      <span className={`${ui['cut']} ${ui['small']}`}>
        <AgentText text={[evidence, more].filter(Boolean).join(' ')} />
      </span>
    </span>
  );
}
