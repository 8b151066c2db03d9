import { byName, destroys, type Effect, type Program, type ProgramUse, unreadable } from './program';

const looks: Program = { does: 'looks' };

/** Longest SQL that is read, in characters. */
const LONGEST_SQL = 50_000;

/** Where databases read the same text otherwise, so that what is a text to one is a statement to another. */
type Dialect = {
  /** `\\'` stands for a quote in a text, as in MySQL. */
  readonly hasEscapes: boolean;
  /** `--` begins a comment only before a space, as in MySQL. */
  readonly hasSpacedComments: boolean;
  /** `$$` and `$name$` are quotes, as in PostgreSQL. */
  readonly hasDollars: boolean;
};

const eitherWay = [false, true];
const dialects: readonly Dialect[] = eitherWay.flatMap((hasEscapes) =>
  eitherWay.flatMap((hasSpacedComments) =>
    eitherWay.map((hasDollars) => ({ hasEscapes, hasSpacedComments, hasDollars })),
  ),
);

/** SQL without its comments and with its texts and quoted names empty, in one pass. */
function withoutTexts(sql: string, { hasEscapes, hasSpacedComments, hasDollars }: Dialect): string {
  const comment = hasSpacedComments ? /--(?=\s|$)/y : /--/y;
  const dollar = /\$\w*\$/y;
  const startsAt = (pattern: RegExp, at: number) => {
    pattern.lastIndex = at;
    return pattern.exec(sql)?.[0];
  };
  let bare = '';
  for (let at = 0; at < sql.length; at++) {
    const here = sql.charAt(at);
    const quote = hasDollars && here === '$' ? startsAt(dollar, at) : undefined;
    if (here === '-' && startsAt(comment, at) !== undefined) {
      at = placeOf('\n', sql, at);
      bare += ' ';
    } else if (here === '/' && sql.charAt(at + 1) === '*') {
      at = placeOf('*/', sql, at + 2) + 1;
      bare += ' ';
    } else if (quote !== undefined) {
      at = placeOf(quote, sql, at + quote.length) + quote.length - 1;
      bare += "''";
    } else if (here === "'" || here === '"' || here === '`') {
      at = endOfText(sql, at, hasEscapes);
      bare += here === "'" ? "''" : 'x';
    } else bare += here;
  }
  return bare.trim();
}

/** Where the text or name that begins here ends; two quotes are one of it. */
function endOfText(sql: string, start: number, hasEscapes: boolean): number {
  const quote = sql.charAt(start);
  for (let at = start + 1; at < sql.length; at++) {
    const here = sql.charAt(at);
    if (here === '\\' && hasEscapes) at++;
    else if (here === quote) {
      if (sql.charAt(at + 1) !== quote) return at;
      at++;
    }
  }
  return sql.length;
}

/** Where the next of these signs begins; behind all where there is none. */
function placeOf(signs: string, text: string, from: number): number {
  const at = text.indexOf(signs, from);
  return at < 0 ? text.length : at;
}

/** What statements of SQL do; undefined for a text that is none. */
export function sqlEffect(text: string): Effect | undefined {
  if (text.length > LONGEST_SQL) return destroys('more SQL than Gatehouse reads');
  if (text.includes('/*!')) return destroys('SQL in a comment, which MySQL runs');
  const effects = [...new Set(dialects.map((dialect) => withoutTexts(text, dialect)))].map(bareEffect);
  return effects.find((effect) => typeof effect === 'object') ?? effects.find((effect) => effect !== undefined);
}

function bareEffect(bare: string): Effect | undefined {
  const statements = bare
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');
  if (statements.length === 0) return undefined;
  const effects = statements.map(ofStatement);
  if (effects.every((effect) => effect === undefined)) return undefined;
  return (
    effects.find((effect) => typeof effect === 'object') ??
    (effects.includes(undefined) ? destroys('SQL that Gatehouse cannot read') : 'looks')
  );
}

