import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openApp, operator, valueOf } from './app';
import { seededHome } from './seed';

// The process of the app's API that others attack: it tells how long its event loop stood still at most since it was asked last.
const app = openApp(seededHome({ approvals: 1_000, automations: 1_000, auditRows: 3_000 }));
const api = await app.startApi();
const tokens: string[] = [];
for (let number = 0; number < 4; number++) {
  const made = await app.send(operator, 'token.create', { kind: 'engine', name: `engine ${number}` });
  tokens.push(valueOf(made).secret);
}

// What anybody has to do who takes JSON and answers it, in the same event loop.
const bare = createServer((request, response) => {
  const parts: Buffer[] = [];
  request.on('data', (part: Buffer) => parts.push(part));
  request.on('end', () => {
    let answer: unknown;
    try {
      answer = JSON.parse(Buffer.concat(parts).toString());
    } catch {
      answer = 'no JSON';
    }
    response.end(JSON.stringify(answer));
  });
});
await new Promise<void>((resolve) => void bare.listen(0, '127.0.0.1', resolve));

let last = performance.now();
let longest = 0;
function tick(): void {
  const now = performance.now();
  longest = Math.max(longest, now - last - 1);
  last = now;
}
setInterval(tick, 1);

process.on('message', () => {
  tick();
  process.send?.({ longest });
  longest = 0;
});
process.once('disconnect', () => process.exit(0));
process.send?.({ port: api.port, barePort: (bare.address() as AddressInfo).port, tokens });
