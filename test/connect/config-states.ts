import { chmodSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** The kinds of text that a configuration may be found as; each has the same meaning in JSON and in TOML. */
export type ConfigState = {
  readonly name: string;
  /** Null: there is no file. */
  readonly json: string | null;
  readonly toml: string | null;
  /** Makes the file special when it is there. */
  readonly arrange?: (path: string) => void;
};

const json = `{
  // The model that we agreed on.
  "model": "opus",
  "hooks": {
    "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "/usr/bin/audit   --all" }] }], // ours
    "BeforeTool": [],
    "Stop": [
      { "hooks": [ { "type": "command", "command": "say done" } ] }
    ]
  },
  "mcpServers": {"github":{"type":"http","url":"https://example.org/mcp"}},
  "list": [1,2,   3],
}
`;

const toml = `# The model that we agreed on.
model = "opus"   # not another
started = 2026-11-22T10:00:00Z
text = '''
[not.a.table]
'''

[[hooks.PermissionRequest]]
matcher = "Bash"
[[hooks.PermissionRequest.hooks]]
type = "command"
command = "/usr/bin/audit   --all"

[hooks.state."a:b"]
trusted_hash = "sha256:1"

[mcp_servers.github]
url = "https://example.org/mcp" # theirs
`;

/** Every state in which a configuration may be found that may be changed. */
export const changeableStates: readonly ConfigState[] = [
  { name: 'no file', json: null, toml: null },
  { name: 'an empty file', json: '', toml: '' },
  { name: 'a blank line', json: '\n', toml: '\n' },
  { name: 'an empty object', json: '{}', toml: '# nothing yet' },
  { name: 'one line', json: '{"a":1}', toml: 'a = 1' },
  { name: 'comments, other hooks and odd spacing', json, toml },
  { name: 'CRLF', json: json.replaceAll('\n', '\r\n'), toml: toml.replaceAll('\n', '\r\n') },
  { name: 'a BOM', json: `\uFEFF${json}`, toml: `\uFEFF${toml}` },
  { name: 'tabs', json: json.replaceAll(/(?<=^ *) {2}/gm, '\t'), toml: toml.replaceAll(' = ', '\t=\t') },
  { name: 'no newline at its end', json: json.trimEnd(), toml: toml.trimEnd() },
  { name: 'names of its own', json: '{"größe": "näh", "😀": [{}]}\n', toml: '"größe" = "näh 😀"\n' },
  {
    name: 'a symbolic link',
    json,
    toml,
    arrange(path) {
      const target = join(dirname(path), 'dotfiles', basename(path));
      mkdirSync(dirname(target));
      renameSync(path, target);
      symlinkSync(target, path);
    },
  },
  { name: 'a mode of its own', json, toml, arrange: (path) => chmodSync(path, 0o640) },
];

/** Every state in which a configuration must be left alone. */
export const refusedStates: readonly ConfigState[] = [
  { name: 'a broken file', json: '{"hooks": ', toml: 'a = = 1' },
  { name: 'a list', json: '[]', toml: 'a = [' },
  { name: 'hooks of an unknown form', json: '{"hooks": 7}', toml: 'hooks = 7' },
  {
    name: 'a server of that name that is not ours',
    json: '{"mcpServers": {"gatehouse": {"url": "https://example.org"}}, "mcp": {"gatehouse": {"type": "local"}}}',
    toml: '[mcp_servers.gatehouse]\nurl = "https://example.org"\n',
  },
  { name: 'a read-only file', json, toml, arrange: (path) => chmodSync(path, 0o444) },
  {
    name: 'bytes that are no text',
    json: null,
    toml: null,
    arrange: (path) => writeFileSync(path, Buffer.from([0x7b, 0xff, 0x7d])),
  },
  { name: 'a folder', json: null, toml: null, arrange: (path) => mkdirSync(path) },
  { name: 'a link to nothing', json: null, toml: null, arrange: (path) => symlinkSync('/nowhere/at/all', path) },
];
