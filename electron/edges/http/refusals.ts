import type { FastifyError, FastifyReply } from 'fastify';
import type { z } from 'zod';
import {
  type ErrorCode,
  errorCatalogue,
  type Issue,
  issuePath,
  listedIssues,
  type Refusal,
  refusal,
} from '../../../shared/kernel/errors';

/** An input that the web server refuses before a handler sees it: a body that cannot be read, or one that its schema does not accept. */
export class InvalidInput extends Error {
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[]) {
    super('the input does not have the expected form');
    this.issues = issues;
  }
}

/** Validates by a zod schema, as the web server wants it: every part of a request that a route has a schema for. */
export function validatorOf({ schema }: { readonly schema: unknown }) {
  return (given: unknown) => {
    const parsed = (schema as z.ZodType).safeParse(given);
    if (parsed.success) return { value: parsed.data };
    return {
      error: new InvalidInput(parsed.error.issues.map(({ path, message }) => ({ path: issuePath(path), message }))),
    };
  };
}

/** A refusal as it is answered (spec/api.md section 1): never a stack trace, a file path or SQL. */
export function refusalBody(why: Refusal): Record<string, unknown> {
  return {
    error: why.sentence,
    code: why.code,
    ...(errorCatalogue[why.code].isRetryable && { retryable: true }),
    ...(why.issues !== undefined && { issues: listedIssues(why.issues) }),
    ...(why.correlationId !== undefined && { correlation_id: why.correlationId }),
    ...why.details,
  };
}

/** Answers a refusal with its status. */
export function sendRefusal(reply: FastifyReply, why: Refusal): FastifyReply {
  if (why.code === 'AUTH_REQUIRED') void reply.header('www-authenticate', 'Bearer realm="Gatehouse"');
  return reply.code(errorCatalogue[why.code].status).send(refusalBody(why));
}

/**
 * What an error of the web server's own means to the caller; undefined for a bug of ours. `invalidNumbers` is the code of a
 * route for an input in which nothing but numbers is wrong.
 */
export function refusalOf(error: FastifyError, invalidNumbers?: ErrorCode): Refusal | undefined {
  if (error instanceof InvalidInput) {
    const { issues } = error;
    return refusal(isNumbersOnly(issues) ? (invalidNumbers ?? 'VALIDATION_FAILED') : 'VALIDATION_FAILED', { issues });
  }
  switch (error.code) {
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusal('PAYLOAD_TOO_LARGE');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refusal('UNSUPPORTED_MEDIA_TYPE');
    default:
      break;
  }
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return refusal('VALIDATION_FAILED', { issues: [{ path: '', message: 'the request is not valid HTTP' }] });
  }
  return undefined;
}

/** Whether nothing but tokens and costs is wrong with an input, for which the rules may have a code of their own. */
export function isNumbersOnly(issues: readonly Issue[]): boolean {
  return issues.every(({ path }) => /(_tokens|_usd)$/.test(path));
}
