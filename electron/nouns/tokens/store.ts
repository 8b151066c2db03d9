import { randomBytes } from 'node:crypto';
import { type Token, tokenSchema } from '../../../shared/contract/token';
import { hashesOf, usageTokenOfHash } from '../../engines/usage-token';
import { type RowKind, rowsOf, writeOf } from '../../kernel/store/documents';
import type { DatabaseSync, SqlRow } from '../../kernel/store/sqlite';
import { createUnreadableRows } from '../../kernel/store/unreadable';
import { hashSecret, isSameHash } from './secret';

/** A new secret: 256 random bits, in a form that shows what it is. It is handed out once and never stored. */
export function createSecret(): string {
  return `gth_${randomBytes(32).toString('base64url')}`;
}

/** A token as its row has it; its secret's hash stays where it is. */
export function parseRow(row: SqlRow): Token {
  return tokenSchema.parse({
    tokenId: row['token_id'],
    kind: row['kind'],
    name: row['name'],
    createdAtMs: row['created_at_ms'],
    ...(row['agent_id'] !== null && { agentId: row['agent_id'] }),
    ...(row['last_used_at_ms'] !== null && { lastUsedAtMs: row['last_used_at_ms'] }),
    ...(row['revoked_at_ms'] !== null && { revokedAtMs: row['revoked_at_ms'] }),
  });
}

/** How tokens are stored. One that cannot be read is nobody's. */
export const tokenKind: RowKind<Token> = { table: 'tokens', key: ['token_id'], columns: '*', parse: parseRow };

/** Reads of tokens. Lists leave out those that cannot be read. */
export interface TokensReader {
  find(tokenId: string): Token | undefined;
  /** The newest first. */
  list(): readonly Token[];
  /** Unrevoked ones of an agent. */
  activeOf(agentId: string): readonly Token[];
  /** The unrevoked token with this secret; undefined also where its row cannot be read. */
  findBySecret(secret: string): Token | undefined;
  /** The unrevoked token of an agent to which this one belongs that tells usage and can do nothing else. */
  findByUsageToken(usageToken: string): Token | undefined;
}

/** Reads and writes of tokens. */
export interface Tokens extends TokensReader {
  insert(token: Token, secretHash: Uint8Array): void;
  revoke(tokenId: string, now: number): void;
  touch(tokenId: string, now: number): void;
}

/** The tokens in this database. */
export function createTokens(database: DatabaseSync, unreadable = createUnreadableRows()): Tokens {
  const rows = rowsOf(database, unreadable, tokenKind);
  const findByHash = database.prepare('SELECT * FROM tokens WHERE secret_hash = ? AND revoked_at_ms IS NULL');
  const findAmongHashes = database.prepare(
    "SELECT * FROM tokens WHERE secret_hash BETWEEN ? AND ? AND kind = 'agent' AND revoked_at_ms IS NULL",
  );
  const insert = writeOf(
    database,
    'INSERT INTO tokens (token_id, kind, name, agent_id, secret_hash, created_at_ms) VALUES (?, ?, ?, ?, ?, ?)',
  );
  const revoke = writeOf(database, 'UPDATE tokens SET revoked_at_ms = ? WHERE token_id = ?');
  const touch = writeOf(database, 'UPDATE tokens SET last_used_at_ms = ? WHERE token_id = ?');
  return {
    find: rows.one('SELECT * FROM tokens WHERE token_id = ?'),
    activeOf: rows.many('SELECT * FROM tokens INDEXED BY tokens_of_agent WHERE agent_id = ? AND revoked_at_ms IS NULL'),
    list: rows.many('SELECT * FROM tokens ORDER BY created_at_ms DESC, token_id DESC'),
    findBySecret(secret) {
      const hash = hashSecret(secret);
      const row = findByHash.get(hash) as SqlRow | undefined;
      const stored = row?.['secret_hash'];
      return row !== undefined && stored instanceof Uint8Array && isSameHash(stored, hash)
        ? rows.readOrLeaveOut(row)
        : undefined;
    },
    findByUsageToken(usageToken) {
      const hashes = hashesOf(usageToken);
      if (hashes === undefined) return undefined;
      const given = hashSecret(usageToken);
      const row = (findAmongHashes.all(...hashes) as SqlRow[]).find(({ secret_hash: stored }) => {
        return stored instanceof Uint8Array && isSameHash(hashSecret(usageTokenOfHash(stored)), given);
      });
      return row === undefined ? undefined : rows.readOrLeaveOut(row);
    },
    insert(token, secretHash) {
      insert(token.tokenId, token.kind, token.name, token.agentId ?? null, secretHash, token.createdAtMs);
    },
    revoke: (tokenId, now) => revoke(now, tokenId),
    touch: (tokenId, now) => touch(now, tokenId),
  };
}
