import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, type Rolldown } from 'vite';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import config from '../../build/electron.vite.config';

const checkout = join(import.meta.dirname, '..', '..');

type Chunk = Rolldown.OutputChunk;

/** The pages as they are built, in memory. */
let chunks: ReadonlyMap<string, Chunk>;
let styles: readonly Rolldown.OutputAsset[];

beforeAll(async () => {
  // As it is built to be used: in a test, React would be the one for developers.
  vi.stubEnv('NODE_ENV', 'production');
  const { renderer } = config as { readonly renderer: object & { readonly build: object } };
  const built = (await build({
    ...renderer,
    root: join(checkout, 'renderer'),
    configFile: false,
    logLevel: 'error',
    build: { ...renderer.build, write: false },
  })) as Rolldown.RolldownOutput;
  vi.unstubAllEnvs();
  chunks = new Map(built.output.flatMap((file) => (file.type === 'chunk' ? [[file.fileName, file] as const] : [])));
  styles = built.output.flatMap((file) => (file.type === 'asset' && file.fileName.endsWith('.css') ? [file] : []));
});

/** The files of script that a page loads before it draws anything. */
function firstOf(page: string): readonly Chunk[] {
  const entry = [...chunks.values()].find(({ facadeModuleId }) => facadeModuleId?.endsWith(`renderer/${page}`));
  const first = new Map<string, Chunk>();
  const add = (name: string) => {
    const chunk = chunks.get(name);
    if (chunk === undefined || first.has(name)) return;
    first.set(name, chunk);
    chunk.imports.forEach(add);
  };
  if (entry !== undefined) add(entry.fileName);
  return [...first.values()];
}

const modulesIn = (files: Iterable<Chunk>) => [...files].flatMap(({ modules }) => Object.keys(modules));

/** What no first frame needs: what draws charts, graphs, colours of code and Markdown, what parses, and every view but the queue. */
const later = [
  /node_modules\/(recharts|d3-[^/]+|@xyflow|highlight\.js|lowlight|react-markdown|micromark[^/]*|react-json-view-lite|zod)\//,
  /node_modules\/@mantine\/(charts|notifications)\//,
  /renderer\/(agents|audit|automations|lifecycle|lineage|sessions|settings|spend)\/[^/]+\.tsx/,
  /renderer\/shell\/(palette[^/]*|toasts)\.tsx/,
];

describe.each(['index.html', 'popover.html'])('the first frame of %s', (page) => {
  it('is drawn by what it needs, and nothing else is loaded before it', () => {
    const modules = modulesIn(firstOf(page));
    expect(modules.some((id) => id.endsWith('renderer/queue/request-card.tsx'))).toBe(true);
    expect(modules.filter((id) => later.some((part) => part.test(id)))).toEqual([]);
  });

  it('waits for few files, and less than three quarters of a megabyte of script', () => {
    const files = firstOf(page);
    expect(files.length).toBeLessThanOrEqual(4);
    expect(files.reduce((sum, { code }) => sum + code.length, 0)).toBeLessThan(750_000);
  });
});

it('the window has neither script nor style of the popover, which would be laid out by it', () => {
  expect(modulesIn(firstOf('index.html')).filter((id) => /renderer\/popover\//.test(id))).toEqual([]);
});

describe('styles', () => {
  it('are those of the components that are drawn, each of them, and no others', () => {
    const drawn = modulesIn(chunks.values()).flatMap(
      (id) => /@mantine\/core\/.*\/(\w+)\.module\.mjs$/.exec(id)?.[1] ?? [],
    );
    const listed = readFileSync(join(checkout, 'renderer', 'mantine.css'), 'utf8');
    const named = [...listed.matchAll(/@mantine\/core\/styles\/([A-Z]\w+)\.css/g)].map(([, name]) => name);
    expect(new Set(named)).toEqual(new Set(drawn));
  });

  it('of the first frame are less than 200 kB', () => {
    const first = styles.filter(({ fileName }) => fileName.includes('first'));
    expect(first).toHaveLength(1);
    expect(first[0]?.source.length).toBeLessThan(200_000);
  });
});
