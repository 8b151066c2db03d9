import type { JSONPath } from 'jsonc-parser';
import { fieldsOf, isJsonObject, type JsonObject } from '../../shared/kernel/fields';
import type { Additions, TelemetryKey } from '../engines/engine';

/** How telemetry stands under one key of an engine's configuration. */
type Form = {
  /** What `connect` writes there. */
  readonly names: readonly string[];
  /** Whether what stands there goes to Gatehouse, as `connect` has written it. */
  readonly isOurs: (said: JsonObject) => boolean;
  /** Whether what has this name is of telemetry at all. */
  readonly isOfTelemetry: (name: string) => boolean;
};

const METRICS_HEADERS = 'OTEL_EXPORTER_OTLP_METRICS_HEADERS';
const METRICS_ENDPOINT = 'OTEL_EXPORTER_OTLP_METRICS_ENDPOINT';
const variables = [
  'CLAUDE_CODE_ENABLE_TELEMETRY',
  'OTEL_METRICS_EXPORTER',
  'OTEL_EXPORTER_OTLP_METRICS_PROTOCOL',
  METRICS_ENDPOINT,
  METRICS_HEADERS,
  'OTEL_METRIC_EXPORT_INTERVAL',
];

const forms: Readonly<Record<TelemetryKey, Form>> = {
  env: {
    names: variables,
    isOurs: (said) =>
      /^http:\/\/127\.0\.0\.1:\d+\/v1\/metrics$/.test(String(said[METRICS_ENDPOINT])) &&
      String(said[METRICS_HEADERS]).startsWith('Authorization=Bearer gth_'),
    isOfTelemetry: (name) => name.startsWith('OTEL_') || variables.includes(name),
  },
  telemetry: {
    names: ['enabled', 'target', 'otlpEndpoint', 'otlpProtocol', 'logPrompts'],
    isOurs: ({ otlpEndpoint }) => /^http:\/\/usage:gtu_[^@/]+@127\.0\.0\.1:\d+\/?$/.test(String(otlpEndpoint)),
    isOfTelemetry: () => true,
  },
};

/** Whose telemetry a configuration has under a key: that of `connect`, the person's own (be it that they want none), or nobody's. */
export function telemetryIn(config: JsonObject, key: TelemetryKey): 'ours' | 'theirs' | 'none' {
  const said = fieldsOf(config[key]);
  if (forms[key].isOurs(said)) return said['enabled'] === false ? 'none' : 'ours';
  return Object.keys(said).some(forms[key].isOfTelemetry) ? 'theirs' : 'none';
}

/** What of ours is to stand there: nothing where the person has telemetry of their own. */
export function telemetryFor(config: JsonObject, additions: Additions): JsonObject {
  const telemetry = additions.format === 'whole' ? undefined : additions.telemetry;
  if (telemetry === undefined) return {};
  const said = config[telemetry.key];
  const isUnknown = said !== undefined && !isJsonObject(said);
  return isUnknown || telemetryIn(config, telemetry.key) === 'theirs' ? {} : telemetry.value;
}

/** Whether the engine tells Gatehouse what its sessions use where it is to, and not where it is not, or the person has telemetry of their own. */
export function hasTelemetry(config: JsonObject, additions: Additions): boolean {
  if (additions.format !== 'whole' && additions.telemetry === undefined) return telemetryPaths(config).length === 0;
  const said = additions.format === 'whole' ? {} : fieldsOf(config[additions.telemetry?.key ?? '']);
  return Object.entries(telemetryFor(config, additions)).every(([name, value]) => said[name] === value);
}

/** Where the telemetry of ours stands. */
export function telemetryPaths(config: JsonObject): readonly JSONPath[] {
  return (Object.keys(forms) as readonly TelemetryKey[]).flatMap((key): readonly JSONPath[] => {
    const said = fieldsOf(config[key]);
    if (!forms[key].isOurs(said)) return [];
    const names = Object.keys(said);
    const ours = names.filter((name) => forms[key].names.includes(name));
    return ours.length === names.length ? [[key]] : ours.map((name) => [key, name]);
  });
}
