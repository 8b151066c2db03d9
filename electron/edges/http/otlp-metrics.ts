import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Engine } from '../../../shared/contract/engine';
import { MOST_USES, type Use } from '../../../shared/contract/session-usage';
import { MAX_NANOS, nanosOfUsd } from '../../../shared/kernel/money';
import { storedTextSchema } from '../../../shared/kernel/stored-text';
import { noTokens, type TokenCounts } from '../../../shared/prices';

// The parts of OTLP's JSON form that are read (opentelemetry-proto, metrics/v1); whatever else a sender says is let through.

/** A moment as OTLP has it. */
export const nanosecondsSchema = z.union([
  z.string().regex(/^\d{1,20}$/, 'must be nanoseconds since 1970, as text'),
  z.int().min(0),
]);

/** An attribute with a text of this kind, or with a number. */
export const attributeOf = (textSchema: z.ZodString) =>
  z.object({
    key: z.string().max(200),
    value: z.object({
      stringValue: textSchema.exactOptional(),
      intValue: z.union([z.string().max(20), z.int()]).exactOptional(),
    }),
  });

const attributesSchema = z
  .array(attributeOf(z.string().max(4_096)))
  .max(100)
  .exactOptional();

const pointSchema = z.object({
  attributes: attributesSchema,
  startTimeUnixNano: nanosecondsSchema.exactOptional(),
  timeUnixNano: nanosecondsSchema,
  asDouble: z.number().min(0).exactOptional(),
  asInt: z.union([z.string().regex(/^\d{1,15}$/, 'must be a whole number, as text'), z.int().min(0)]).exactOptional(),
});

const temporalitySchema = z.union([
  z.literal([1, 2]),
  z.literal(['AGGREGATION_TEMPORALITY_DELTA', 'AGGREGATION_TEMPORALITY_CUMULATIVE']),
]);

const metricSchema = z.object({
  name: z.string().max(200),
  sum: z
    .object({
      aggregationTemporality: temporalitySchema,
      dataPoints: z.array(pointSchema).max(MOST_USES).exactOptional(),
    })
    .exactOptional(),
});

const resourceSchema = z.object({
  resource: z.object({ attributes: attributesSchema }).exactOptional(),
  scopeMetrics: z
    .array(z.object({ metrics: z.array(metricSchema).max(200).exactOptional() }))
    .max(50)
    .exactOptional(),
});

/** What is sent to /v1/metrics. */
export const otlpMetricsSchema = z.object({ resourceMetrics: z.array(resourceSchema).max(50).exactOptional() });

type Resource = z.infer<typeof resourceSchema>;
type Attributes = z.infer<typeof attributesSchema> | undefined;
type Metric = z.infer<typeof metricSchema>;
type Point = z.infer<typeof pointSchema>;

/** The uses of one engine's sessions. */
export type UsesOfEngine = { readonly engine: Engine; readonly uses: readonly Use[] };

/** How the engines that say of which session they speak call themselves there. */
const engineOfService: Readonly<Record<string, Engine>> = {
  'claude-code': 'claude',
  'gemini-cli': 'gemini',
};

/** The fields of a use that the types of a metric's points are. */
const kinds: Readonly<Record<string, keyof TokenCounts>> = {
  input: 'inputTokens',
  output: 'outputTokens',
  cacheRead: 'cacheReadTokens',
  cacheCreation: 'cacheWriteTokens',
};

/**
 * What the metrics say that sessions used, by engine, and how many points of what costs something name no session or model and say
 * nothing therefore. Other metrics are none of ours. Both forms are read: a delta is one mark, a total that grows is one mark too.
 */
export function usesIn({ resourceMetrics = [] }: z.infer<typeof otlpMetricsSchema>): {
  readonly byEngine: readonly UsesOfEngine[];
  readonly rejected: number;
} {
  let rejected = 0;
  const byEngine = resourceMetrics.flatMap((resource): readonly UsesOfEngine[] => {
    const engine = engineOf(resource.resource?.attributes);
    if (engine === undefined) return [];
    const uses = metricsIn(resource).flatMap((metric) =>
      (metric.sum?.dataPoints ?? []).flatMap((point) => {
        const use = sayingOf(metric, point);
        if (use === 'nameless') rejected += 1;
        return use === 'nameless' || use === undefined ? [] : [use];
      }),
    );
    return uses.length === 0 ? [] : [{ engine, uses }];
  });
  return { byEngine, rejected };
}

/** Which engine says so of itself; undefined for whatever else there is. */
export function engineOf(attributes: Attributes): Engine | undefined {
  const service = textsOf(attributes)['service.name'] ?? '';
  return Object.hasOwn(engineOfService, service) ? engineOfService[service] : undefined;
}

const metricsIn = ({ scopeMetrics = [] }: Resource) => scopeMetrics.flatMap(({ metrics = [] }) => metrics);

/** What one point says; nothing where its metric is about something else, or it counts nothing. */
function sayingOf(metric: Metric, point: Point): Use | 'nameless' | undefined {
  const counted = countedBy(metric.name, point);
  if (counted === undefined) return undefined;
  const texts = textsOf(point.attributes);
  const { 'session.id': sessionId = '', model = '', query_source: asked } = texts;
  if (!isName(sessionId, 150) || !isName(model, 200)) return 'nameless';
  const atMs = Math.floor(Number(point.timeUnixNano) / 1_000_000);
  return {
    sessionId,
    mark: markOf(metric, point, texts),
    model,
    part: asked === undefined ? 'whole' : asked === 'auxiliary' ? 'auxiliary' : 'conversation',
    ...noTokens,
    ...counted,
    atMs: Math.min(atMs, Number.MAX_SAFE_INTEGER),
  };
}

function countedBy(name: string, { attributes, asDouble, asInt }: Point): Partial<Use> | undefined {
  const value = asDouble ?? Number(asInt ?? 0);
  if (value === 0) return undefined;
  if (name === 'claude_code.cost.usage') return { costNanos: Math.min(MAX_NANOS, nanosOfUsd(value)) };
  const type = textsOf(attributes)['type'] ?? '';
  if (name !== 'claude_code.token.usage' || !Object.hasOwn(kinds, type)) return undefined;
  return { [kinds[type] ?? '']: Math.round(value) };
}

/** The name of what a point counts: its series, and the time that it counts in; a total is of all the time since its start. */
function markOf({ name, sum }: Metric, point: Point, texts: Readonly<Record<string, string>>): string {
  const isDelta = sum?.aggregationTemporality === 1 || sum?.aggregationTemporality === 'AGGREGATION_TEMPORALITY_DELTA';
  const series = Object.entries(texts).sort(([one], [other]) => (one < other ? -1 : 1));
  const start = String(point.startTimeUnixNano ?? '');
  const time = isDelta ? [start, String(point.timeUnixNano)] : [start];
  return createHash('sha256')
    .update(JSON.stringify([name, series, time]))
    .digest('hex')
    .slice(0, 32);
}

/** Texts and numbers by their names, as texts. */
export function textsOf(attributes: Attributes = []): Readonly<Record<string, string>> {
  return Object.fromEntries(
    attributes.map(({ key, value }) => [key, String(value.stringValue ?? value.intValue ?? '')]),
  );
}

/** Whether a text can be kept as the name of a session or a model. */
export function isName(text: string, longest: number): boolean {
  return text.length <= longest && storedTextSchema.trim().min(1).safeParse(text).success;
}
