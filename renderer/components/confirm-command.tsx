import { Button, type ButtonProps, Modal, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { CommandName } from '../../shared/contract';
import type { AnswerOf, GivenOf } from '../bridge';
import { useCommand } from '../state/use-command';
import { useFocusAfterButton } from '../state/use-focus-back';
import { strings } from '../strings';
import { CommandRefusal } from './command-refusal';
import classes from './confirm-command.module.css';

type CommandProps<N extends CommandName> = {
  /** The words of the button, and of the button that carries it out. */
  readonly label: string;
  readonly command: N;
  /** What is sent; the reason is empty where none is asked for or given. */
  readonly input: (reason: string) => GivenOf<N>;
  /** The question at the top. */
  readonly title: string;
  /** What will happen, in a sentence or two, and what more is asked for. */
  readonly children?: ReactNode;
  /** Asks for a reason under this label. */
  readonly reasonLabel?: string;
  readonly isDestructive?: boolean;
  /** Whether what is asked for in `children` is all there. */
  readonly isReady?: boolean;
  readonly onDone?: (answer: AnswerOf<N>) => void;
};

type ConfirmProps<N extends CommandName> = CommandProps<N> & {
  /** Whether there is a button now; a question that is open stays when its button goes. */
  readonly isOffered?: boolean;
  readonly button?: ButtonProps & { readonly 'aria-label'?: string };
};

/** A button that says what it will do before it does it. */
export function ConfirmCommand<N extends CommandName>({ button, isOffered = true, ...props }: ConfirmProps<N>) {
  const [isOpen, setOpen] = useState(false);
  const [wasOpened, setWasOpened] = useState(false);
  useFocusAfterButton(wasOpened && !isOffered && !isOpen);
  const open = () => {
    setOpen(true);
    setWasOpened(true);
  };
  return (
    <>
      {isOffered && (
        <Button variant="default" size="compact-sm" {...button} onClick={open}>
          {props.label}
        </Button>
      )}
      <CommandDialog {...props} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}

type DialogProps<N extends CommandName> = CommandProps<N> & {
  readonly isOpen: boolean;
  readonly onClose: () => void;
};

/** Asks before a command is sent, and shows there why it was refused. */
export function CommandDialog<N extends CommandName>(props: DialogProps<N>) {
  const { label, command, input, title, children, reasonLabel, isDestructive = false, isReady = true } = props;
  const [reason, setReason] = useState('');
  const { send, isInFlight, refusal, forget } = useCommand(command);
  const titleId = useId();
  const close = () => {
    setReason('');
    forget();
    props.onClose();
  };
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const result = await send(input(reason.trim()));
    if (!result.ok) return;
    close();
    props.onDone?.(result.value);
  };
  return (
    <Modal
      opened={props.isOpen}
      onClose={close}
      title={<span id={titleId}>{title}</span>}
      closeButtonProps={{ 'aria-label': strings.answer.cancel }}
      // The lock writes a style element that the page's policy would refuse.
      lockScroll={false}
    >
      <form className={classes['form']} onSubmit={(event) => void submit(event)} aria-labelledby={titleId}>
        {children}
        {reasonLabel !== undefined && (
          <Textarea
            label={reasonLabel}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={10_000}
            dir="auto"
            autosize
            minRows={2}
          />
        )}
        <CommandRefusal refusal={refusal} />
        <div className={classes['buttons']}>
          <Button variant="default" onClick={close}>
            {strings.answer.cancel}
          </Button>
          <Button type="submit" loading={isInFlight} disabled={!isReady} {...(isDestructive && { color: 'red' })}>
            {label}
          </Button>
        </div>
      </form>
    </Modal>
  );
}
