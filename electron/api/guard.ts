import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { type Caller, citedApprovalIdSchema, MAX_ACTOR_ID_LENGTH } from '../../shared/actor';
import { type ErrorCode, type Refusal, type Result, refusal, refused, succeeded } from '../../shared/errors';
import { subAgentParents } from '../../shared/sub-agent';
import type { Token, TokenKind } from '../../shared/token';
import type { Execute } from '../app/execute';
import type { LauncherTokens } from '../app/launcher-tokens';
import type { Clock } from '../app/ports';
import type { StoreHolder } from '../app/store-holder';
import { createRateLimit, type RateLimit, rateOfStrangers } from './rate-limit';
import { sendRefusal } from './refusals';

/** Who sent a request, and with which token. */
export type Identity = {
  readonly caller: Caller;
  readonly tokenKind: TokenKind;
  readonly tokenKey: string;
  readonly agentId: string | undefined;
};

declare module 'fastify' {
  interface FastifyRequest {
    /** Who is calling; undefined only on routes that need no token. */
    identity: Identity | undefined;
  }
  interface FastifyContextConfig {
    /** Whether the route answers without a token. */
    isPublic?: boolean;
    /** The code for an input in which only numbers are wrong, where the rules name one. */
    invalidNumbers?: ErrorCode;
  }
}

/** What the guard needs. */
export type GuardParts = {
  readonly holder: StoreHolder;
  readonly execute: Execute;
  readonly launcherTokens: LauncherTokens;
  readonly clock: Clock;
  /** Whom the operator's token stands for when the request names nobody. */
  readonly operatorId: string;
  readonly port: () => number;
};

/** Ancestors that one request may claim at most. */
const MAX_ANCESTORS = 64;

/** How often a token's last use is written, in milliseconds. */
const NOTE_USE_INTERVAL_MS = 60_000;

const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'api' }, ancestorIds: [] };

/** Callers of whom it is remembered when their use was noted. */
const MOST_NOTED = 10_000;

/** The bearer of a valid token. */
type Bearer = { readonly kind: TokenKind; readonly name: string; readonly key: string; readonly agentId?: string };

/** Refuses everything that spec/api.md section 1 refuses before a handler, and establishes who is calling. */
export function createGuard(parts: GuardParts): onRequestHookHandler {
  const rateLimit = createRateLimit();
  const strangersLimit = createRateLimit(rateOfStrangers);
  const lastNoted = new Map<string, number>();

  return (request, reply, done) => {
    const refuse = (why: Refusal) => void sendRefusal(reply, why);
    const isOverLimit = (limit: RateLimit, key: string, more = {}) => {
      const retryAfterSeconds = limit.take(key, performance.now());
      if (retryAfterSeconds === 0) return false;
      void reply.header('retry-after', retryAfterSeconds);
      refuse(refusal('RATE_LIMITED', more));
      return true;
    };
    const { headers, routeOptions } = request;
    if (!isOurHost(headers.host, parts.port()) || !isOurTarget(request.raw.url, parts.port())) {
      return refuse(refusal('HOST_REFUSED'));
    }
    if (isFromPage(headers)) return refuse(refusal('ORIGIN_REFUSED'));
    const ofStrangers = { sentence: 'Too many requests without a valid token. Wait and try again.' };
    if (routeOptions.config.isPublic === true) {
      if (!isOverLimit(strangersLimit, routeOptions.url ?? '', ofStrangers)) done();
      return;
    }

    const bearer = authenticate(request);
    if (!bearer.ok) {
      if (!isOverLimit(strangersLimit, bearer.refusal.code, ofStrangers)) refuse(bearer.refusal);
      return;
    }
    const now = parts.clock.now();
    if (isOverLimit(rateLimit, bearer.value.key)) return;
    const identified = identify(bearer.value, request, parts.operatorId);
    if (!identified.ok) return refuse(identified.refusal);
    const caller = withOwnersLineage({ ...identified.value, tokenKey: bearer.value.key });
    if (!caller.ok) return refuse(caller.refusal);
    const { actor } = caller.value;
    request.identity = {
      caller: caller.value,
      tokenKind: bearer.value.kind,
      tokenKey: bearer.value.key,
      agentId: actor.kind === 'agent' ? actor.actorId : undefined,
    };
    noteUse(bearer.value.key, caller.value, now);
    done();
  };

  /** Puts the lineage that is recorded of a sub-agent's owner before the owner, so that it cannot be shed by a new name. */
  function withOwnersLineage(caller: Caller): Result<Caller> {
    if (caller.ownerId === undefined) return succeeded(caller);
    const state = parts.holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      const recorded = state.store.read.agents.find(caller.ownerId)?.ancestorIds ?? [];
      return succeeded({ ...caller, ancestorIds: [...recorded, ...caller.ancestorIds] });
    } catch (error) {
      if (!parts.holder.failed(error)) throw error;
      return refused('STORE_UNAVAILABLE');
    }
  }

  function authenticate(request: FastifyRequest): Result<Bearer> {
    const secret = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined) return refused('AUTH_REQUIRED');
    const kind = parts.launcherTokens.kindOf(secret);
    if (kind !== undefined) return succeeded({ kind, name: 'launcher', key: `launcher ${kind}` });
    const state = parts.holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    let token: Token | undefined;
    try {
      token = state.store.read.tokens.findBySecret(secret);
    } catch (error) {
      if (!parts.holder.failed(error)) throw error;
      return refused('STORE_UNAVAILABLE');
    }
    if (token === undefined) return refused('AUTH_REQUIRED');
    const { name, agentId, tokenId } = token;
    return succeeded({ kind: token.kind, name, key: tokenId, ...(agentId !== undefined && { agentId }) });
  }

  function noteUse(tokenKey: string, { actor, ownerId, ancestorIds }: Caller, now: number): void {
    const agentId = actor.kind === 'agent' ? actor.actorId : undefined;
    const key = `${tokenKey} ${agentId ?? ''}`;
    const noted = lastNoted.get(key);
    if (noted !== undefined && Math.abs(now - noted) < NOTE_USE_INTERVAL_MS) return;
    // An engine can name any number of agents.
    if (lastNoted.size >= MOST_NOTED) lastNoted.clear();
    lastNoted.set(key, now);
    void parts.execute(gatehouse, 'tokens.noteUse', {
      tokenId: tokenKey,
      ...(agentId !== undefined && { agentId }),
      ...(ownerId !== undefined && { ancestorIds: [...ancestorIds] }),
      usedAtMs: now,
    });
  }
}

