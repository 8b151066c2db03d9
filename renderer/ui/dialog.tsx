import { Modal, type ModalProps } from '@mantine/core';
import { useFocusBack } from '../state/use-focus-back';
import { strings } from '../strings';

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
