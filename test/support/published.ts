import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020';

type Schema = Readonly<Record<string, unknown>>;
type Operation = {
  readonly operationId: string;
  readonly parameters?: readonly { readonly in: string; readonly name: string; readonly required?: boolean }[];
  readonly requestBody?: { readonly content: { readonly 'application/json': { readonly schema: Schema } } };
};
type OpenApi = { readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

/** One endpoint of a published document. */
export type Endpoint = { readonly method: string; readonly path: string; readonly operationId: string };

/** The OpenAPI document that a server publishes, and what it says about requests and answers. */
export interface Published {
  readonly endpoints: readonly Endpoint[];
  /** The endpoint that a request goes to; undefined where nothing is published. */
  endpointOf(method: string, path: string): Endpoint | undefined;
  /** What is wrong with an answer, by the document; empty when nothing is. */
  answerProblems(method: string, path: string, status: number, body: unknown): readonly string[];
  /** What is wrong with a request, by the document. */
  requestProblems(method: string, path: string, body: unknown): readonly string[];
}

/** Where the document keeps what an endpoint may refuse with; the same for every one. */
const REFUSAL = '/components/schemas/Refusal';

/** Reads a published document; ajv is another implementation of JSON Schema than the one that shapes the answers. */
export function readPublished(document: unknown): Published {
  const { paths } = document as OpenApi;
  const ajv = new Ajv2020({ allErrors: true, strict: false, validateFormats: false });
  ajv.addSchema(document as Schema, 'published');
  const compiled = new Map<string, ValidateFunction>();
  const endpoints = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId }]) => ({ method: method.toUpperCase(), path, operationId })),
  );
  const patterns = endpoints
    .map((endpoint) => ({
      endpoint,
      pattern: new RegExp(`^${endpoint.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
      parameterCount: endpoint.path.split('{').length,
    }))
    // A path that is spelt out goes before one with a parameter in its place.
    .sort((one, other) => one.parameterCount - other.parameterCount);

  function endpointOf(method: string, path: string): Endpoint | undefined {
    const bare = path.split('?')[0] ?? '';
    return patterns.find(({ endpoint, pattern }) => endpoint.method === method && pattern.test(bare))?.endpoint;
  }

  function problems(pointer: string, value: unknown): readonly string[] {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `published#${pointer}` });
    compiled.set(pointer, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(
      ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
    );
  }

  const pointerOf = ({ path, method }: Endpoint, ...rest: readonly string[]) =>
    ['', 'paths', path, method.toLowerCase(), ...rest]
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');

  return {
    endpoints,
    endpointOf,
    answerProblems(method, path, status, body) {
      if (status !== 200) return problems(REFUSAL, body);
      const endpoint = endpointOf(method, path);
      if (endpoint === undefined) return [`${method} ${path} answers 200 and is not published`];
      return problems(pointerOf(endpoint, 'responses', '200', 'content', 'application/json', 'schema'), body);
    },
    requestProblems(method, path, body) {
      const endpoint = endpointOf(method, path);
      if (endpoint === undefined) return [`${method} ${path} is not published`];
      const operation = paths[endpoint.path]?.[method.toLowerCase()];
      const known = (operation?.parameters ?? []).filter((one) => one.in === 'query').map(({ name }) => name);
      const given = [...new URLSearchParams(path.split('?')[1] ?? '').keys()];
      const unknown = given.filter((name) => !known.includes(name)).map((name) => `${name} is no parameter`);
      if (body === undefined) return unknown;
      if (operation?.requestBody === undefined) return [...unknown, 'no body is published'];
      const pointer = pointerOf(endpoint, 'requestBody', 'content', 'application/json', 'schema');
      return [...unknown, ...problems(pointer, body)];
    },
  };
}

const known = new Map<string, Published>();

/** The document that the server at this address publishes; servers that publish the same share what is compiled of it. */
export async function publishedBy(url: string): Promise<Published> {
  const response = await fetch(`${url}/openapi.json`);
  const text = await response.text();
  const published = known.get(text) ?? readPublished(JSON.parse(text));
  known.set(text, published);
  return published;
}
