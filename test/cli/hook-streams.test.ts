import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readInput, type StreamInput } from '../../electron/cli/hook/streams';

/** Stdin that has these parts, and cannot be waited for after so many of them. */
function inputOf(parts: readonly Buffer[], readable: number): StreamInput {
  let read = 0;
  return {
    read(into) {
      if (read === readable) throw Object.assign(new Error('not yet'), { code: 'EAGAIN' });
      const part = parts[read++];
      return part === undefined ? 0 : part.copy(into);
    },
    async *stream() {
      await Promise.resolve();
      while (read < parts.length) yield parts[read++]!;
    },
  };
}

test('an event is the same however it comes in, also where stdin cannot be waited for at once', async () => {
  const parts = fc.array(fc.uint8Array({ minLength: 1, maxLength: 100 }), { maxLength: 10 });
  await fc.assert(
    fc.asyncProperty(parts, fc.nat(12), async (given, readable) => {
      const bytes = given.map((part) => Buffer.from(part));
      const { head, isWhole } = await readInput(inputOf(bytes, readable));
      expect([head, isWhole]).toEqual([Buffer.concat(bytes).toString('utf8'), true]);
    }),
  );
});

test('a pipe that Windows says has ended is at its end, and all else that goes wrong is not taken for one', async () => {
  const failing = (code: string): StreamInput => ({
    read() {
      throw Object.assign(new Error(code), { code });
    },
    stream: () => expect.unreachable(),
  });
  expect(await readInput(failing('EOF'))).toEqual({ head: '', isWhole: true });
  await expect(readInput(failing('EIO'))).rejects.toThrow('EIO');
});
