import { setImmediate as nextTurn } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { type ContractName, contract, contractEntry, type InputOf } from '../../../shared/contract/contract';
import { type Caller, citedApprovalIdSchema } from '../../../shared/kernel/actor';
import { isJsonObject } from '../../../shared/kernel/fields';
import { acceptCamelCase, decodeWire, encodeWire, toWireSchema } from '../../../shared/kernel/wire';
import type { Send } from '../../kernel/door';
import type { Walk } from '../../kernel/queries';
import { LARGE_BODY_BYTES } from './body';
import { publishedAnswers } from './document';
import { InvalidInput, sendRefusal } from './refusals';

/** Adds a route for every row of the contract that has a path: validate, name by our names, send, name by the wire's. */
export function addRoutes(server: FastifyInstance, { send }: { readonly send: Send }): void {
  for (const name of Object.keys(contract) as ContractName[]) {
    const { http, input, output, summary } = contractEntry(name);
    if (http === undefined) continue;
    const parameterNames = new Set([...http.path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter ?? ''));
    const wireInput = toWireSchema(input) as z.ZodObject;
    const isParameter = (field: string) => parameterNames.has(field);
    const rest = Object.keys(wireInput.shape).filter((field) => !isParameter(field));
    const parameters = wireInput.pick(maskOf([...parameterNames]));
    const others = wireInput.pick(maskOf(rest));
    server.route({
      method: http.method,
      url: http.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      schema: {
        operationId: name,
        summary,
        params: parameters,
        ...(http.method === 'GET' ? { querystring: others } : { body: others }),
        response: publishedAnswers(toWireSchema(output)),
      },
      ...(http.largestBodyBytes !== undefined && { bodyLimit: http.largestBodyBytes }),
      preValidation(request, _reply, done) {
        if (http.acceptsCamelCase === true) request.body = acceptCamelCase(input, request.body);
        done(takeCitation(request, http.acceptsCamelCase === true ? ['approval_id', 'approvalId'] : ['approval_id']));
      },
      ...(http.invalidNumbers !== undefined && { config: { invalidNumbers: http.invalidNumbers } }),
      async handler(request, reply) {
        // INVARIANT: only what a schema has validated goes on; the query of a request with a body has none, and is not read.
        const validated = http.method === 'GET' ? request.query : request.body;
        // Into what validation made, which is nobody else's: a copy of a large body would take as long as to read it.
        const given = decodeWire(input, Object.assign(validated ?? {}, request.params)) as InputOf<ContractName>;
        const result = await send(callerOf(request), name, given, walkOf(reply));
        if (!result.ok) return sendRefusal(reply, result.refusal);
        // Most answers bring the body back.
        if (Number(request.headers['content-length'] ?? 0) > LARGE_BODY_BYTES) await nextTurn();
        return reply.send(encodeWire(output, result.value));
      },
    });
  }
}

/**
 * Takes out of a body which approval the request says it acts on, as newer clients of the reference send it with anything (spec/api.md
 * section 1): it is no part of the input, and is kept with the caller. Answers what is wrong with it.
 */
function takeCitation(request: FastifyRequest, names: readonly string[]): InvalidInput | undefined {
  const { body, identity } = request;
  if (identity === undefined || !isJsonObject(body)) return undefined;
  const given = names.filter((name) => Object.hasOwn(body, name));
  if (given.length === 0) return undefined;
  const approvalId = given.map((name) => body[name]).find((value) => value !== null);
  // The body is this request's own, and may be too large for a copy of it.
  for (const name of given) Reflect.deleteProperty(body, name);
  if (approvalId === undefined) return undefined;
  const cited = citedApprovalIdSchema.safeParse(approvalId);
  if (!cited.success) return new InvalidInput([{ path: 'approval_id', message: 'is no id of an approval' }]);
  request.identity = { ...identity, caller: citing(identity.caller, cited.data) };
  return undefined;
}

/** The caller, who says that they act on this approval; one in the body counts before the header's. */
export function citing(caller: Caller, citedApprovalId: string): Caller {
  return { ...caller, citedApprovalId };
}

/** How a client follows what it sent: it leaves with its connection. The signal is made when it is asked for; most is done at once. */
export function walkOf(reply: FastifyReply): Walk {
  return {
    get signal() {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      return gone.signal;
    },
  };
}

/** Who is calling; the guard has established it on every route that needs a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.identity === undefined) throw new Error('the guard let a request through without an identity');
  return request.identity.caller;
}

function maskOf(fields: readonly string[]): Record<string, true> {
  return Object.fromEntries(fields.map((field) => [field, true]));
}
