import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { MOST_USES } from '../../../shared/contract/session-usage';
import { type Refusal, type Result, refusal, refused, succeeded } from '../../../shared/kernel/errors';
import type { Prices } from '../../../shared/prices';
import type { Send } from '../../kernel/door';
import { publishedAnswers } from './document';
import { asidesIn, otlpLogsSchema } from './otlp-logs';
import { otlpMetricsSchema, type UsesOfEngine, usesIn } from './otlp-metrics';
import { refusalOf, sendRefusal } from './refusals';
import { callerOf } from './routes';

/** What the routes need. */
export type OtlpParts = {
  readonly send: Send;
  /** The operator's own prices, as they are now. */
  readonly ownPrices: () => Prices;
};

/** The largest batch of logs or traces, in bytes: a system prompt is in it twice for every answer. */
const LARGEST_BATCH_BYTES = 8 * 1024 * 1024;

const onlyAgents = 'Telemetry is taken of agents alone: send the token that `gatehouse connect` made for the engine.';

const onlyJson =
  'Telemetry is read as JSON only. Set OTEL_EXPORTER_OTLP_PROTOCOL=http/json (or OTEL_EXPORTER_OTLP_METRICS_PROTOCOL) where the engine is started.';

/** What every signal's route has. */
const ofEverySignal = { method: 'POST', config: { isTelemetry: true }, errorHandler: refuse } as const;

/**
 * Adds the receiver of OpenTelemetry over HTTP (spec/sessions.md section 4): what an engine says that its sessions used is charged
 * to them. An agent charges nobody but itself. It keeps nothing of what else is told.
 */
export function addOtlp(server: FastifyInstance, parts: OtlpParts): void {
  addCharging(server, parts, {
    signal: 'metrics',
    summary:
      'Takes the metrics of an engine in the JSON form of OTLP; what they say that sessions cost is charged to them. The same again charges nothing.',
    body: otlpMetricsSchema,
    field: 'rejectedDataPoints',
    read: usesIn,
  });
  addCharging(server, parts, {
    signal: 'logs',
    summary:
      'Takes the logs of an engine in the JSON form of OTLP; what they say that it asked models beside its conversations is charged to its sessions. Nothing else of it is kept.',
    body: otlpLogsSchema,
    field: 'rejectedLogRecords',
    read: asidesIn,
    bodyLimit: LARGEST_BATCH_BYTES,
  });
  server.route({
    ...ofEverySignal,
    url: '/v1/traces',
    bodyLimit: LARGEST_BATCH_BYTES,
    schema: {
      operationId: 'telemetry.traces',
      summary: 'Takes the traces of an engine that sends its metrics or logs; nothing of them is kept.',
      body: z.object({ resourceSpans: z.array(z.unknown()).exactOptional() }),
      response: publishedAnswers(z.object({})),
    },
    handler(request, reply) {
      const { role } = callerOf(request);
      return role === 'agent' ? reply.send({}) : sendRefusal(reply, refusal('FORBIDDEN', { sentence: onlyAgents }));
    },
  });
}

/** A signal that says what sessions used. */
type ChargingSignal<Body> = {
  readonly signal: string;
  readonly summary: string;
  readonly body: z.ZodType<Body>;
  /** What is told of a part of the batch that says nothing to us. */
  readonly field: 'rejectedDataPoints' | 'rejectedLogRecords';
  readonly read: (body: Body) => { readonly byEngine: readonly UsesOfEngine[]; readonly rejected: number };
  readonly bodyLimit?: number;
};

function addCharging<Body>(server: FastifyInstance, parts: OtlpParts, given: ChargingSignal<Body>): void {
  const { signal, summary, body, field, read, ...limit } = given;
  const rejectedPart = z.object({ [field]: z.string(), errorMessage: z.string() }).exactOptional();
  server.route({
    ...ofEverySignal,
    ...limit,
    url: `/v1/${signal}`,
    schema: {
      operationId: `telemetry.${signal}`,
      summary,
      body,
      response: publishedAnswers(z.object({ partialSuccess: rejectedPart })),
    },
    async handler(request, reply) {
      const { byEngine, rejected } = read(request.body as Body);
      const taken = await take(request, byEngine, parts);
      if (!taken.ok) return sendRefusal(reply, taken.refusal);
      if (rejected === 0) return reply.send({});
      const errorMessage = 'These name no session or no model, so nobody can be charged for them.';
      return reply.send({ partialSuccess: { [field]: String(rejected), errorMessage } });
    },
  });
}

async function take(
  request: FastifyRequest,
  byEngine: readonly UsesOfEngine[],
  { send, ownPrices }: OtlpParts,
): Promise<Result<object>> {
  const caller = callerOf(request);
  if (caller.role !== 'agent') return refused('FORBIDDEN', { sentence: onlyAgents });
  const count = byEngine.reduce((sum, { uses }) => sum + uses.length, 0);
  if (count > MOST_USES) {
    const issues = [{ path: '', message: `has ${count} entries that cost something, over ${MOST_USES}` }];
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
  return succeeded({});
}

function refuse(error: FastifyError, _request: FastifyRequest, reply: FastifyReply): void {
  const why: Refusal | undefined = refusalOf(error);
  // A mistake of ours is for the server's own handler, which keeps it.
  if (why === undefined) throw error;
  void sendRefusal(reply, why.code === 'UNSUPPORTED_MEDIA_TYPE' ? refusal(why.code, { sentence: onlyJson }) : why);
}
