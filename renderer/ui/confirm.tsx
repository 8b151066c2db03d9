import { Button, type ButtonProps, Group, Modal, type ModalProps, Stack, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import type { CommandName } from '../../shared/contract/contract';
import type { Refusal } from '../../shared/kernel/errors';
import type { AnswerOf, GivenOf } from '../bridge';
import { useFocusAfterButton, useFocusBack } from '../state/focus';
import { strings } from '../strings';
import { CommandRefusal } from './notice';
import { useSend } from './use-send';

type Question = {
  /** The question at the top. */
  readonly title: string;
  /** The words of the button that carries it out. */
  readonly label: string;
  /** What will happen, in a sentence or two, and what more is asked for. */
  readonly children?: ReactNode;
  /** Asks for a reason under this label. */
  readonly reasonLabel?: string | undefined;
  /** Red for what cannot be taken back, green for an approval. */
  readonly color?: 'red' | 'green' | undefined;
  /** Whether what is asked for in `children` is all there. */
  readonly isReady?: boolean;
};

type ConfirmProps = Question & {
  /** The reason is empty where none is asked for or given; `atMs` is when the key or the pointer was pressed. */
  readonly onConfirm: (reason: string, atMs: number) => void;
  readonly onClose: () => void;
  readonly isInFlight?: boolean;
  readonly refusal?: Refusal | undefined;
  readonly size?: 'lg';
  /** Beside the buttons. */
  readonly foot?: ReactNode;
};

/** Asks before something is done, for as long as it is drawn, and shows there why it was refused. */
export function Confirm(props: ConfirmProps) {
  const { title, label, children, reasonLabel, color, isReady = true } = props;
  const { onConfirm, onClose, isInFlight = false, refusal, size, foot } = props;
  const [reason, setReason] = useState('');
  const titleId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onConfirm(reason.trim(), event.timeStamp);
  };
  return (
    <Dialog title={<span id={titleId}>{title}</span>} size={size ?? 'md'} onClose={onClose}>
      <form onSubmit={submit} aria-labelledby={titleId}>
        <Stack gap={12}>
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
          <Group gap={8} justify="flex-end">
            {foot}
            <Button size="sm" onClick={onClose}>
              {strings.answer.cancel}
            </Button>
            <Button
              variant="filled"
              size="sm"
              type="submit"
              loading={isInFlight}
              disabled={!isReady}
              {...(color !== undefined && { color })}
            >
              {label}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

type CommandProps<N extends CommandName> = Question & {
  readonly command: N;
  /** What is sent, with the reason where one was given. */
  readonly input: Omit<GivenOf<N>, 'reason'>;
  readonly onDone?: (answer: AnswerOf<N>) => void;
};

/** Asks, sends a command, and is closed once that was carried out. */
export function CommandDialog<N extends CommandName>({
  command,
  input,
  onDone,
  ...question
}: CommandProps<N> & { readonly onClose: () => void }) {
  const { send, isInFlight, refusal } = useSend(command);
  const confirm = async (reason: string) => {
    const result = await send({ ...input, ...(reason !== '' && { reason }) } as GivenOf<N>);
    if (!result.ok) return;
    question.onClose();
    onDone?.(result.value);
  };
  return (
    <Confirm {...question} isInFlight={isInFlight} refusal={refusal} onConfirm={(reason) => void confirm(reason)} />
  );
}

type ButtonOfCommand<N extends CommandName> = CommandProps<N> & {
  /** Whether there is a button now; a question that is open stays when its button goes. */
  readonly isOffered?: boolean;
  readonly button?: ButtonProps & { readonly 'aria-label'?: string };
};

/** A button that says what it will do before it does it. */
export function ConfirmCommand<N extends CommandName>({ button, isOffered = true, ...props }: ButtonOfCommand<N>) {
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
        <Button {...button} onClick={open}>
          {button?.children ?? props.label}
        </Button>
      )}
      {isOpen && <CommandDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

type Props = Pick<ModalProps, 'title' | 'size' | 'onClose' | 'children'> & { readonly closeLabel?: string };

/** A dialog for as long as it is drawn; then the focus goes back to where it was. */
export function Dialog({ closeLabel = strings.answer.cancel, ...props }: Props) {
  useFocusBack();
  return (
    <Modal
      opened
      closeButtonProps={{ 'aria-label': closeLabel }}
      // The lock writes a style element that the page's policy would refuse.
      lockScroll={false}
      {...props}
    />
  );
}
