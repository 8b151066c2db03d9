import type { LifecycleSection } from '../../shared/contract-desk-automations';
import type { AnswerOf } from '../bridge';
import { automationStrings, evidenceWords } from '../strings-automations';
import { lifecycleStrings } from '../strings-lifecycle';
import { ActorShort } from './actor-name';
import { AgentText } from './agent-text';
import { SeverityMark } from './automation-marks';
import { Distance } from './deadline';
import { sentenceCase } from './finding';
import classes from './lifecycle-why.module.css';

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
      return <p className={classes['text']}>{lifecycleStrings.expiresOn}</p>;
    case 'expired':
      return <p className={classes['text']}>{lifecycleStrings.expiredOn}</p>;
    case 'retired':
      return <AgentText text={item.retireReason ?? lifecycleStrings.noReason} />;
    case 'deleted':
      return item.deletion === undefined ? null : (
        <span className={classes['two']}>
          <span className={classes['line']}>
            {lifecycleStrings.deletedBy} <ActorShort actor={item.deletion.deletedBy} />
          </span>
          <span className={classes['evidence']}>
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
      <span className={classes['two']}>
        <span className={classes['text']}>{words}</span>
        {reviewKind === 'run_drift' && (
          <span className={classes['evidence']}>{automationStrings.runsSince(runsSinceReview)}</span>
        )}
      </span>
    );
  }
  const evidence = finding.detail === undefined ? evidenceWords(finding.evidence) : `${sentenceCase(finding.detail)}.`;
  const more = others.length === 0 ? '' : lifecycleStrings.moreFindings(others.length);
  return (
    <span className={classes['two']}>
      <span className={classes['line']}>
        <SeverityMark severity={finding.severity} />
        <span className={classes['cut']}>
          <AgentText text={sentenceCase(finding.summary)} />
        </span>
      </span>
      <span className={classes['evidence']}>
        <AgentText text={[evidence, more].filter(Boolean).join(' ')} />
      </span>
    </span>
  );
}
