// @vitest-environment happy-dom
import { act, fireEvent, screen } from '@testing-library/react';
import { expect, it } from 'vitest';
import { type LimitName, limitKinds, parseTyped, type SpanUnit, typedOf } from '../../renderer/settings/limit-fields';
import { defaultLimits, type LimitImpact } from '../../shared/contract/limits';
import { refused, succeeded } from '../../shared/kernel/errors';
import { HOUR_MS } from '../../shared/kernel/time';
import { Gatehouse } from './gatehouse';
import { click, installTestClock, openWindow, pass, type } from './window';

installTestClock();

/** Settings where the depth of lineage is not the default; what the history would say can be given. */
async function openSettings(impact?: LimitImpact) {
  const gatehouse = new Gatehouse();
  await gatehouse.send('limits.update', { lineageDepthLimit: 4 });
  if (impact !== undefined) gatehouse.answers.set('limits.impact', () => succeeded({ impact }));
  await openWindow(gatehouse);
  await click('Settings');
  await pass(1_000);
  return gatehouse;
}

const field = (label: string) => screen.getByLabelText<HTMLInputElement>(label);

it('the history is asked about what is typed once the typing rests, and nothing is saved by that', async () => {
  const impact = { state: 'counted', unit: 'creations', count: 3, of: 40, isCut: true } as const;
  const gatehouse = await openSettings(impact);
  await type('Depth of lineage', '1');
  await type('Depth of lineage', '2');
  await pass(1_000);
  const asked = gatehouse.inputsOf('limits.impact').filter((input) => JSON.stringify(input).includes('lineage'));
  expect(asked).toEqual([{ candidate: { lineageDepthLimit: 4 } }, { candidate: { lineageDepthLimit: 2 } }]);
  const sentence = 'Would have stopped at least 3 of the newest 40 creations in the last 30 days.';
  expect(screen.getAllByText(sentence).length).toBeGreaterThan(0);
  expect(gatehouse.inputsOf('limits.update')).toEqual([]);
  await click('Save Depth of lineage');
  expect(gatehouse.inputsOf('limits.update')).toEqual([{ lineageDepthLimit: 2 }]);
});

it('a refusal stands at the field, with what was typed still in it', async () => {
  const gatehouse = await openSettings();
  gatehouse.answers.set('limits.update', () =>
    refused('VALIDATION_FAILED', { issues: [{ path: 'lineageDepthLimit', message: 'is too deep' }] }),
  );
  await type('Depth of lineage', '9');
  await click('Save Depth of lineage');
  await pass(10);
  expect(screen.getByText('is too deep')).toBeTruthy();
  expect(field('Depth of lineage').value).toBe('9');
});

it('what makes no sense is not sent, and the default is one button away where it does not hold', async () => {
  const gatehouse = await openSettings();
  await type('Warning at', '101');
  expect(screen.getByText('Give a percentage from 0 to 100.')).toBeTruthy();
  act(() => void fireEvent.submit(field('Warning at')));
  expect(gatehouse.inputsOf('limits.update')).toEqual([]);
  expect(screen.queryByRole('button', { name: 'Runs until a review: back to default' })).toBeNull();
  await click('Depth of lineage: back to default');
  await pass(1_000);
  expect(gatehouse.inputsOf('limits.update')).toEqual([{ lineageDepthLimit: 3 }]);
  expect(field('Depth of lineage').value).toBe('3');
});

it('two quick changes of the quiet hours are both kept', async () => {
  const gatehouse = await openSettings();
  const { quietHours } = gatehouse.preferences.current();
  gatehouse.preferences.change({ quietHours: { ...quietHours, isOn: true } });
  await pass(10);
  act(() => {
    screen.getByRole('checkbox', { name: 'Sun' }).click();
    screen.getByRole('checkbox', { name: 'Sat' }).click();
  });
  await pass(10);
  expect(gatehouse.preferences.current().quietHours.days).toEqual([1, 2, 3, 4, 5]);
});

it('an import that finds ids that are here asks what becomes of them before it changes anything', async () => {
  const gatehouse = await openSettings();
  gatehouse.answers.set('desk.openStateFile', () => succeeded({ state: 'opened', name: 'state.json', text: '{}' }));
  gatehouse.answers.set('state.import', ({ onConflict }: { onConflict?: string }) =>
    onConflict === undefined
      ? refused('STATE_IMPORT_CONFLICTS', { details: { conflicts: [{ section: 'records', id: 'nightly' }] } })
      : succeeded({ counts: { records: 2 }, conflicts: [], unknownPaths: ['$.colour'] }),
  );
  await click('Import…');
  await pass(10);
  expect(screen.getByText(/1 thing in state.json is here already/)).toBeTruthy();
  expect(screen.getByRole('list', { name: 'What is here already' }).textContent).toBe('nightly governance record');
  await click('Replace with the file');
  await pass(10);
  expect(gatehouse.inputsOf('state.import')).toEqual([{ text: '{}' }, { text: '{}', onConflict: 'replace' }]);
  expect(screen.getByRole('list', { name: 'Imported' }).textContent).toBe('records: 2');
  expect(document.body.textContent).toContain('$.colour');
});

it.each(Object.keys(limitKinds) as LimitName[])(
  '%s stands in its field so that saving it unchanged changes nothing',
  (name) => {
    const value = defaultLimits[name];
    if (typeof value !== 'boolean') expect(parseTyped(name, typedOf(name, value))).toEqual({ value });
  },
);

it.each<[LimitName, string, SpanUnit, number | null | undefined]>([
  ['spendWarningThresholdRatio', '7', 'days', 0.07],
  ['spendWarningThresholdRatio', '62.5 %', 'days', 0.625],
  ['weeklySpendCapNanos', '$ 0.3', 'days', 300_000_000],
  ['weeklySpendCapNanos', ' ', 'days', null],
  ['weeklySpendCapNanos', '-1', 'days', undefined],
  ['approvalTtlMs', '1.5', 'hours', 1.5 * HOUR_MS],
  ['approvalTtlMs', '0', 'hours', undefined],
  ['defaultExpiresAfterMs', '0', 'days', 0],
  ['defaultExpiresAfterMs', '3651', 'days', undefined],
  ['runReviewThreshold', '2.5', 'days', undefined],
  ['runReviewThreshold', '', 'days', undefined],
])('%s typed as "%s" (%s) is %d', (name, text, unit, expected) => {
  const parsed = parseTyped(name, { text, unit });
  expect('value' in parsed ? parsed.value : undefined).toBe(expected);
});
