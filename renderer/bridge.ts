import type { ContractName, GivenInputOf, OutputOf } from '../shared/contract/contract';
import type { DeskInputOf, DeskName, DeskOutputOf, DeskPush } from '../shared/contract/desk-contract';
import { type Result, refused } from '../shared/kernel/errors';

/** What the preload script puts on the window: two functions that carry plain data and nothing else. */
export interface GatehouseBridge {
  /** Resolves to the Result of a name of the contract or of the desk's own; rejects only when there is a bug. */
  request(name: string, input: unknown): Promise<Result<unknown>>;
  /** Calls the listener with each push; answers the function that ends that. */
  onPush(listener: (push: unknown) => void): () => void;
}

declare global {
  interface Window {
    readonly gatehouse: GatehouseBridge;
  }
}

/** Every name that the window can ask for. */
export type RequestName = ContractName | DeskName;

/** What is passed with a name. */
export type GivenOf<N extends RequestName> = N extends ContractName
  ? GivenInputOf<N>
  : N extends DeskName
    ? DeskInputOf<N>
    : never;

/** What comes back for a name. */
export type AnswerOf<N extends RequestName> = N extends ContractName
  ? OutputOf<N>
  : N extends DeskName
    ? DeskOutputOf<N>
    : never;

/** The way to the main process, typed by the contract; a request never rejects. */
export type Desk = {
  request<N extends RequestName>(name: N, input: GivenOf<N>): Promise<Result<AnswerOf<N>>>;
  /** `onUnreadable` is called for a push of no kind that is known here: something may have been missed. */
  onPush(listener: (push: DeskPush) => void, onUnreadable: () => void): () => void;
};

/** Wraps the preload's bridge. What comes is of the same build as the page, so it is trusted to have its type. */
export function connectDesk(bridge: GatehouseBridge): Desk {
  return {
    async request<N extends RequestName>(name: N, input: GivenOf<N>) {
      try {
        return (await bridge.request(name, input)) as Result<AnswerOf<N>>;
      } catch (error) {
        console.error(`the request ${name} was rejected`, error);
        return refused('INTERNAL');
      }
    },
    onPush(listener, onUnreadable) {
      return bridge.onPush((push) => {
        if (isPush(push)) listener(push);
        else {
          console.error('a push could not be read', push);
          onUnreadable();
        }
      });
    },
  };
}

const pushKinds: Readonly<Record<DeskPush['kind'], true>> = {
  ...{ approvals: true, changed: true, status: true, preferences: true, open: true },
  ...{ show: true, popover: true, told: true, auditProgress: true, pulse: true },
};

function isPush(push: unknown): push is DeskPush {
  if (typeof push !== 'object' || push === null || !('kind' in push)) return false;
  return typeof push.kind === 'string' && Object.hasOwn(pushKinds, push.kind);
}
