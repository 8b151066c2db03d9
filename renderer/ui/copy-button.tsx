import { Button } from '@mantine/core';
import { IconCheck, IconCopy } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useDeskParts } from '../state/desk-context';
import { strings } from '../strings';

/** Puts a text on the clipboard by the main process, and says so only once it is there. */
export function CopyButton({ text, label }: { readonly text: string; readonly label: string }) {
  const { desk } = useDeskParts();
  const [shown, setShown] = useState<{ readonly isCopied: boolean; readonly words: string }>();
  useEffect(() => {
    if (shown === undefined) return undefined;
    const timer = setTimeout(() => setShown(undefined), 3000);
    return () => clearTimeout(timer);
  }, [shown]);
  const copy = async () => {
    const result = await desk.request('desk.copyText', { text });
    setShown(
      result.ok ? { isCopied: true, words: strings.api.copied } : { isCopied: false, words: result.refusal.sentence },
    );
  };
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={shown?.isCopied ? <IconCheck size={14} aria-hidden /> : <IconCopy size={14} aria-hidden />}
      onClick={() => void copy()}
    >
      <span aria-live="polite">{shown?.words ?? label}</span>
    </Button>
  );
}
