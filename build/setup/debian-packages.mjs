// @ts-check
import { spawnSync } from 'node:child_process';
import { runShown } from './command.mjs';
import { SetupProblem, say } from './say.mjs';

// A slash separates the names of one library in older and newer releases of Debian and Ubuntu.
const libraries = [
  'libgtk-3-0/libgtk-3-0t64',
  'libnss3',
  'libasound2/libasound2t64',
  'libgbm1',
  'libnotify4',
  'libxss1',
  'libxtst6',
  'libsecret-1-0',
  'dbus',
  'fonts-dejavu-core',
  'unzip',
];
const virtualDisplay = ['xvfb'];
const desktopForTests = [
  'xauth',
  'dbus-x11',
  'dunst',
  'xfce4-notifyd',
  'haskell-gtk-sni-tray-utils',
  'libglib2.0-bin',
  'xdotool',
  'x11-utils',
  'imagemagick',
];

/** What the app needs to run; a virtual display only where there is no real one. */
export function packagesToRun(/** @type {boolean} */ hasDisplay) {
  return hasDisplay ? libraries : [...libraries, ...virtualDisplay];
}

/** What the tests need besides: a tray, two notification daemons, and hands to click with. */
export function packagesToTest() {
  return [...libraries, ...virtualDisplay, ...desktopForTests];
}

/**
 * Installs what is missing as root; tells any other user the one command to run, and ends.
 * @param {readonly string[]} packages
 */
export async function ensureDebianPackages(packages) {
  if (process.platform !== 'linux') return;
  const present = installedPackages();
  if (present === undefined) {
    say(
      'this Linux has no dpkg, so nothing is installed here: Electron needs GTK 3, NSS, ALSA, GBM, and Xvfb without a display',
    );
    return;
  }
  const missing = packages.filter((names) => !names.split('/').some((name) => present.has(name)));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) {
    throw new SetupProblem(
      `system packages are missing, please run: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${availableNames(missing).join(' ')}`,
    );
  }
  await installAsRoot(missing);
}

/** One call for all: the names of every installed package, or undefined where there is no dpkg. */
function installedPackages() {
  const result = spawnSync('dpkg-query', ['-W', '-f', '${db:Status-Abbrev}\t${Package}\n'], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (result.error !== undefined || result.status !== 0) return undefined;
  const lines = result.stdout.split('\n').map((line) => line.split('\t'));
  return new Set(lines.flatMap(([status, name]) => (status?.startsWith('ii') && name !== undefined ? [name] : [])));
}

/** @param {readonly string[]} missing */
async function installAsRoot(missing) {
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  say('reading the list of system packages (apt-get update) …');
  if ((await runShown('apt-get', ['update', '-q'], { environment })) !== 0) {
    say('apt-get update failed; going on with the list that is there');
  }
  const names = availableNames(missing);
  say(`installing system packages: ${names.join(' ')} …`);
  const options = [
    'install',
    '-y',
    '-q',
    '--no-install-recommends',
    '-o',
    'Dpkg::Use-Pty=0',
    '-o',
    'DPkg::Lock::Timeout=120',
  ];
  const code = await runShown('apt-get', [...options, ...names], { environment });
  if (code !== 0) throw new SetupProblem(`apt-get install ended with code ${code}; its own lines above say why`);
}

/**
 * Of the names that a library goes by, the one that this release can install.
 * @param {readonly string[]} missing
 */
function availableNames(missing) {
  return missing.map((names) => {
    const choices = names.split('/');
    return choices.find(hasCandidate) ?? choices[0] ?? names;
  });
}

function hasCandidate(/** @type {string} */ name) {
  const result = spawnSync('apt-cache', ['policy', name], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
  });
  return /Candidate: (?!\(none\))/.test(result.stdout ?? '');
}
