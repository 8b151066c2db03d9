import type { Refusal } from '../../shared/kernel/errors';
import { strings } from '../strings';
import { Notice } from './notice';
import { RefusalWords } from './refusal-words';

/** Why a command was not carried out, shown where its button is; nothing while all is well. */
export function CommandRefusal({ refusal }: { readonly refusal: Refusal | undefined }) {
  if (refusal === undefined) return null;
  return (
    <Notice tone="failure" role="alert">
      <b>{strings.answer.notDone}</b> <RefusalWords refusal={refusal} />
    </Notice>
  );
}
