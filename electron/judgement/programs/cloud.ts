import type { Word } from '../shell/words';
import {
  byName,
  destroys,
  type Effect,
  escapes,
  installs,
  type Program,
  type ProgramUse,
  secrets,
  sends,
  unreadable,
} from './program';
import { effectOfName, wordsOfName } from './verbs';

const looks: Program = { does: 'looks' };
const changes: Program = { does: 'changes' };

/** Verbs of the command lines of services that only look. */
const lookingVerb =
  /^(?:get|list|ls|describe|show|view|status|logs?|tail|info|inspect|diff|plan|validate|version|help|search|whoami|history|events|head|batch-get|lookup|check|test|lint|preview|explain|wait|doctor|open|docs|completion|config|estimate|query|scan|filter|ps|regions|sizes|dashboard|metrics|current|outputs?|graph|providers|console-url|read|print|find)(?:$|[-_:])/i;
/** Those of them that are also what something is called: `aws logs delete-log-group`. They only look where nothing is done to it. */
const lookingNoun =
  /^(?:(?:logs?|status|info|history|events?|config|docs|dashboard|metrics|graph|providers|outputs?|regions|sizes|version|completion)(?:$|[-_:])|(?:query|current|open|test|check|filter)$)/i;
/** Services whose command lines begin with what something is done to, which may be called like a verb: `gcloud run services list`. */
const begunByThing = /^(?:aws|gcloud|az|oci|aliyun|ibmcloud|stripe|doctl|okta|auth0)$/;
const secretThing =
  /secret|credential|password|(?:^|[-_])tokens?(?:$|[-_])|api[-_]?key|access[-_]?key|get-login|decrypt|ssm.*parameter|kms|keyvault|private-?key|session-token|env(?:ironment)?(?:$|[-_:])(?:pull|ls|list|get)?/i;

/** Command lines of services that also run a project on this machine, and how. */
const hasLocal = /^(?:expo|vercel|netlify|wrangler|firebase|supabase|sam|serverless|sls|amplify)$/;
const localVerb = /^(?:dev|local|offline|start|serve|mock|emulators(?::(?:start|exec))?)$/;

/** A service's command line: what its first words say, and what is not known to look is taken to change something there. */
function service(
  dryFlags = '--dry-run --dryrun --help --version',
  values = '--region --profile --output -o --query --project --zone --format --filter -n --namespace -g --resource-group --subscription --account -a --app --scope --token --org --team --stack -s',
): Program {
  return {
    does: 'looks',
    dry: dryFlags,
    values,
    more(use) {
      const said = use.operands.map(({ text }) => text);
      // `vercel` alone deploys.
      if (said.length === 0 && /^(?:vercel|now|surge|gh-pages)$/.test(use.name))
        return use.add(sends(`deploys with ${use.name}`));
      if (said.length === 0) return;
      const whole = said.join(' ');
      if (secretThing.test(whole) || (use.name === 'heroku' && /^config(?:$|:| )/.test(whole)))
        return use.add(secrets(`reads or writes secrets: ${use.name} ${whole}`), use.operands[0]);
      if (use.name === 'az' && /\bkeys list\b|\blist-keys\b|connection-string/.test(whole))
        return use.add(secrets(`reads keys: ${use.name} ${whole}`), use.operands[0]);
      if (hasLocal.test(use.name) && localVerb.test(said[0] ?? '')) {
        const isOpen = use.hasFlag('--tunnel', '--remote', '--live');
        return use.add(isOpen ? sends('opens a port to others') : 'changes');
      }
      const isBegun = begunByThing.test(use.name) && said.length > 1;
      const verbs = said.slice(isBegun ? 1 : 0, 6);
      // `apps:info` says what it does behind the colon.
      const looked = verbs
        .map((word) => word.slice(word.lastIndexOf(':') + 1))
        .findIndex((word) => lookingVerb.test(word) && !(isBegun && lookingNoun.test(word)));
      const harm = verbs.findIndex((word) => {
        const effect = effectOfName(word);
        return effect !== undefined && effect !== 'looks';
      });
      const named = harm < 0 ? undefined : effectOfName(verbs[harm] ?? '');
      const isNoun = lookingNoun.test(verbs[looked] ?? '');
      // `aws s3 ls` looks; what changes something says so before, or says neither.
      if (looked >= 0 && (harm < 0 || (looked < harm && !isNoun))) return;
      // What it is done to may say more: `stripe refunds create`.
      const money = said.map(effectOfName).find((effect) => typeof effect === 'object' && effect.kind === 'money');
      use.add(money ?? named ?? sends(`changes something in ${use.name}: ${whole}`), use.operands[0]);
    },
  };
}

