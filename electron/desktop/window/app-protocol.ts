import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { extname, join, normalize, sep } from 'node:path';

/** The scheme of our own pages; nothing else is ever loaded. */
export const APP_SCHEME = 'app';

const APP_HOST = 'gatehouse';

/** The origin of our own pages. */
export const APP_ORIGIN = `${APP_SCHEME}://${APP_HOST}`;

/** The page of the window. */
export const APP_PAGE = `${APP_ORIGIN}/index.html`;

/** The page of the popover. */
export const POPOVER_PAGE = `${APP_ORIGIN}/popover.html`;

const contentTypes: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
};

/** Only our own scripts and styles; no connection anywhere. Mantine's style elements carry the nonce of this load. */
function contentSecurityPolicy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Answers the requests of our pages from a folder, and nothing outside it. */
export function createPageHandler(folder: string): (request: { readonly url: string }) => Promise<Response> {
  return async (request) => {
    const url = new URL(request.url);
    let path: string;
    let content: Buffer;
    try {
      path = normalize(join(folder, decodeURIComponent(url.pathname)));
      if (url.host !== APP_HOST || !path.startsWith(folder + sep)) return notFound();
      content = await readFile(path);
    } catch {
      return notFound();
    }
    const contentType = contentTypes[extname(path)];
    if (contentType === undefined) return notFound();
    const nonce = randomBytes(16).toString('base64');
    const body =
      extname(path) === '.html' ? content.toString('utf8').replaceAll('__CSP_NONCE__', nonce) : new Uint8Array(content);
    return new Response(body, {
      headers: {
        'content-type': contentType,
        'content-security-policy': contentSecurityPolicy(nonce),
        'x-content-type-options': 'nosniff',
      },
    });
  };
}

function notFound(): Response {
  return new Response('not found', { status: 404, headers: { 'content-type': 'text/plain' } });
}