function ofStatement(statement: string): Effect | undefined {
  const [, verb = ''] = /^\(*\s*([a-z]+)/i.exec(statement) ?? [];
  const shown = statement.replaceAll(/\s+/g, ' ').slice(0, 80);
  if (/^(?:select|with|show|describe|desc|explain|values|table|pragma|use|begin|commit|set)$/i.test(verb)) {
    const isChange =
      /\b(?:insert\s+into|update\s+\S+\s+set|delete\s+from|drop|truncate|alter|into\s+(?:outfile|dumpfile)|copy|pg_(?:terminate|cancel)_backend|pg_(?:read|write|ls|stat)_\w+|pg_(?:reload_conf|rotate_logfile|switch_wal|promote|drop_\w+|create_\w+)|lo_(?:import|export|unlink|put|create|from_bytea)|dblink\w*|query_to_xml|set_config|setval|load_extension|load_file|readfile|writefile|sys_exec|sys_eval|xp_cmdshell|openrowset|utl_\w+|dbms_\w+)\b/i.test(
        statement,
      ) ||
      (/^select$/i.test(verb) && /\binto\s+(?!@)\w/i.test(statement) && !/\binsert\b/i.test(statement)) ||
      (/^explain$/i.test(verb) &&
        /\banaly[sz]e\b/i.test(statement) &&
        /\b(?:insert|update|delete)\b/i.test(statement)) ||
      (/^pragma$/i.test(verb) && /=/.test(statement)) ||
      (/^set$/i.test(verb) && /\b(?:global|role|session\s+authorization|password)\b/i.test(statement));
    return isChange ? destroys(`changes the database: ${shown}`) : 'looks';
  }
  if (
    /^(?:insert|update|delete|drop|truncate|alter|create|grant|revoke|replace|merge|upsert|copy|call|exec|execute|do|vacuum|reindex|rename|load|attach|detach|lock|kill|flush|purge|reset|optimize|analyze|comment|import|restore|backup|shutdown)$/i.test(
      verb,
    )
  ) {
    return destroys(`changes the database: ${shown}`);
  }
  return undefined;
}

/** A program that sends statements to a database. */
function client(codeFlags: readonly string[], fileFlags: readonly string[], values: string): Program {
  return {
    does: 'looks',
    values: [...codeFlags, ...fileFlags, values].join(' '),
    dry: '--version --help -V -l --list',
    more(use) {
      const codes = use.flags.filter(({ name }) => codeFlags.includes(name));
      for (const { value, word } of codes) checkSql(use, value, word);
      const file = use.valueOf(...fileFlags);
      if (file !== undefined) use.add(unreadable(`statements from ${file.text}`), file);
      if (codes.length === 0 && file === undefined) {
        const { input } = use.command;
        if (input?.from === 'text' && input.text !== undefined) checkText(use, input.text);
        else use.add(unreadable('statements that come later'));
      }
    },
  };
}

function checkSql(
  use: ProgramUse,
  value: ProgramUse['words'][number] | undefined,
  at: ProgramUse['words'][number],
): void {
  if (value === undefined || value.isComputed) use.add(unreadable('statements that are only known when it runs'), at);
  else checkText(use, value.text, value);
}

function checkText(use: ProgramUse, text: string, at?: ProgramUse['words'][number]): void {
  // psql's own commands: \d describes, \! runs a program.
  if (/^\s*\\[dlzscx?][\w+]*(?:\s+[\w."*]+)?\s*$/.test(text)) return;
  if (/\\(?:!|i|ir|o|w|copy|g|e)\b/.test(text))
    return use.add(unreadable('commands of the database program that run or write'), at);
  use.add(sqlEffect(text) ?? unreadable('statements that Gatehouse cannot read'), at);
}

const connection =
  '-h --host -p --port -U -u --user --username -d --dbname -D --database -o=replaces --output=replaces -P --password -v --set -F -R';

const documents: Program = {
  does: 'looks',
  values: '--eval -e --host --port -u -p --username --password --authenticationDatabase -f=reads',
  dry: '--version --help',
  more(use) {
    const code = use.valueOf('--eval', '-e');
    if (code === undefined) return use.add(unreadable('commands that come later'));
    const isLook =
      !code.isComputed &&
      /^[\w\s.()[\]{}:,'"$-]*$/.test(code.text) &&
      /\b(?:find|findOne|count|countDocuments|aggregate|getCollectionNames|stats|show|getIndexes|distinct)\b/.test(
        code.text,
      ) &&
      !/\b(?:drop|remove|delete|update|insert|replace|save|rename|\$out|\$merge|eval|shutdown|createUser)\w*/i.test(
        code.text,
      );
    use.add(isLook ? 'looks' : destroys('changes the database'), code);
  },
};

const redis: Program = {
  does: 'looks',
  values: '-h -p -a -n -u --user --pass --eval -i -r --pattern --count --type',
  flags: {
    '--eval': unreadable('a script for redis'),
    '--rdb --pipe --cluster': destroys('changes or copies the whole database'),
  },
  dry: '--version --help -v',
  more(use) {
    const [verb] = use.operands;
    if (verb === undefined)
      return use.hasFlag('--scan', '--bigkeys', '--stat', '--latency')
        ? undefined
        : use.add(unreadable('commands that come later'));
    const isLook =
      /^(?:get|mget|keys|scan|ttl|pttl|type|exists|strlen|llen|lrange|hget|hgetall|hkeys|hlen|smembers|scard|zrange|zcard|info|ping|dbsize|time|object|memory|xlen|xrange|echo|client|command|slowlog|hmget|sismember|zscore|lindex|getrange|hscan|sscan|zscan)$/i.test(
        verb.text,
      );
    use.add(isLook ? 'looks' : destroys(`changes the database: ${verb.text}`), verb);
  },
};

/** The shape of a database is made that of the project: what would take data away it asks about first. */
const push: Program = {
  does: 'changes',
  flags: { '--accept-data-loss --force-reset --force': destroys('takes data or tables away') },
};

const looking = 'status version info help validate check list show current history heads studio';

/** Programs of databases, and tools that change their shape. */
export const databasePrograms = byName<Program>({
  'psql pgcli cockroach-sql': client(['-c', '--command'], ['-f', '--file'], connection),
  'mysql mariadb mycli': client(['-e', '--execute'], ['--init-command'], connection),
  'sqlcmd usql duckdb clickhouse clickhouse-client snowsql bq-query trino presto': client(
    ['-q', '-Q', '-c', '--query', '--execute'],
    ['-i', '-f', '--queries-file'],
    connection,
  ),
  'sqlite3 sqlite': {
    does: 'looks',
    values: '-cmd -init -separator -nullvalue',
    dry: '-version --version -help --help',
    more(use) {
      const [file, ...statements] = use.operands;
      if (file !== undefined) use.touch('reads', file);
      for (const statement of statements) {
        if (
          !statement.isComputed &&
          /^\s*\.(?:tables|schema|indexes|databases|headers|mode|stats|dump|show|width)\b[^\n]*$/.test(statement.text)
        )
          continue;
        if (/^\s*\./.test(statement.text)) use.add(unreadable('commands of sqlite that run or write'), statement);
        else checkSql(use, statement, statement);
      }
      if (statements.length > 0) return;
      const { input } = use.command;
      if (input?.from === 'text' && input.text !== undefined) checkText(use, input.text);
      else use.add(unreadable('statements that come later'));
    },
  },
  'mongosh mongo': documents,
  'redis-cli valkey-cli keydb-cli': redis,
  'dropdb dropuser mysqladmin pg_resetwal pg_ctl': {
    does: destroys('drops or stops a database'),
    dry: '--version --help',
  },
  'createdb createuser': { does: 'changes' },
  'pg_dump pg_dumpall mysqldump mongodump mongoexport': {
    does: 'changes',
    values: '-f=replaces --file=replaces -h -p -U -d --out=replaces -o=replaces',
  },
  'pg_restore mongorestore mongoimport pgloader': { does: destroys('writes over a database') },
  pg_isready: looks,
  'prisma drizzle-kit knex sequelize sequelize-cli typeorm mikro-orm alembic flyway liquibase dbmate goose migrate atlas sqlx diesel ecto doctrine':
    {
      does: 'changes',
      values: '-path -database -source --path --database --source -D --database-url --changelog-file --schema',
      subcommands: {
        [looking]: looks,
        'migrate migration migrations db database schema': {
          does: 'changes',
          subcommands: {
            [looking]: looks,
            'dev create make new diff up deploy latest run apply upgrade migrate': 'changes',
            'pull seed': 'changes',
            push,
            'reset drop dropAll drop-all wipe fresh rollback down undo revert downgrade execute resolve':
              destroys('takes data or tables away'),
          },
          otherwise: 'changes',
        },
        push,
        'generate format introspect': 'changes',
        'migrate:latest migrate:up migrate:make seed:run migration:run migration:generate migration:create db:migrate db:seed up upgrade revision new create':
          'changes',
        'reset drop dropAll wipe rollback down clean undo downgrade migrate:rollback migrate:down schema:drop schema:sync migration:revert db:drop db:migrate:undo db:migrate:undo:all redo repair drop-all':
          destroys('takes data or tables away'),
      },
      otherwise: 'changes',
    },
  mysqlimport: { does: destroys('writes over tables') },
});