/** Options of a container by which it reaches the machine. */
function checkContainer(use: ProgramUse): void {
  for (const { name, value, word } of use.flags) {
    if (name === '--privileged' || name === '--cap-add' || name === '--device' || name === '--security-opt') {
      use.add(escapes('lets a container do what the machine may'), word);
    }
    const text = value?.text ?? '';
    if (/^--(?:pid|ipc|uts|userns|net|network)$/.test(name) && text === 'host')
      use.add(escapes('gives a container the machine itself'), word);
    if (name !== '-v' && name !== '--volume' && name !== '--mount') continue;
    if (value === undefined) continue;
    const source = name === '--mount' ? (/(?:source|src)=([^,]+)/.exec(text)?.[1] ?? '') : (text.split(':')[0] ?? '');
    if (/docker\.sock|^\/$|^\/(?:etc|proc|sys|var|root|home|Users|dev|boot)(?:\/|$)(?!.*\/\w+\/\w)/.test(source)) {
      use.add(escapes(`gives a container ${source} of the machine`), word);
    } else if (/^[./~\uFFFC]/.test(source))
      use.touch('writes', { ...value, text: source, isComputed: source.includes('\uFFFC') });
  }
}

const runValues =
  '-v --volume --mount -e --env --env-file=loads -p --publish --name -w --workdir -u --user --network --net --pid --ipc --uts --userns --cap-add --device --security-opt --entrypoint -l --label --platform -m --memory --cpus --restart -h --hostname --add-host --tmpfs --shm-size --gpus --link --volumes-from --log-driver --pull --ulimit --dns';

/** The command that a container is given. */
function runsInside(use: ProgramUse, skipped: number, keepsData: boolean): void {
  const inside = use.operands.slice(skipped);
  const [first] = inside;
  if (first === undefined) return;
  const at = use.words.indexOf(first);
  const words = at < 0 ? inside : use.words.slice(at);
  if (/^(?:ba|z|a)?sh$/.test(first.text) && words.length === 1) {
    return use.add(unreadable('a shell in a container that takes its commands later'), first);
  }
  const secret = use.secretIn(words.map(({ text }) => text).join(' '));
  if (secret !== undefined) use.add(secrets(`reads ${secret} in a container`), first);
  if (keepsData && /^(?:rm|unlink|shred|truncate|dd|kill|pkill|killall|mkfs\S*)$/.test(first.text)) {
    use.add(destroys(`${first.text} in a container`), first);
  }
  // What it does to files is done to the container's; what it does to data and to others counts.
  if (
    /^(?:env|printenv|git|gh|glab|aws|gcloud|kubectl|ssh|scp|rsync|psql|mysql|mongosh?|redis-cli|sqlite3|dropdb|rails|rake|php|artisan|python3?|node|sh|bash|curl|wget|npx|npm)$/.test(
      first.text,
    )
  )
    use.run(words);
}

/** `docker inspect`: without a format it shows all that there is, the environment too. */
function showsContainer(use: ProgramUse): void {
  if (!/^(?:|container)$/.test(use.valueOf('--type')?.text ?? '')) return;
  const format = use.valueOf('-f', '--format');
  if (format === undefined || /\.Env\b|\.Config\s*\}|\{\{\s*(?:json\s+)?\.\s*\}\}|^json$/.test(format.text))
    use.add(secrets('reads the environment of a container'), format);
}

/** `docker compose config`: with the values of `.env` in it, unless it only names things. */
const composed: Program = {
  does: 'looks',
  values: '--format -o=replaces --output=replaces --hash',
  more(use) {
    if (
      !use.hasFlag(
        '-q',
        '--quiet',
        '--services',
        '--images',
        '--volumes',
        '--networks',
        '--profiles',
        '--hash',
        '--variables',
      )
    )
      use.add(secrets('shows the settings with what is in .env'));
  },
};

const buildValues =
  '-f=reads -t -o=replaces --output -i --file=reads --build-arg --target --platform --tag --cache-from --cache-to --secret --ssh --label --network --progress';

/** `docker build folder`, and `docker buildx build folder`. */
function builds(use: ProgramUse): void {
  checkContainer(use);
  const [context] = use.operands.filter(({ text }) => !/^(?:build|bake|b)$/.test(text));
  if (context === undefined || context.text === '-') return;
  if (/:\/\/|^git@/.test(context.text)) use.add(installs(`builds ${context.text}`), context);
  else use.touch('enters', context);
}

