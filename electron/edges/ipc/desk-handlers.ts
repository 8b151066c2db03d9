import { writeFile } from 'node:fs/promises';
import { arch, release, type } from 'node:os';
import { extname, join } from 'node:path';
import type * as Electron from 'electron';
import type { Approval } from '../../../shared/contract/approval';
import type { Rotation } from '../../../shared/contract/checkpoint';
import type { DeskInputOf, DeskOutputOf, DeskStatus, LastWords } from '../../../shared/contract/desk-contract';
import type { PushOutcome } from '../../../shared/contract/notifications';
import type { Caller } from '../../../shared/kernel/actor';
import type { Result } from '../../../shared/kernel/errors';
import { messageOf } from '../../../shared/kernel/message-of';
import type { Place } from '../../../shared/kernel/place';
import type { EngineConnections } from '../../desktop/engine-connections';
import { filesOfAct } from '../../desktop/files-of-act';
import { createLoginStart, loginCommand } from '../../desktop/login-start';
import { muteEnd } from '../../desktop/notifications/quiet-hours';
import type { DeskPreferences } from '../../desktop/preferences';
import { saveAudit } from '../../desktop/save-audit';
import { createStateFiles } from '../../desktop/state-files';
import { strings } from '../../desktop/strings';
import type { OpenTarget } from '../../desktop/window/window';
import type { Clock } from '../../kernel/ports';
import type { StoreHolder } from '../../kernel/store-holder';
import type { AuditExport } from '../../nouns/audit/export';
import type { Pairings } from '../../nouns/tokens/pairings';
import type { AuditWalks } from './audit-walks';
import type { DeskHandlers } from './ipc';

/** What the desk's own requests need. */
export type DeskHandlerParts = {
  readonly electron: Pick<typeof Electron, 'app' | 'clipboard' | 'dialog' | 'shell'>;
  readonly appFolder: string;
  readonly dataFolder: string;
  readonly preferences: DeskPreferences;
  readonly holder: StoreHolder;
  readonly operator: Caller;
  readonly find: (approvalId: string) => Approval | undefined;
  /** What was said last in the session that a request comes from. */
  readonly lastWords: (approval: Approval) => Promise<LastWords>;
  readonly status: () => DeskStatus;
  readonly restartApi: () => Promise<void>;
  /** Hears where the operator looks. */
  readonly noteShowing: (place: Place) => void;
  readonly openWindow: (target?: OpenTarget) => void;
  readonly hidePopover: () => void;
  readonly exportAudit: AuditExport;
  /** Changes the key that signs the audit log, as the operator. */
  readonly rotateSigningKey: () => Promise<Result<Rotation>>;
  readonly auditWalks: AuditWalks;
  readonly clock: Clock;
  readonly exportState: () => Promise<Result<{ readonly text: string }>>;
  /** Writes a copy of the whole database to a file. */
  readonly backUp: (path: string) => Promise<void>;
  readonly engines: EngineConnections;
  readonly pairings: Pairings;
  readonly push: { readonly test: () => Promise<PushOutcome>; readonly outcome: () => PushOutcome };
};

