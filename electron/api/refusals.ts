import type { FastifyError, FastifyReply } from 'fastify';
import { type ErrorCode, errorCatalogue, type Issue, type Refusal, refusal } from '../../shared/errors';

/** A refusal as it is answered (spec/api.md section 1): never a stack trace, a file path or SQL. */
export function refusalBody(why: Refusal): Record<string, unknown> {
  return {
    error: why.sentence,
    code: why.code,
    ...(errorCatalogue[why.code].isRetryable && { retryable: true }),
    ...(why.issues !== undefined && { issues: why.issues }),
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
  switch (error.code) {
    case 'FST_ERR_VALIDATION': {
      const issues = issuesOf(error);
      return refusal(isNumbersOnly(issues) ? (invalidNumbers ?? 'VALIDATION_FAILED') : 'VALIDATION_FAILED', { issues });
    }
    case 'FST_ERR_CTP_BODY_TOO_LARGE':
      return refusal('PAYLOAD_TOO_LARGE');
    case 'FST_ERR_CTP_INVALID_MEDIA_TYPE':
      return refusal('UNSUPPORTED_MEDIA_TYPE');
    default:
      break;
  }
  if (error instanceof SyntaxError || error.code === 'FST_ERR_CTP_INVALID_JSON_BODY') {
    return refusal('VALIDATION_FAILED', { issues: [{ path: '', message: 'the body is not valid JSON' }] });
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

function issuesOf(error: FastifyError): readonly Issue[] {
  return (error.validation ?? []).map(({ instancePath, message }) => ({
    path: instancePath
      .slice(1)
      .split('/')
      .reduce((path, key) => (/^\d+$/.test(key) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`), ''),
    message: message ?? 'is not valid',
  }));
}
