/** How many random cases a law is tried with: as many as are given, or many more where GATEHOUSE_FUZZ_ROUNDS asks for a factor. */
export function fuzzRounds(ordinarily: number): number {
  const factor = Number(process.env['GATEHOUSE_FUZZ_ROUNDS'] ?? 1);
  if (!Number.isSafeInteger(factor) || factor < 1) throw new Error('GATEHOUSE_FUZZ_ROUNDS is how many times as many');
  return ordinarily * factor;
}
