import type { Caller } from '../../../shared/kernel/actor';
import type { Send } from '../../kernel/door';
import type { StoreHolder } from '../../kernel/store-holder';

const bootstrap: Caller = {
  role: 'gatehouse',
  actor: { kind: 'system', source: 'automation_bootstrap' },
  ancestorIds: [],
};

/**
 * At a start: makes the custody records that are missing (spec/governance.md section 15), before anybody can ask for anything. It
 * sends its command only where one is missing, which a look along an index tells.
 */
export async function bootstrapAtStart(holder: StoreHolder, send: Send): Promise<void> {
  const state = holder.state();
  if (!state.isOpen || state.store.read.automations.withoutRecord('', 1).length === 0) return;
  await send(bootstrap, 'records.bootstrap', {});
}
