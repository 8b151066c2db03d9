import { expect, test } from 'vitest';
import type { RequestType } from '../../shared/contract/approval';
import { type RiskReason, riskOf } from '../../shared/risk';

const request = (action: unknown, different: { context?: unknown; id?: string; requestType?: RequestType } = {}) => ({
  requestType: different.requestType ?? ('tool_call' as const),
  targetResource: { type: 'tool', id: different.id ?? 'Bash' },
  context: different.context ?? {},
  action,
});
const ofCommand = (command: string) => riskOf(request({ command })).reasons;

test.each<[string]>([
  ['git status'],
  ['npm test -- --run unit'],
  ['git commit -m "remove the dead code"'],
  ['sed -i s/a/b/ src/index.ts'],
  ['/usr/bin/env node build.mjs > /dev/null'],
  ['cd a && /usr/bin/make all'],
  ['npm start -- --host http://localhost:3000/'],
  ['grep -rn environment .envoy'],
  ['node --version && python3 -V'],
  ['bash build.sh'],
  ['env NODE_ENV=test node run.mjs'],
  ['psql -f schema.sql'],
  ["python3 - <<'EOF'\nprint(1)\nEOF"],
  ['env'],
])('%s is of normal risk', (command) => {
  expect(riskOf(request({ command }))).toEqual({ level: 'normal', reasons: [] });
});

test.each<[string, readonly RiskReason[]]>([
  ['rm -rf build', ['destructive']],
  ['/bin/rm x', ['destructive']],
  ['cd a && "r"m x', ['destructive']],
  ['bash -c "sudo true"', ['destructive']],
  ['git reset --hard HEAD~3', ['destructive']],
  ['git clean -fdx', ['destructive']],
  ['psql -c "DROP TABLE users"', ['destructive']],
  ['git push origin main', ['network']],
  ['git push -f origin main', ['destructive', 'network']],
  ['npm publish', ['network']],
  ['curl -s example.org', ['network']],
  ['open https://example.org/login', ['network']],
  ['open http://localhost.evil.example/', ['network']],
  ['cp secret.txt /srv/www', ['outside_workspace']],
  ['cp build/git /usr/local/bin/git', ['outside_workspace']],
  ['echo x > /bin/sh', ['outside_workspace']],
  ['echo x > ../other/file', ['outside_workspace']],
  ['cat ~/notes', ['outside_workspace']],
  ['cat ~/.ssh/id_ed25519', ['outside_workspace', 'credentials']],
  ['source .env', ['credentials']],
  ['echo $API_KEY', ['credentials']],
  ['bash', ['takes_commands']],
  ['/bin/sh -i', ['takes_commands']],
  ['cd src && "bash" -l', ['takes_commands']],
  ['env -i PATH=x python3 -q', ['takes_commands']],
  ['FOO=1 exec node', ['takes_commands']],
  ['cat a.sh | sh -s', ['takes_commands']],
  ['npm test; sqlite3', ['takes_commands']],
])('%s is of high risk: %j', (command, reasons) => {
  expect(ofCommand(command)).toEqual(reasons);
});

test.each<[string, unknown, readonly RiskReason[]]>([
  ['payments.refund', { order: '8841' }, ['money']],
  ['shop', { amount: 3, currency: 'EUR' }, ['money']],
  ['deleteFile', { name: 'a.txt' }, ['destructive']],
  ['send_email', { to: 'a' }, ['network']],
  ['form', { password: 'x' }, ['credentials']],
  ['exec', { argv: ['rm', '-r', 'x'] }, ['destructive']],
  ['Read', { file: 'a.txt' }, []],
])('the tool %s with %j: %j', (id, action, reasons) => {
  expect(riskOf(request(action, { id })).reasons).toEqual(reasons);
});

test.each<[RequestType, readonly RiskReason[]]>([
  ['external_post', ['network']],
  ['quota_override', ['money']],
  ['elevated_capability', ['capability']],
  ['lifecycle_review', []],
])('a %s: %j', (requestType, reasons) => {
  expect(riskOf(request(undefined, { requestType })).reasons).toEqual(reasons);
});

test('what the asker says raises the risk and never lowers it', () => {
  expect(riskOf(request({ command: 'ls' }, { context: { risk: 'high' } })).reasons).toEqual(['said_by_asker']);
  const said = { risk: 'low', cwd: '/srv', workspace: '/srv' };
  expect(riskOf(request({ command: 'cp a /srv/www' }, { context: said })).level).toBe('high');
});

test('a workspace that somebody vouches for is no place outside', () => {
  const at = (path: string) => riskOf(request({ path }), '/home/olga/project').level;
  expect(at('/home/olga/project/src/a.ts')).toBe('normal');
  expect(at('/home/olga/project-2/a.ts')).toBe('high');
  expect(at('/home/olga/project/../b')).toBe('high');
});

test('no act, and one too long to be judged, are of high risk', () => {
  expect(riskOf(request(undefined)).reasons).toEqual(['no_act']);
  expect(riskOf(request({ command: 'x'.repeat(60_000) })).reasons).toEqual(['too_long']);
});

test('where the asker says that it works is no reach of the act, and makes nothing else inside', () => {
  const context = { cwd: '/home/olga/shop', session_id: 's1', hook_event_name: 'PermissionRequest' };
  expect(riskOf(request({ command: 'npm test' }, { context })).reasons).toEqual([]);
  expect(riskOf(request({ file_path: '/home/olga/shop/a.ts' }, { context })).reasons).toEqual(['outside_workspace']);
  expect(riskOf(request({ command: 'ls /home/olga/shop' }, { context })).reasons).toEqual(['outside_workspace']);
  expect(riskOf(request({ file_path: '/home/olga/shop/a.ts' }, { context }), '/home/olga/shop').reasons).toEqual([]);
  expect(riskOf(request({ command: 'ls' }, { context: { cwd: '/srv/../etc' } })).reasons).toEqual([
    'outside_workspace',
  ]);
  expect(riskOf(request({ command: 'ls' }, { context: { cwd: '/home/olga/.ssh' } })).reasons).toEqual(['credentials']);
});

test.each(['/usr/local/bin/git', '/usr/bin/node', '/bin/sh'])(
  'a file of programs that is written, %s, is outside',
  (path) => {
    expect(riskOf(request({ file_path: path, content: 'x' }, { id: 'Write' })).reasons).toEqual(['outside_workspace']);
  },
);
