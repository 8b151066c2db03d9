import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { MAX_ANCESTORS } from '../../../shared/contract/agent';
import type { InputOf } from '../../../shared/contract/contract';
import { subAgentParents } from '../../../shared/contract/sub-agent';
import type { TokenKind } from '../../../shared/contract/token';
import { type Actor, type Caller, citedApprovalIdSchema } from '../../../shared/kernel/actor';
import { type ErrorCode, type Refusal, type Result, refusal, refused, succeeded } from '../../../shared/kernel/errors';
import { MAX_ACTOR_ID_LENGTH } from '../../../shared/kernel/id-length';
import { LAUNCHER } from '../../../shared/kernel/own-source';
import type { Send } from '../../kernel/door';
import type { Clock } from '../../kernel/ports';
import type { StoreHolder } from '../../kernel/store-holder';
import { isNewLineage, longestChain } from '../../nouns/lineage/effects';
import type { LauncherTokens } from '../../nouns/tokens/launcher-tokens';
import { createRateLimit, type RateLimit, rateOfStrangers } from './rate-limit';
import { sendRefusal } from './refusals';
import type { Uses } from './uses';

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
    /** Whether the route takes what sessions used, for which an engine may show a token that can do nothing else. */
    isTelemetry?: boolean;
    /** The code for an input in which only numbers are wrong, where the rules name one. */
    invalidNumbers?: ErrorCode;
  }
}

/** What the guard needs. */
export type GuardParts = {
  readonly holder: StoreHolder;
  readonly send: Send;
  readonly uses: Uses;
  readonly launcherTokens: LauncherTokens;
  readonly clock: Clock;
  /** Whom the operator's token stands for when the request names nobody. */
  readonly operatorId: string;
  readonly port: () => number;
};

const gatehouse: Caller = { role: 'gatehouse', actor: { kind: 'system', source: 'api' }, ancestorIds: [] };

/** The bearer of a valid token. */
type Bearer = { readonly kind: TokenKind; readonly name: string; readonly key: string; readonly agentId?: string };

/** Who a request comes from, and who states what it says of its lineage: the bearer of the token. */
type Identified = { readonly caller: Caller; readonly statedBy: Actor };

type ReadStore = Extract<ReturnType<StoreHolder['state']>, { isOpen: true }>['store']['read'];

type Statement = InputOf<'agent.noteLineage'>;

/** Refuses everything that spec/api.md section 1 refuses before a handler, and establishes who is calling. */
export function createGuard(parts: GuardParts): onRequestHookHandler {
  const rateLimit = createRateLimit();
  const strangersLimit = createRateLimit(rateOfStrangers);
  const { authenticate, withOwnersLineage, statedLineage } = createLookups(parts);

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
    const caller = withOwnersLineage({ ...identified.value.caller, tokenKey: bearer.value.key });
    if (!caller.ok) return refuse(caller.refusal);
    const { actor } = caller.value;
    request.identity = {
      caller: caller.value,
      tokenKind: bearer.value.kind,
      tokenKey: bearer.value.key,
      agentId: actor.kind === 'agent' ? actor.actorId : undefined,
    };
    const letIn = () => {
      parts.uses.note({
        tokenId: bearer.value.key,
        ...(actor.kind === 'agent' && actor.actorId !== undefined && { agentId: actor.actorId }),
        usedAtMs: now,
      });
      done();
    };
    const stated = statedLineage(caller.value, identified.value.statedBy);
    if (!stated.ok) return refuse(stated.refusal);
    if (stated.value === undefined) return letIn();
    // INVARIANT: what is stated is kept before the request is looked at any further, so that no refusal of it sheds an ancestor.
    void parts
      .send(gatehouse, 'agent.noteLineage', stated.value)
      .then((noted) => (noted.ok ? letIn() : refuse(noted.refusal)));
  };
}

