/** Dollars as people read them; what rounds to nothing but is something has more digits. */
export function usdText(usd: number): string {
  return usd > 0 && usd < 0.005 ? `$${usd.toPrecision(2)}` : `$${usd.toFixed(2)}`;
}
