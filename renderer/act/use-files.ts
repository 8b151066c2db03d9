import { useEffect, useState } from 'react';
import { useDeskParts } from '../state/desk-context';
import type { FileOnDisk } from './file-view';

/** What the disk says of the files of an act, in their order; undefined until that is known, and where nothing is said. */
export function useFilesOnDisk(approvalId: string, isWanted: boolean): readonly (FileOnDisk | undefined)[] | undefined {
  const { desk } = useDeskParts();
  const [files, setFiles] = useState<readonly (FileOnDisk | undefined)[]>();
  useEffect(() => {
    let isOver = false;
    const ask = async () => {
      const answer = await desk.request('desk.filesOfAct', { approvalId });
      if (answer.ok && !isOver) setFiles(answer.value.files.map((file) => file ?? undefined));
    };
    if (isWanted) void ask();
    return () => {
      isOver = true;
    };
  }, [desk, approvalId, isWanted]);
  return isWanted ? files : undefined;
}