function isOurHost(host: string | undefined, port: number): boolean {
  return ['127.0.0.1', 'localhost', '[::1]'].some((name) => host?.toLowerCase() === `${name}:${port}`);
}

/** Whether a request line names a path alone, as it does but for proxies, or our own host before it: what it names counts before Host. */
function isOurTarget(target = '', port: number): boolean {
  return target.startsWith('/') || isOurHost(/^http:\/\/([^/?#]*)/i.exec(target)?.[1], port);
}

/**
 * Whether a web page sends this. An image or a link sends no Origin, but browsers say of everything where it comes from; `none` is
 * what the user typed. A page of another port of this machine is `same-site`, and no page here is ours, so all others are refused.
 */
function isFromPage(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none');
}

/** Who the bearer acts as. Whoever names an agent is that agent, so that nobody becomes a human by also claiming to be one. */
function identify(bearer: Bearer, request: FastifyRequest, operatorId: string): Result<Caller> {
  const namedAgentId = headerText(request, 'x-tandem-agent-id');
  const namedActorId = headerText(request, 'x-tandem-actor-id');
  const ancestorIds = (headerText(request, 'x-tandem-agent-ancestor-ids') ?? '')
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const tooLong = [namedAgentId, namedActorId, ...ancestorIds].some((id) => (id?.length ?? 0) > MAX_ACTOR_ID_LENGTH);
  if (tooLong || ancestorIds.length > MAX_ANCESTORS) {
    const message = `ids have at most ${MAX_ACTOR_ID_LENGTH} characters, and a lineage at most ${MAX_ANCESTORS} ids`;
    return refused('VALIDATION_FAILED', { issues: [{ path: 'headers', message }] });
  }
  const ownId = bearer.kind === 'agent' ? bearer.agentId : undefined;
  const isSomeoneElse = ownId !== undefined && namedAgentId !== undefined && namedAgentId !== ownId;
  // What it claims of its lineage does not matter: its name says whose it is.
  const parentIds = isSomeoneElse ? subAgentParents(ownId, namedAgentId) : undefined;
  if (isSomeoneElse && parentIds === undefined) return refused('AGENT_IDENTITY_MISMATCH');
  const agentId = parentIds === undefined ? (ownId ?? namedAgentId) : namedAgentId;
  const source = headerText(request, 'x-tandem-request-source')?.slice(0, MAX_ACTOR_ID_LENGTH);
  const cited = citedApprovalIdSchema.optional().safeParse(headerText(request, 'x-tandem-approval-id'));
  if (!cited.success) {
    return refused('VALIDATION_FAILED', { issues: [{ path: 'headers', message: 'x-tandem-approval-id is no id' }] });
  }
  const stated = {
    ...(source !== undefined && { requestSource: source }),
    ...(cited.data !== undefined && { citedApprovalId: cited.data }),
  };
  if (agentId !== undefined) {
    return succeeded({
      role: 'agent',
      actor: { kind: 'agent', actorId: agentId },
      ancestorIds: parentIds ?? ancestorIds,
      ...(parentIds !== undefined && ownId !== undefined && { ownerId: ownId }),
      ...stated,
    });
  }
  return bearer.kind === 'operator'
    ? succeeded({
        role: 'operator',
        actor: { kind: 'human', actorId: namedActorId ?? operatorId },
        ancestorIds: [],
        ...stated,
      })
    : succeeded({
        role: 'engine',
        actor: { kind: 'system', source: bearer.name },
        ancestorIds: [],
        ...stated,
      });
}

/** A header's text, trimmed; blank counts as none, and so does a header that came twice. */
function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}
