import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalHash, canonicalJson, canonicalObject, textHash } from '../../electron/kernel/store/canonical-json';
import { duplicateKeyOf, sentForms } from '../../electron/nouns/approvals/facts';

const object = fc.dictionary(
  fc.string({ unit: 'binary' }).filter((name) => name !== '__proto__'),
  fc.jsonValue({ stringUnit: 'grapheme' }),
);

test('an object’s canonical form is the same whatever of it is known already', () => {
  fc.assert(
    fc.property(object, fc.func(fc.boolean()), (value, isKnown) => {
      const known = Object.fromEntries(
        Object.entries(value)
          .filter(([name]) => isKnown(name))
          .map(([name, item]) => [name, canonicalJson(item)]),
      );
      expect(canonicalObject(value, known)).toBe(canonicalJson(value));
      expect(canonicalObject({ a: 1, value }, { value: known })).toBe(canonicalJson({ a: 1, value }));
    }),
  );
});

test('what two requests have in common is the hash of the same list, however it was written', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.option(object, { nil: undefined }),
      fc.option(fc.jsonValue(), { nil: undefined }),
      (rationale, context, action) => {
        const request = { requestType: 'tool_call', targetResource: { type: 'tool', id: 'Bash' }, rationale } as const;
        const sent = { ...(context !== undefined && { context }), ...(action !== undefined && { action }) };
        const list = [
          request.requestType,
          request.targetResource,
          rationale,
          context ?? {},
          action === undefined ? [] : [action],
        ];
        expect(duplicateKeyOf({ ...request, ...sent })).toBe(canonicalHash(list));
        expect(duplicateKeyOf({ ...request, ...sent }, sentForms(sent))).toBe(textHash(canonicalJson(list)));
      },
    ),
  );
});
