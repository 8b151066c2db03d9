import { Tabs } from '@mantine/core';
import { type LifecycleSection, lifecycleSections, MOST_COUNTED } from '../../shared/contract/automation';
import { AutomationActions } from '../automations/automation-action';
import { formatNumber } from '../format';
import { useAnswer } from '../state/use-answer';
import { useKept } from '../state/use-kept';
import { strings } from '../strings';
import { LoadRefusal } from '../ui/load-refusal';
import { ViewPage } from '../ui/view-page';
import { LifecycleSectionTable } from './lifecycle-section';
import classes from './lifecycle-view.module.css';
import { lifecycleStrings, sectionTexts } from './strings-lifecycle';

/** Lifecycle: what needs a look, comes to its end or is over, section by section. */
export function LifecycleView() {
  const [section, setSection] = useKept<LifecycleSection>('lifecycle section', 'review');
  const { value, refusal, reload } = useAnswer('lifecycle.counts', {}, ['automations', 'limits']);
  return (
    <ViewPage title={strings.app.views.lifecycle} subtitle={lifecycleStrings.subtitle}>
      <LoadRefusal refusal={refusal} onTryAgain={reload} />
      <Tabs
        className={classes['tabs'] ?? ''}
        value={section}
        onChange={(next) => setSection(lifecycleSections.find((each) => each === next) ?? 'review')}
        keepMounted={false}
      >
        <Tabs.List aria-label={lifecycleStrings.sections}>
          {lifecycleSections.map((each) => (
            <Tabs.Tab key={each} value={each} className={classes['tab'] ?? ''}>
              {sectionTexts[each].title} <Count count={value?.counts[each]} />
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {lifecycleSections.map((each) => (
          <Tabs.Panel key={each} value={each} className={classes['panel'] ?? ''}>
            <AutomationActions>
              <LifecycleSectionTable section={each} />
            </AutomationActions>
          </Tabs.Panel>
        ))}
      </Tabs>
    </ViewPage>
  );
}

/** How many are in a section; nothing while that is not known yet. */
function Count({ count }: { readonly count: number | undefined }) {
  const words = count === undefined ? ' ' : `${formatNumber(count)}${count >= MOST_COUNTED ? '+' : ''}`;
  return (
    <span className={classes['count']} data-none={count === 0}>
      {words}
    </span>
  );
}