/** What the window can ask of the app itself (shared/contract/desk-contract.ts). */
export function createDeskHandlers(parts: DeskHandlerParts): DeskHandlers {
  const { electron, preferences, holder, status, clock } = parts;
  const { app, dialog } = electron;
  const today = () => new Date(clock.now()).toISOString().slice(0, 10);
  const files = createStateFiles({ dialog, today, exportState: parts.exportState, backUp: parts.backUp });
  const auditFile = {
    ...parts,
    askWhere: async (defaultPath: string) =>
      (await dialog.showSaveDialog({ title: strings.exportTitle, defaultPath })).filePath || undefined,
    scriptPath: join(parts.appFolder, 'build', 'audit', 'verify-audit.mjs'),
    today,
  };
  const command = loginCommand(app, process.execPath, process.env);
  const loginStart = createLoginStart({ app, platform: process.platform, command });
  return {
    'desk.status': status,
    'desk.preferences': preferences.current,
    'desk.setPreferences': (change) => preferences.change(change),
    ...pageHandlers(parts),
    'desk.retryStore'() {
      holder.open();
      return status();
    },
    'desk.acceptLoss'() {
      holder.openWithLoss(parts.operator.actor);
      return status();
    },
    async 'desk.retryApi'() {
      await parts.restartApi();
      return status();
    },
    async 'desk.openDataFolder'() {
      await electron.shell.openPath(parts.dataFolder);
      return {};
    },
    ...requestHandlers(parts),
    async 'desk.copyText'({ text }) {
      // A promise since Electron 45, nothing to wait for before.
      await electron.clipboard.writeText(text);
      return {};
    },
    'desk.saveText': (text) => saveText(electron, text),
    'desk.exportAudit': () => saveAudit(auditFile, parts.auditWalks.start('export')),
    'desk.cancelAudit'() {
      parts.auditWalks.cancel();
      return {};
    },
    async 'desk.rotateSigningKey'() {
      const rotated = await parts.rotateSigningKey();
      return rotated.ok ? { publicKey: rotated.value.newPublicKey } : { problem: rotated.refusal.sentence };
    },
    'desk.testPush': parts.push.test,
    'desk.pushOutcome': parts.push.outcome,
    'desk.mute': ({ until }) => preferences.change({ mutedUntilMs: muteEnd(until, clock.now()) }),
    'desk.about': () => ({
      electron: process.versions['electron'] ?? '',
      chromium: process.versions['chrome'] ?? '',
      node: process.versions.node,
      system: `${type()} ${release()} ${arch()}`,
      logPath: join(parts.dataFolder, 'gatehouse.log'),
    }),
    'desk.loginStart': loginStart.current,
    'desk.setLoginStart': ({ isOn }) => loginStart.set(isOn),
    'desk.exportState': files.exportState,
    'desk.backUp': files.backUp,
    'desk.openStateFile': files.open,
    ...engineHandlers(parts),
    'desk.quit'() {
      app.quit();
      return {};
    },
  };
}

/** What our pages ask about themselves. */
function pageHandlers(parts: Pick<DeskHandlerParts, 'noteShowing' | 'openWindow' | 'hidePopover'>) {
  return {
    'desk.showing'({ place }) {
      parts.noteShowing(place);
      return {};
    },
    'desk.openWindow'({ approvalId, place }) {
      parts.hidePopover();
      if (approvalId !== undefined) parts.openWindow({ approvalId });
      else parts.openWindow(place === undefined ? undefined : { place });
      return {};
    },
    'desk.hidePopover'() {
      parts.hidePopover();
      return {};
    },
  } satisfies Partial<DeskHandlers>;
}

/** What the window asks about one request beside the request itself. */
function requestHandlers({ find, lastWords }: Pick<DeskHandlerParts, 'find' | 'lastWords'>) {
  return {
    async 'desk.filesOfAct'({ approvalId }) {
      const approval = find(approvalId);
      return { files: approval === undefined ? [] : [...(await filesOfAct(approval))] };
    },
    async 'desk.lastWords'({ approvalId }) {
      const approval = find(approvalId);
      return approval === undefined ? {} : lastWords(approval);
    },
  } satisfies Partial<DeskHandlers>;
}

/** What the window asks about the engines of this machine. */
function engineHandlers({ engines, pairings }: Pick<DeskHandlerParts, 'engines' | 'pairings'>) {
  return {
    'desk.lookAtEngines'() {
      engines.look();
      return {};
    },
    'desk.previewEngine': ({ engine }) => engines.preview(engine),
    'desk.connectEngine': ({ engine }) => engines.connect(engine),
    'desk.disconnectEngine': ({ engine }) => engines.disconnect(engine),
    'desk.testEngine': async ({ engine }) => ({ checks: [...(await engines.test(engine))] }),
    'desk.setEngineHook': ({ engine, hook }) => engines.setHook(engine, hook),
    async 'desk.answerPairing'({ connectionId, isAccepted, parentAgentId }) {
      const answered = await pairings.answer(connectionId, isAccepted, parentAgentId);
      return answered.ok ? {} : { problem: answered.refusal.sentence };
    },
  } satisfies Partial<DeskHandlers>;
}

async function saveText(
  { app, dialog }: Pick<typeof Electron, 'app' | 'dialog'>,
  { suggestedName, text }: DeskInputOf<'desk.saveText'>,
): Promise<DeskOutputOf<'desk.saveText'>> {
  const extension = extname(suggestedName).slice(1);
  const { canceled, filePath } = await dialog.showSaveDialog({
    defaultPath: join(app.getPath('downloads'), suggestedName),
    ...(extension !== '' && { filters: [{ name: extension.toUpperCase(), extensions: [extension] }] }),
  });
  if (canceled || filePath === '') return { isSaved: false };
  try {
    await writeFile(filePath, text, { mode: 0o600 });
    return { isSaved: true };
  } catch (error) {
    return { isSaved: false, problem: messageOf(error) };
  }
}
