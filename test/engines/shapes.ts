/** What an engine writes to its hooks, by event and tool: the kinds of value of each field, and how many had the field. */
export type Shape = ReadonlyMap<string, EventShape>;

type EventShape = { readonly count: number; readonly fields: ReadonlyMap<string, FieldShape> };
type FieldShape = { readonly count: number; readonly kinds: ReadonlySet<string> };

type Input = Readonly<Record<string, unknown>>;

/** Fields that say which one it is and not of what form, whose own fields are as many as there are tools and answers. */
const MOST_DEPTH = 2;

/** The shape of what was written: of each event with its tool, the fields down to the second level. */
export function shapeOf(inputs: readonly Input[]): Shape {
  const shapes = new Map<string, { count: number; fields: Map<string, { count: number; kinds: Set<string> }> }>();
  for (const input of inputs) {
    const name = [input['hook_event_name'], input['tool_name']].filter((part) => typeof part === 'string').join(' ');
    const shape = shapes.get(name) ?? { count: 0, fields: new Map() };
    shapes.set(name, shape);
    shape.count += 1;
    for (const [path, kind] of fieldsOf(input, 1)) {
      const field = shape.fields.get(path) ?? { count: 0, kinds: new Set<string>() };
      shape.fields.set(path, { count: field.count + 1, kinds: field.kinds.add(kind) });
    }
  }
  return shapes;
}

/**
 * How what is written now differs from what was recorded, in sentences: events that nobody had seen, fields that came, fields that every
 * recording has and nothing has now, and fields of another kind. An event that is not there now is none: the cases need not bring it.
 */
export function differences(recorded: Shape, now: Shape): readonly string[] {
  return [...now].flatMap(([event, shape]) => {
    const before = recorded.get(event);
    if (before === undefined) return [`${event}: not recorded so far`];
    const came = [...shape.fields.keys()].filter((path) => !before.fields.has(path));
    const went = [...before.fields].filter(([path, { count }]) => count === before.count && !shape.fields.has(path));
    const changed = [...shape.fields].flatMap(([path, { kinds }]) => {
      const known = before.fields.get(path)?.kinds;
      const others = known === undefined ? [] : [...kinds].filter((kind) => !known.has(kind));
      return others.length === 0
        ? []
        : [`${event}: ${path} is ${others.join(', ')}, and was ${[...(known ?? [])].join(', ')}`];
    });
    return [
      ...came.map((path) => `${event}: ${path} came`),
      ...went.map(([path]) => `${event}: ${path} went`),
      ...changed,
    ];
  });
}

/** The events among these that nothing was written of. */
export function missingEvents(events: readonly string[], now: Shape): readonly string[] {
  const seen = new Set([...now.keys()].map((key) => key.split(' ')[0]));
  return events.filter((event) => !seen.has(event));
}

function fieldsOf(value: Input, depth: number): readonly (readonly [path: string, kind: string])[] {
  return Object.entries(value).flatMap(([name, held]) => {
    const inside =
      depth < MOST_DEPTH && kindOf(held) === 'object' && name !== 'tool_input' && name !== 'tool_response'
        ? fieldsOf(held as Input, depth + 1).map(([path, kind]) => [`${name}.${path}`, kind] as const)
        : [];
    return [[name, kindOf(held)] as const, ...inside];
  });
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value;
}
