import { destroys, type Effect, secrets, sends } from './program';

const looking = new Set(
  'get list ls show describe view read search find query fetch count status info inspect version help logs log tail top diff plan preview explain check validate lint test whoami history events watch current exists print dump lookup resolve browse summarize summary stats analyze analyse compare verify estimate suggest wait retrieve ps images tree graph docs doc doctor outdated which where config-show can-i ping health metrics head select scan profile'.split(
    ' ',
  ),
);

const destroyingVerbs =
  'delete destroy remove rm del drop purge wipe erase terminate kill reset revoke uninstall truncate flush clear prune nuke detach deprovision disable cancel abort stop shutdown rollback downgrade evict drain cordon taint restore overwrite replace force unpublish unlink archive trash expire invalidate';
const sendingVerbs =
  'create update put post patch send write publish deploy push upload merge apply set add edit modify change submit comment reply invite share transfer move copy import start restart run invoke execute exec trigger schedule assign approve close reopen open import release promote scale attach enable register subscribe unsubscribe notify email tweet message upsert insert append save sync commit tag label link grant book order mark rename resize reboot rotate attach associate authorize disassociate request respond react pin complete resolve-issue duplicate clone fork provision configure install init login logout';
const moneyVerbs =
  'pay payment payments payout refund refunds charge charges buy purchase invoice invoices withdraw withdrawal transfer checkout subscribe subscription order';

const destroying = new Set(destroyingVerbs.split(' '));
const sending = new Set(sendingVerbs.split(' '));
const moneyWords = new Set(moneyVerbs.split(' '));
const secretWords =
  /(?:^|[-_:./])(?:secrets?|credentials?|passwords?|tokens?|private[-_]?keys?|access[-_]?keys?|api[-_]?keys?|passphrase)(?:$|[-_:./])/i;

/** The words that a name is made of: `deletePullRequest`, `delete-db-instance`, `apps:destroy`. */
export function wordsOfName(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

/** What is done to a request to merge is said beside it: the words of its name are no verbs. */
const withoutRequests = (words: readonly string[]): readonly string[] =>
  words.filter((word, at) => {
    const isRequest = /^requests?$/.test(word) && /^(?:pull|merge)$/.test(words[at - 1] ?? '');
    return !isRequest && !(/^(?:pull|merge)$/.test(word) && /^requests?$/.test(words[at + 1] ?? ''));
  });

/** What a name says that it does, by its verbs; undefined where it has none that are known. */
export function effectOfName(name: string): Effect | undefined {
  const words = withoutRequests(wordsOfName(name));
  // `get_or_create`, `list_and_refund`: each half is a name of its own.
  const joint = words.findIndex((word, at) => at > 0 && /^(?:and|or|then)$/.test(word));
  const halves = joint < 0 ? [words] : [words.slice(0, joint), words.slice(joint + 1)];
  const effects = halves.map((half) => effectOfWords(half, name));
  return effects.find((effect) => typeof effect === 'object') ?? effects[0] ?? effects[1];
}

function effectOfWords(words: readonly string[], name: string): Effect | undefined {
  const shown = `${name} by its name`;
  if (words.some((word) => moneyWords.has(word)) && !looking.has(words[0] ?? '')) {
    return { kind: 'money', what: `moves money: ${shown}` };
  }
  if (secretWords.test(name)) return secrets(`reads or writes secrets: ${shown}`);
  // The verb comes first in most names; one that harms counts wherever it stands, unless the first only looks.
  const [first = ''] = words;
  const isLooking = looking.has(first);
  const harm = words.find((word) => destroying.has(word));
  if (harm !== undefined && !isLooking) return destroys(`takes something away: ${shown}`);
  const sent = words.find((word) => sending.has(word));
  if (sent !== undefined && !isLooking) return sends(`changes something elsewhere: ${shown}`);
  return isLooking || words.some((word) => looking.has(word)) ? 'looks' : undefined;
}
