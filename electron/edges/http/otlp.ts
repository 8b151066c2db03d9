import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MOST_USES } from '../../../shared/contract/session-usage';
import { type Refusal, type Result, refusal, refused, succeeded } from '../../../shared/kernel/errors';
import type { Prices } from '../../../shared/prices';
import type { Send } from '../../kernel/door';
import { publishedAnswers } from './document';
import { otlpMetricsSchema, usesIn } from './otlp-metrics';
import { refusalOf, sendRefusal } from './refusals';
import { callerOf } from './routes';

/** What the routes need. */
export type OtlpParts = {
  readonly send: Send;
  /** The operator's own prices, as they are now. */
  readonly ownPrices: () => Prices;
};

/** Signals of which nothing is kept; whoever sends all three is not told to stop. */
const unread = { '/v1/logs': 'resourceLogs', '/v1/traces': 'resourceSpans' } as const;

const takenSchema = z.object({
  /** What of it says nothing to us, and why. */
  partialSuccess: z.object({ rejectedDataPoints: z.string(), errorMessage: z.string() }).exactOptional(),
});

const onlyAgents = 'Telemetry is taken of agents alone: send the token that `gatehouse connect` made for the engine.';

const onlyJson =
  'Telemetry is read as JSON only. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/json (or OTEL_EXPORTER_OTLP_METRICS_PROTOCOL) where the engine is started.';

/**
 * Adds the receiver of OpenTelemetry over HTTP (spec/sessions.md section 4): what an engine says that its sessions cost is charged
 * to them. An agent charges nobody but itself. It keeps nothing of what else is told.
 */
export function addOtlp(server: FastifyInstance, parts: OtlpParts): void {
  server.route({
    method: 'POST',
    url: '/v1/metrics',
    schema: {
      operationId: 'telemetry.metrics',
      summary:
        'Takes the metrics of an engine in the JSON form of OTLP; what they say that sessions cost is charged to them. The same again charges nothing.',
      body: otlpMetricsSchema,
      response: publishedAnswers(takenSchema),
    },
    errorHandler: refuse,
    async handler(request, reply) {
      const taken = await take(request, request.body as z.infer<typeof otlpMetricsSchema>, parts);
      if (!taken.ok) return sendRefusal(reply, taken.refusal);
      const { rejected } = taken.value;
      if (rejected === 0) return reply.send({});
      const errorMessage = 'These points name no session or no model, so nobody can be charged for them.';
      return reply.send({ partialSuccess: { rejectedDataPoints: String(rejected), errorMessage } });
    },
  });
  for (const [url, field] of Object.entries(unread)) {
    server.route({
      method: 'POST',
      url,
      schema: {
        operationId: `telemetry.${url.slice('/v1/'.length)}`,
        summary: 'Takes what an engine that sends its metrics sends as well; nothing of it is kept.',
        body: z.object({ [field]: z.array(z.unknown()).exactOptional() }),
        response: publishedAnswers(takenSchema),
      },
      errorHandler: refuse,
      handler(request, reply) {
        const { role } = callerOf(request);
        return role === 'agent' ? reply.send({}) : sendRefusal(reply, refusal('FORBIDDEN', { sentence: onlyAgents }));
      },
    });
  }
}

async function take(
  request: FastifyRequest,
  body: z.infer<typeof otlpMetricsSchema>,
  { send, ownPrices }: OtlpParts,
): Promise<Result<{ readonly rejected: number }>> {
  const caller = callerOf(request);
  if (caller.role !== 'agent') return refused('FORBIDDEN', { sentence: onlyAgents });
  const { byEngine, rejected } = usesIn(body);
  const count = byEngine.reduce((sum, { uses }) => sum + uses.length, 0);
  if (count > MOST_USES) {
    const issues = [{ path: 'resourceMetrics', message: `has ${count} points that cost something, over ${MOST_USES}` }];
    return refused('VALIDATION_FAILED', { issues });
  }
  const prices = ownPrices();
  for (const { engine, uses } of byEngine) {
    const told = await send(caller, 'session.use', {
      engine,
      source: 'otlp',
      uses: [...uses],
      ...(Object.keys(prices).length > 0 && { ownPrices: prices }),
    });
    if (!told.ok) return told;
  }
  return succeeded({ rejected });
}

function refuse(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const why: Refusal | undefined = refusalOf(error);
  // A mistake of ours is for the server's own handler, which keeps it.
  if (why === undefined) throw error;
  void sendRefusal(reply, why.code === 'UNSUPPORTED_MEDIA_TYPE' ? refusal(why.code, { sentence: onlyJson }) : why);
}
