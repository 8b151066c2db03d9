import type { Judge } from './judge';

/** Where the commands happen that nobody has sent: nothing is looked at there. */
const NOWHERE = '/(nowhere)/project';

/** Commands with all that a shell has in them: lists, pipes, loops, texts, files that are read, changed and taken away. */
const commands = [
  'git status --short && git log --oneline -5 -- src/a.ts | head -20; echo "done: $?" word word word word word word',
  'rm -f src/a/b/c.ts src/a/b/d.ts src/a/e.ts dist/a.js && cat src/a/b/c.ts src/a/b/d.ts src/e.ts > out.txt 2>&1',
  "if test -f x; then echo y; fi; bash -c 'if test -f x; then echo y; fi; if test -f a; then cat b; fi'",
  'for i in a b c; do for j in d e; do ls $i/$j "$i" ${j}; done; done; while read -r l; do echo "$l"; done < a.txt',
  'echo $(git log --format=%H) "$(git rev-parse HEAD) x" `pwd` $((1 + 2)) {a,b}/{c,d} ~/x $\'a\\tb\' <(sort a)',
  "cat > src/x.ts <<'EOF'\nexport const x = 1;\nEOF\ncat <<EOF | grep x\n$HOME $(ls)\nEOF",
  'X=1 npm test -- --run a || exit 1; (cd src && npm run build); f() { ls; }; f; case a in a) ls;; esac; export A=b',
  'find src -name "*.ts" -exec grep -l x {} + | xargs wc -l; curl -s http://localhost:3000/a | jq .b; docker ps -a',
];

/** How often each is judged until its code has been compiled. */
const ROUNDS = 20;

/** How long the process is left alone after each, in milliseconds. */
const PAUSE_MS = 10;

/**
 * Has the judgement compiled before somebody waits for it: judged cold, a long command stops everything else two to three times as long.
 * A little at a time; what it is called with says when it may go on.
 */
export async function warmUp(
  judge: Judge,
  pause: () => Promise<void> = () => new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref()),
): Promise<void> {
  for (let round = 0; round < ROUNDS; round++) {
    for (const command of commands) {
      await pause();
      judge.call({ toolName: 'Bash', action: { command }, cwd: NOWHERE });
    }
  }
}
