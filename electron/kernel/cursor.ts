import { type Refusal, refused } from '../../shared/kernel/errors';

/** The refusal of a cursor that is none of a list's own. */
export function invalidCursor(): { readonly ok: false; readonly refusal: Refusal } {
  return refused('VALIDATION_FAILED', {
    issues: [{ path: 'cursor', message: 'not a next_cursor that this list answered' }],
  });
}
