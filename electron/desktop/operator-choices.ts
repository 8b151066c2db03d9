import { placedTitle } from '../../shared/act/approval-title';
import type { Approval } from '../../shared/contract/approval';
import { agentName } from '../../shared/contract/sub-agent';
import type { Caller } from '../../shared/kernel/actor';
import type { Refusal } from '../../shared/kernel/errors';
import { visibleLine } from '../../shared/kernel/visible-text';
import type { Send } from '../kernel/door';
import type { Clock } from '../kernel/ports';
import type { GateAnswer } from './gate';
import { muteEnd } from './notifications/quiet-hours';
import type { DeskPreferences } from './preferences';
import { strings } from './strings';
import type { TrayChoices } from './tray/tray-state';

/** What the operator's choices outside of the window need. */
export type OperatorChoicesParts = {
  readonly send: Send;
  readonly operator: Caller;
  readonly clock: Clock;
  readonly preferences: DeskPreferences;
  readonly find: (approvalId: string) => Approval | undefined;
  /** Answers that something was not done, and why. */
  readonly sayNotDone: (key: string, title: string, reason: string) => void;
  /** What was chosen is done or refused: the menu's marks are to be drawn as things are. */
  readonly onDone: () => void;
};

/** What the operator can decide in the tray and on notifications: done first, and said only if it was not. */
export type OperatorChoices = Pick<TrayChoices, 'pause' | 'pauseAll' | 'resumeAll' | 'mute'> & {
  /** Decides a request at the revision that was seen, if there is one. */
  readonly decide: (approvalId: string, revision: number | undefined, verdict: GateAnswer) => Promise<void>;
};

/** The choices of this operator. */
export function createOperatorChoices(parts: OperatorChoicesParts): OperatorChoices {
  const { send, operator, preferences, clock } = parts;

  async function done(what: string, sent: Promise<{ readonly ok: true } | { ok: false; refusal: Refusal }>) {
    const result = await sent;
    if (!result.ok) parts.sayNotDone(`not done ${what}`, strings.notDone(what), result.refusal.sentence);
    parts.onDone();
  }

  return {
    async decide(approvalId, revision, verdict) {
      const given = { approvalId, ...(revision !== undefined && { revision }) };
      const becomes = verdict === 'extend' || verdict === 'retire' ? { action: verdict } : {};
      const result = await (verdict === 'deny'
        ? send(operator, 'approval.deny', given)
        : send(operator, 'approval.approve', { ...given, ...becomes }));
      const approval = result.ok ? result.value.approval : parts.find(approvalId);
      const title = strings.notDecided(approval === undefined ? approvalId : placedTitle(approval, 80));
      const key = `not decided ${approvalId}`;
      if (!result.ok) parts.sayNotDone(key, title, result.refusal.sentence);
      else if (result.value.approval.status !== (verdict === 'deny' ? 'denied' : 'approved')) {
        parts.sayNotDone(key, title, strings.decidedBefore(result.value.approval.status));
      }
    },
    pause(agentId, isPaused) {
      const what = isPaused ? strings.pause : strings.resume;
      const name = visibleLine(agentName(agentId), 40);
      void done(`${what} ${name}`, send(operator, isPaused ? 'agent.pause' : 'agent.resume', { agentId }));
    },
    pauseAll: () => void done(strings.pauseAll, send(operator, 'agents.pauseAll', {})),
    resumeAll: () => void done(strings.resumeAll, send(operator, 'agents.resumeAll', {})),
    mute(until) {
      preferences.change({ mutedUntilMs: muteEnd(until, clock.now()) });
    },
  };
}
