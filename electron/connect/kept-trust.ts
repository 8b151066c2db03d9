import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ToolClass } from '../../shared/contract/trust';
import { riskLevels } from '../../shared/judgement';
import { fieldsOf, isTexts } from '../../shared/kernel/fields';
import { fromKept, toKept, writeWhole } from './kept-file';

/** What the operator has said of tools and folders, of which Gatehouse keeps a copy for the hooks, which run while it is away too. */
export type KeptTrust = {
  /** Folders that are not trusted, with all below them. */
  readonly untrusted: readonly string[];
  readonly classes: readonly Pick<ToolClass, 'agentId' | 'toolName' | 'level' | 'definitionHash'>[];
};

const pathOf = (home: string) => join(home, 'trust.json');

/** Writes the copy whole. Throws what the file system throws. */
export function keepTrust(home: string, trust: KeptTrust): void {
  writeWhole(pathOf(home), `${JSON.stringify(toKept(trust), undefined, 2)}\n`);
}

/** The copy as it was written last; none where there never was one. */
export function readKeptTrust(home: string): KeptTrust | 'none' | 'unreadable' {
  try {
    const { untrusted, classes } = fieldsOf(fromKept(readFileSync(pathOf(home), 'utf8')));
    return isTexts(untrusted) && isClasses(classes) ? { untrusted, classes } : 'unreadable';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'none' : 'unreadable';
  }
}

const isClasses = (value: unknown): value is KeptTrust['classes'] =>
  Array.isArray(value) && value.every((each) => riskLevels.some((level) => level === fieldsOf(each)['level']));