const containerRow: Program = {
  does: 'changes',
  values: '-H --host -c --context --config -l --log-level',
  flags: { '-H --host': sends('works on another machine') },
  subcommands: {
    'ps images logs version info stats top port history diff search events manifest': looks,
    inspect: {
      does: 'looks',
      values: '-f --format --type',
      more: showsContainer,
    },
    'build buildx bake': {
      does: 'changes',
      values: `${buildValues} --build-context -c --builder`,
      flags: { '--push': sends('pushes an image') },
      more: builds,
    },
    'pull start stop restart create tag commit pause unpause rename update wait attach load import save export': {
      does: 'changes',
      values: buildValues,
      flags: { '--push': sends('pushes an image') },
      more: checkContainer,
    },
    run: {
      does: 'changes',
      values: runValues,
      more: (use) => {
        checkContainer(use);
        runsInside(use, 1, use.hasFlag('-v', '--volume', '--mount', '--volumes-from'));
      },
    },
    exec: { does: 'changes', values: '-e --env -w --workdir -u --user', more: (use) => runsInside(use, 1, true) },
    cp: {
      does: 'changes',
      more: (use) => {
        const isHere = (word: Word) => !/^[^/.~]+:/.test(word.text);
        for (const word of use.operands.slice(0, -1)) if (isHere(word)) use.touch('reads', word);
        const target = use.operands.at(-1);
        if (target === undefined || !isHere(target)) return;
        use.touch('writes', target);
        if (!use.operands.every(isHere)) use.noteUnseen(target, 'copied out of a container');
      },
    },
    rm: destroys('removes containers'),
    rmi: destroys('removes images'),
    kill: destroys('kills containers'),
    push: sends('pushes an image'),
    'login logout': secrets('changes who is signed in at the registry'),
    'image container': {
      subcommands: {
        inspect: {
          does: 'looks',
          values: '-f --format',
          more: (use) => {
            if (use.words[0]?.text === 'container') showsContainer(use);
          },
        },
        'ls list history logs top stats diff port': looks,
        'build pull tag save load start stop restart create run exec': changes,
        push: sends('pushes an image'),
      },
      otherwise: destroys('removes containers or images'),
    },
    'volume network': {
      subcommands: { 'ls list inspect': looks, 'create connect disconnect': changes },
      otherwise: destroys('removes volumes or networks'),
    },
    'system builder': {
      subcommands: { 'df info events': looks },
      otherwise: destroys('removes all that is not in use'),
    },
    context: {
      subcommands: { 'ls list show inspect': looks },
      otherwise: escapes('changes on which machine it works'),
    },
    compose: composeRow(),
    'swarm stack service node secret config plugin trust': {
      subcommands: { 'ls list inspect ps logs': looks },
      otherwise: sends('changes a cluster'),
    },
    'help completion': looks,
  },
  otherwise: 'changes',
};

function composeRow(): Program {
  return {
    does: 'changes',
    values: '-f=enters -p --file=enters --project-name --profile --env-file=loads --project-directory=enters',
    subcommands: {
      'ps logs ls images top port version events stats': looks,
      'config convert': composed,
      'up build pull start stop restart create pause unpause watch cp attach wait scale': {
        does: 'changes',
        flags: { '-V --renew-anon-volumes': destroys('removes volumes'), '--push': sends('pushes images') },
      },
      down: {
        does: 'changes',
        flags: { '-v --volumes': destroys('removes volumes with their data'), '--rmi': destroys('removes images') },
      },
      rm: {
        does: 'changes',
        flags: { '-v --volumes': destroys('removes volumes with their data'), '-f -s --force --stop': 'changes' },
      },
      kill: destroys('kills containers'),
      run: {
        does: 'changes',
        values: runValues,
        more: (use) => {
          checkContainer(use);
          runsInside(use, 1, true);
        },
      },
      exec: {
        does: 'changes',
        values: '-e --env -w --workdir -u --user --index',
        more: (use) => runsInside(use, 1, true),
      },
      push: sends('pushes images'),
    },
    otherwise: 'changes',
  };
}

const elsewhere = (what: string): Effect => sends(what);

const kubectl: Program = {
  does: 'looks',
  dry: '--dry-run',
  values:
    '-n --namespace --context --kubeconfig -o --output -l --selector -f=reads --filename=reads -c --container -k --since --tail --field-selector --cluster --user --as --token -s --server -p --patch --type',
  subcommands: {
    'get describe logs status top explain api-resources api-versions version cluster-info diff events wait kustomize options completion':
      {
        does: 'looks',
        more: (use) => {
          const isRaw = use.hasFlag('--raw');
          const isSecret = use.operands.some(({ text }) => /(?:^|[,/])secrets?(?:$|[,/])/.test(text));
          if (isSecret && (isRaw || use.hasFlag('-o', '--output'))) use.add(secrets('reads secrets of the cluster'));
        },
      },
    config: {
      subcommands: {
        'get-contexts current-context get-clusters': looks,
        view: { does: 'looks', flags: { '--raw': secrets('reads the keys of the cluster') } },
      },
      otherwise: escapes('changes on which cluster it works'),
    },
    auth: { subcommands: { 'can-i whoami': looks }, otherwise: elsewhere('changes a cluster') },
    rollout: { subcommands: { 'status history': looks }, otherwise: elsewhere('changes a cluster') },
    'delete drain evict': destroys('deletes things in a cluster'),
    'exec attach cp port-forward proxy debug run': elsewhere('works in a cluster'),
  },
  otherwise: elsewhere('changes a cluster'),
};

