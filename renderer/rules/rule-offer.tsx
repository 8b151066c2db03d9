import { Button, Kbd } from '@mantine/core';
import { IconShieldCheck } from '@tabler/icons-react';
import { type MouseEvent, useState } from 'react';
import { useDeskParts } from '../state/desk-context';
import { useAnswer } from '../state/use-answer';
import ui from '../ui/ui.module.css';
import { RuleDialog } from './rule-dialog';
import { ruleStrings } from './strings-rules';

const words = ruleStrings.offer;

/** The button that its key presses. */
export const RULE_BUTTON_ID = 'gatehouse-rule';

type Props = { readonly approvalId: string; readonly isOff: boolean };

/** Beside Approve: the way to a standing rule, or why there can be none for this request. */
export function RuleOffer({ approvalId, isOff }: Props) {
  const { guard } = useDeskParts();
  const [isOpen, setOpen] = useState(false);
  const { value: offer } = useAnswer('toolRules.offer', { approvalId }, []);
  if (offer?.isToolCall !== true) return null;
  if (offer.patterns.length === 0) {
    return <span className={ui['small']}>{offer.riskReasons.length > 0 ? words.highRisk : words.place}</span>;
  }
  const open = (event: MouseEvent) => {
    if (!guard.lets(event.timeStamp)) return;
    // What was pressed for the card must not answer the dialog that comes up now.
    guard.swapped();
    setOpen(true);
  };
  return (
    <>
      <Button
        id={RULE_BUTTON_ID}
        variant="default"
        leftSection={<IconShieldCheck size={17} stroke={1.9} aria-hidden />}
        rightSection={
          <Kbd size="xs" className={ui['key']} aria-hidden>
            R
          </Kbd>
        }
        disabled={isOff}
        aria-keyshortcuts="r"
        aria-haspopup="dialog"
        onClick={open}
      >
        {words.button}
      </Button>
      {isOpen && <RuleDialog approvalId={approvalId} offer={offer} isOff={isOff} onClose={() => setOpen(false)} />}
    </>
  );
}