/** What the guard looks up of whoever calls. */
function createLookups({ holder, launcherTokens }: Pick<GuardParts, 'holder' | 'launcherTokens'>) {
  return { authenticate, withOwnersLineage, statedLineage };

  /** Puts the lineage that is recorded of a sub-agent's owner before the owner, so that it cannot be shed by a new name. */
  function withOwnersLineage(caller: Caller): Result<Caller> {
    const { ownerId } = caller;
    if (ownerId === undefined) return succeeded(caller);
    const recorded = read(({ agents }) => longestChain({ agents }, ownerId));
    return recorded.ok ? succeeded({ ...caller, ancestorIds: [...recorded.value, ...caller.ancestorIds] }) : recorded;
  }

  /** What is to be kept of the lineage that this request states; undefined, as nearly always, where it says nothing new. */
  function statedLineage(caller: Caller, statedBy: Actor): Result<Statement | undefined> {
    const agentId = caller.actor.kind === 'agent' ? caller.actor.actorId : undefined;
    const { ancestorIds } = caller;
    if (agentId === undefined || ancestorIds.length === 0) return succeeded(undefined);
    const isNew = read((store) => isNewLineage(store, agentId, ancestorIds));
    if (!isNew.ok) return isNew;
    return succeeded(isNew.value ? { agentId, ancestorIds: [...ancestorIds], statedBy } : undefined);
  }

  function read<T>(look: (store: ReadStore) => T): Result<T> {
    const state = holder.state();
    if (!state.isOpen) return refused('STORE_UNAVAILABLE');
    try {
      return succeeded(look(state.store.read));
    } catch (error) {
      if (!holder.failed(error)) throw error;
      return refused('STORE_UNAVAILABLE');
    }
  }

  function authenticate(request: FastifyRequest): Result<Bearer> {
    const usageToken = usageTokenIn(request);
    if (usageToken !== undefined) return authenticateUsage(request, usageToken);
    const secret = /^Bearer +([^\s]+)$/i.exec(request.headers.authorization ?? '')?.[1];
    if (secret === undefined) return refused('AUTH_REQUIRED');
    const kind = launcherTokens.kindOf(secret);
    if (kind !== undefined) return succeeded({ kind, name: LAUNCHER, key: `launcher ${kind}` });
    const token = read(({ tokens }) => tokens.findBySecret(secret));
    if (!token.ok) return token;
    if (token.value === undefined) return refused('AUTH_REQUIRED');
    const { kind: ofToken, name, agentId, tokenId } = token.value;
    return succeeded({ kind: ofToken, name, key: tokenId, ...(agentId !== undefined && { agentId }) });
  }

  function authenticateUsage({ routeOptions }: FastifyRequest, usageToken: string): Result<Bearer> {
    const token = read(({ tokens }) => tokens.findByUsageToken(usageToken));
    if (!token.ok) return token;
    if (token.value === undefined) return refused('AUTH_REQUIRED');
    if (routeOptions.config.isTelemetry !== true) {
      return refused('FORBIDDEN', { sentence: 'This token tells what sessions used, and does nothing else.' });
    }
    const { name, agentId, tokenId } = token.value;
    return succeeded({ kind: 'agent', name, key: tokenId, ...(agentId !== undefined && { agentId }) });
  }
}

/** The password of Basic authentication, as which an engine shows what stands in the address that its telemetry goes to. */
function usageTokenIn({ headers }: FastifyRequest): string | undefined {
  const shown = /^Basic +([\w+/]+=*)$/i.exec(headers.authorization ?? '')?.[1];
  if (shown === undefined) return undefined;
  const text = Buffer.from(shown, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
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

/**
 * Who the bearer acts as, and who answers for what the request states of its lineage. Whoever names an agent is that agent, so
 * that nobody becomes a human by also claiming to be one.
 */
function identify(bearer: Bearer, request: FastifyRequest, operatorId: string): Result<Identified> {
  const namedAgentId = headerText(request, 'x-tandem-agent-id');
  const namedActorId = headerText(request, 'x-tandem-actor-id');
  // An agent's token states no lineage: it is held to what is recorded (spec/governance.md section 3).
  const ancestorIds = bearer.kind === 'agent' ? [] : statedAncestors(request);
  const tooLong = [namedAgentId, namedActorId, ...ancestorIds].some((id) => (id?.length ?? 0) > MAX_ACTOR_ID_LENGTH);
  if (tooLong || ancestorIds.length > MAX_ANCESTORS) {
    const message = `ids have at most ${MAX_ACTOR_ID_LENGTH} characters, and a lineage at most ${MAX_ANCESTORS} ids`;
    return refused('VALIDATION_FAILED', { issues: [{ path: 'headers', message }] });
  }
  const ownId = bearer.kind === 'agent' ? bearer.agentId : undefined;
  const isSomeoneElse = ownId !== undefined && namedAgentId !== undefined && namedAgentId !== ownId;
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
  const own: Actor =
    ownId !== undefined
      ? { kind: 'agent', actorId: ownId }
      : bearer.kind === 'operator'
        ? { kind: 'human', actorId: namedActorId ?? operatorId }
        : { kind: 'system', source: bearer.name };
  if (agentId !== undefined) {
    const caller: Caller = {
      role: 'agent',
      actor: { kind: 'agent', actorId: agentId },
      ancestorIds: parentIds ?? ancestorIds,
      ...(parentIds !== undefined && ownId !== undefined && { ownerId: ownId }),
      ...stated,
    };
    return succeeded({ caller, statedBy: own });
  }
  const role = bearer.kind === 'operator' ? 'operator' : 'engine';
  return succeeded({ caller: { role, actor: own, ancestorIds: [], ...stated }, statedBy: own });
}

function statedAncestors(request: FastifyRequest): readonly string[] {
  const text = headerText(request, 'x-tandem-agent-ancestor-ids') ?? '';
  return text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
}

/** A header's text, trimmed; blank counts as none, and so does a header that came twice. */
function headerText(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  const text = typeof value === 'string' ? value.trim() : '';
  return text === '' ? undefined : text;
}

/** Whose request it is that the guard has let through. */
export function identityOf({ identity }: FastifyRequest): Identity {
  if (identity === undefined) throw new Error('the guard let a request through without an identity');
  return identity;
}
