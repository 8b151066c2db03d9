// @ts-check
import { readFileSync } from 'node:fs';

const pollMs = 250;

/**
 * Calls the listener once when the npm that runs this script is gone. npm passes a SIGTERM on to the shell between it
 * and this script, and that shell ends without passing it on; a SIGHUP or SIGKILL it cannot pass on at all. So under npm
 * the end of either is the wish to end. Started by hand, a script may outlive its shell, as with nohup.
 * @param {() => void} listener
 */
export function whenNpmIsGone(listener) {
  if (process.env.npm_lifecycle_event === undefined || process.platform === 'win32') return;
  const parent = process.ppid;
  const npm = parentOfShell(parent);
  const timer = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || isAlive(npm))) return;
    clearInterval(timer);
    listener();
  }, pollMs);
  timer.unref();
}

/**
 * The process that started the given shell, or undefined when it is no shell or the system does not say.
 * @param {number} id
 */
function parentOfShell(id) {
  try {
    const stat = /^\d+ \((?<name>.*)\) \S (?<parent>\d+)/.exec(readFileSync(`/proc/${id}/stat`, 'utf8'))?.groups;
    return stat?.name === 'sh' || stat?.name === 'dash' || stat?.name === 'bash' ? Number(stat.parent) : undefined;
  } catch {
    return undefined;
  }
}

/** @param {number} id */
function isAlive(id) {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}
