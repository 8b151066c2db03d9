import type { SafeStorage } from 'electron';
import type { Keychain } from '../kernel/ports';

/**
 * The keychain of this system; undefined where there is none. On Linux without a secret service Electron would encrypt with a
 * password that everybody knows (`basic_text`), which keeps nothing.
 */
export function systemKeychain(safeStorage: SafeStorage, platform: NodeJS.Platform): Keychain | undefined {
  if (!safeStorage.isEncryptionAvailable()) return undefined;
  if (platform === 'linux' && ['basic_text', 'unknown'].includes(safeStorage.getSelectedStorageBackend()))
    return undefined;
  return {
    seal: (secret) => safeStorage.encryptString(secret),
    open: (sealed) => safeStorage.decryptString(sealed),
  };
}