/** What is shown by its name, which may say that it is secret. */
function readsSecretThing(use: ProgramUse): void {
  const secret = use.operands.find(({ text }) => secretThing.test(wordsOfName(text).join('-')));
  if (secret !== undefined) use.add(secrets(`reads ${secret.text}`), secret);
}

/** In JSON nothing is left out that is marked as secret. */
const showsState = secrets('shows what is secret in the state');

const infrastructure: Program = {
  does: 'looks',
  values: '-chdir -var -var-file -target -out=replaces -lock-timeout -parallelism -backend-config --stack -s -C --cwd',
  subcommands: {
    'plan validate providers version graph get test metadata preview stack-list about whoami logs login-status': {
      does: 'looks',
      flags: { '-destroy': 'looks' },
    },
    console: unreadable('a console that takes its commands later'),
    show: { does: 'looks', flags: { '-json': showsState } },
    output: {
      does: 'looks',
      flags: { '-json --json': 'looks' },
      more(use) {
        if (use.hasFlag('-json', '--json') && use.operands.length === 0 && use.name !== 'pulumi') use.add(showsState);
        readsSecretThing(use);
      },
    },
    'init fmt': changes,
    workspace: { subcommands: { 'list show select new': changes }, otherwise: destroys('deletes a workspace') },
    state: {
      subcommands: { 'list show': looks, pull: showsState },
      otherwise: destroys('changes what it knows of the infrastructure'),
    },
    'apply up import refresh taint untaint force-unlock run-all update': elsewhere('changes infrastructure'),
    'destroy down': destroys('destroys infrastructure'),
    stack: {
      subcommands: { 'ls output history graph': looks, 'init select': changes },
      otherwise: destroys('changes or deletes a stack'),
    },
    config: { does: 'changes', subcommands: { get: { does: 'looks', more: readsSecretThing } }, otherwise: 'changes' },
  },
  flags: { '--show-secrets': secrets('shows what is secret in the configuration') },
  otherwise: elsewhere('changes infrastructure'),
};

const helm: Program = {
  does: 'looks',
  dry: '--dry-run',
  values: '-n --namespace -f=reads --values=reads --set --version --kube-context',
  subcommands: {
    'list ls status history get show search template lint version verify env diff': looks,
    'dependency dep package create pull': changes,
    repo: { subcommands: { 'list ls': looks }, otherwise: 'changes' },
    'uninstall delete rollback': destroys('takes something out of a cluster'),
  },
  otherwise: elsewhere('changes a cluster'),
};

/** Containers, clusters, infrastructure and services. */
export const cloudPrograms = byName<Program>({
  'docker podman nerdctl finch': containerRow,
  'docker-compose podman-compose': composeRow(),
  'kubectl oc k9s kubectx kubens k3s minikube kind k3d': kubectl,
  'helm helmfile': helm,
  'terraform tofu terragrunt pulumi': infrastructure,
  'aws gcloud az gsutil bq s3cmd aliyun oci ibmcloud linode-cli doctl hcloud scw exo civo vultr-cli fly flyctl heroku vercel now netlify firebase wrangler render railway supabase planetscale pscale turso neonctl neon cf eb sam serverless sls cdk copilot amplify ecs-cli eksctl argocd flux istioctl linkerd consul nomad waypoint boundary packer ansible ansible-playbook salt chef puppet stripe shopify square paypal braintree twilio sendgrid mailgun sentry-cli datadog newrelic launchdarkly ldcli auth0 okta algolia contentful sanity prismic dokku kamal cap capistrano eas expo appcenter codemagic surge gh-pages now-cli jira linear asana trello notion slack zapier hasura grafbase convex upstash fauna cockroach ccloud confluent kafka-topics kafka-console-producer rabbitmqadmin nats mc rclone-cloud restic borg duplicity':
    service(),
  'gcloud-auth': { does: secrets('reads keys of the account') },
  act: { does: 'changes' },
  'kustomize jsonnet kubeval kubeconform conftest opa tflint tfsec checkov trivy grype syft': { does: 'looks' },
  'kompose crossplane': changes,
});
