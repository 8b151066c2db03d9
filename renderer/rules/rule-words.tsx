import { Flex, Stack } from '@mantine/core';
import type { ToolPattern, ToolRule } from '../../shared/contract/tool-rule';
import { visibleLine } from '../../shared/kernel/visible-text';
import { useAnswer } from '../state/answers';
import { useDeskParts } from '../state/desk-context';
import { AgentText, Name, TextButton } from '../ui/names';
import ui from '../ui/ui.module.css';
import classes from './rules.module.css';
import { ruleStrings } from './strings-rules';

function whatOf(pattern: ToolPattern): string {
  switch (pattern.kind) {
    case 'exact':
      return pattern.summary;
    case 'command_prefix':
      return pattern.prefix;
    case 'path':
      return pattern.folder;
    case 'files':
      return pattern.glob;
    case 'host':
      return pattern.host;
    case 'bundle':
    case 'any':
      return '';
  }
}

function templateOf(pattern: ToolPattern): string {
  return pattern.kind === 'bundle' ? ruleStrings.bundle[pattern.bundle] : ruleStrings.pattern[pattern.kind];
}

/** What a pattern covers, as one line of text. */
export function patternText(pattern: ToolPattern): string {
  return templateOf(pattern).replace('{what}', () => visibleLine(whatOf(pattern), 80));
}

/** What a pattern covers, in words; its own text stands out, and hides nothing. */
export function PatternWords({ pattern }: { readonly pattern: ToolPattern }) {
  const [before = '', after] = templateOf(pattern).split('{what}');
  return (
    <span>
      {before}
      {after !== undefined && (
        <code className={classes['what']}>
          <AgentText text={whatOf(pattern)} />
        </code>
      )}
      {after}
    </span>
  );
}

/** What a rule covers: the tool, which inputs of it, and in which folder. */
export function RuleWords({ rule }: { readonly rule: ToolRule }) {
  return (
    <Flex component="span" display="inline-flex" wrap="wrap" gap="2px 8px" fw={400}>
      {rule.verdict === 'deny' && <strong className={classes['never']}>{ruleStrings.never}</strong>}
      {rule.toolName !== undefined && <Name text={rule.toolName} />}
      <PatternWords pattern={rule.pattern} />
      {(rule.workspace !== undefined || rule.session !== undefined || rule.isAnywhere === true) && (
        <span className={ui['small']} style={{ flexBasis: '100%' }}>
          {rule.workspace !== undefined && (
            <>
              {ruleStrings.inFolder} <AgentText text={rule.workspace} />
            </>
          )}
          {rule.isAnywhere === true && ruleStrings.anywhere}
          {(rule.workspace !== undefined || rule.isAnywhere === true) && rule.session !== undefined && ', '}
          {rule.session !== undefined && ruleStrings.list.session}
        </span>
      )}
    </Flex>
  );
}

/** The rule that approved a request, and the way to all rules. */
export function RuleThatAllowed({ ruleId }: { readonly ruleId: string }) {
  const { actions } = useDeskParts();
  const { value, refusal } = useAnswer('toolRules.get', { ruleId }, []);
  return (
    <Stack gap={2} align="flex-start">
      {value?.toolRule !== undefined && <RuleWords rule={value.toolRule} />}
      {refusal !== undefined && <span>{ruleStrings.gone}</span>}
      <TextButton onClick={() => actions.show('settings', 'rules')}>{ruleStrings.showRules}</TextButton>
    </Stack>
  );
}
