import { createHash } from 'node:crypto';
import { z } from 'zod';
import { MOST_USES, type Use } from '../../../shared/contract/session-usage';
import { attributeOf, engineOf, isName, nanosecondsSchema, textsOf, type UsesOfEngine } from './otlp-metrics';

// The parts of OTLP's JSON form that are read (opentelemetry-proto, logs/v1); whatever else a sender says is let through.

// A whole system prompt can be one of them.
const attributesSchema = z.array(attributeOf(z.string())).max(100).exactOptional();

const recordSchema = z.object({ timeUnixNano: nanosecondsSchema.exactOptional(), attributes: attributesSchema });

const resourceSchema = z.object({
  resource: z.object({ attributes: attributesSchema }).exactOptional(),
  scopeLogs: z
    .array(z.object({ logRecords: z.array(recordSchema).max(MOST_USES).exactOptional() }))
    .max(50)
    .exactOptional(),
});

/** What is sent to /v1/logs. */
export const otlpLogsSchema = z.object({ resourceLogs: z.array(resourceSchema).max(50).exactOptional() });

type LogRecord = z.infer<typeof recordSchema>;

/** What Gemini CLI calls an answer of a model. */
const ANSWERED = 'gemini_cli.api_response';

/** Answers that are in a conversation, which is in a transcript, perhaps under another name of the same model. */
const inTranscripts: ReadonlySet<string> = new Set(['main', 'subagent']);

/**
 * What the logs say that Gemini CLI asked models beside the conversations (spec/sessions.md section 4), and how many of these records name no
 * session or no model. Nothing else in them is of anybody's concern here.
 */
export function asidesIn({ resourceLogs = [] }: z.infer<typeof otlpLogsSchema>): {
  readonly byEngine: readonly UsesOfEngine[];
  readonly rejected: number;
} {
  let rejected = 0;
  const byEngine = resourceLogs.flatMap(({ resource, scopeLogs = [] }): readonly UsesOfEngine[] => {
    if (engineOf(resource?.attributes) !== 'gemini') return [];
    const uses = scopeLogs.flatMap(({ logRecords = [] }) =>
      logRecords.flatMap((record) => {
        const use = asideOf(record);
        if (use === 'nameless') rejected += 1;
        return use === 'nameless' || use === undefined ? [] : [use];
      }),
    );
    return uses.length === 0 ? [] : [{ engine: 'gemini', uses }];
  });
  return { byEngine, rejected };
}

function asideOf(record: LogRecord): Use | 'nameless' | undefined {
  const said = textsOf(record.attributes);
  if (said['event.name'] !== ANSWERED || said['role'] === undefined || inTranscripts.has(said['role']))
    return undefined;
  const { 'session.id': sessionId = '', model = '' } = said;
  if (!isName(sessionId, 150) || !isName(model, 200)) return 'nameless';
  const count = (name: string) => Math.max(0, Math.round(Number(said[`${name}_token_count`] ?? 0)) || 0);
  const [input, cached] = [count('input'), count('cached_content')];
  const atMs = Math.floor(Number(record.timeUnixNano ?? 0) / 1_000_000);
  return {
    sessionId,
    mark: markOf(record, said),
    model,
    part: 'auxiliary',
    inputTokens: Math.max(0, input - cached) + count('tool'),
    cacheReadTokens: Math.min(input, cached),
    cacheWriteTokens: 0,
    outputTokens: count('output') + count('thoughts'),
    atMs: Math.min(atMs, Number.MAX_SAFE_INTEGER),
  };
}

/** The name of one answer: no id of it is said, but when it came, to what, and what it used. */
function markOf({ timeUnixNano }: LogRecord, said: Readonly<Record<string, string>>): string {
  const all = Object.entries(said).sort(([one], [other]) => (one < other ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([String(timeUnixNano ?? ''), all]))
    .digest('hex')
    .slice(0, 32);
}
