import type {
  JSONRPCMessage,
  JSONRPCRequest,
  JSONRPCResponse,
  MessageExtraInfo,
  RequestId,
  Transport,
} from '@modelcontextprotocol/server';

/**
 * A session's end of the SDK's server: a message goes in with the HTTP request that brought it, and the answer to a request comes
 * out as one JSON body. The SDK's own transport does the same by way of web streams, which costs more than all else that a call
 * does (goal M1). It needs no closing: it keeps nothing but the requests that are under way.
 */
export class SessionTransport implements Transport {
  onmessage?: NonNullable<Transport['onmessage']>;
  onclose?: () => void;
  onerror?: (error: Error) => void;
  readonly sessionId: string;
  readonly #underWay = new Map<RequestId, (answer: JSONRPCResponse) => void>();
  #versions: readonly string[] = [];

  constructor(sessionId: string) {
    this.sessionId = sessionId;
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.onclose?.();
    return Promise.resolve();
  }

  setSupportedProtocolVersions(versions: string[]): void {
    this.#versions = versions;
  }

  /** Whether the server speaks this revision; a request that names none is of the one that was agreed on. */
  speaks(version: string | undefined): boolean {
    return version === undefined || this.#versions.includes(version);
  }

  /** The server's side: answers go to who asked; there is nobody to hear anything else. */
  send(message: JSONRPCMessage): Promise<void> {
    if (('result' in message || 'error' in message) && message.id !== undefined) {
      this.#underWay.get(message.id)?.(message);
      this.#underWay.delete(message.id);
    }
    return Promise.resolve();
  }

  /** Whether a request with this id is under way, whose answer another one with it would take. */
  isUnderWay(id: RequestId): boolean {
    return this.#underWay.has(id);
  }

  /** Hands a request to the server; resolves to its answer. */
  request(message: JSONRPCRequest, extra: MessageExtraInfo): Promise<JSONRPCResponse> {
    return new Promise((resolve) => {
      this.#underWay.set(message.id, resolve);
      this.onmessage?.(message, extra);
    });
  }

  /** Hands over what is not answered. */
  notify(message: JSONRPCMessage, extra: MessageExtraInfo): void {
    this.onmessage?.(message, extra);
  }
}
