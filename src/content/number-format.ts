/** How a quotable number is written. */
import type { Quotable } from '../results/schema.ts';

const MINUS = '\u2212';
const THIN_SPACE = '\u202f';

/** What stands after a number of each format. A percentage is kept as a share of 1 and written times 100. */
const UNITS: Record<Quotable['format'], string> = {
  integer: '',
  fraction: '',
  ratio: '',
  percent: `${THIN_SPACE}%`,
  nats: ' nats',
  seconds: `${THIN_SPACE}s`,
};

type NumberStyle = Pick<Quotable, 'format' | 'digits'>;

/** The number alone: `0.23`, `37`, `71,424`, with a true minus sign. */
export function formatDigits(value: number, { format, digits }: NumberStyle): string {
  const shown = format === 'percent' ? value * 100 : value;
  const [whole = '', decimals] = Math.abs(shown).toFixed(digits).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const text = decimals === undefined ? grouped : `${grouped}.${decimals}`;
  return shown < 0 && /[1-9]/.test(text) ? `${MINUS}${text}` : text;
}

/** The number with its unit: `37 %`, `3.35 nats`. */
export function formatQuotable(quotable: Pick<Quotable, 'value' | 'format' | 'digits'>): string {
  return formatDigits(quotable.value, quotable) + UNITS[quotable.format];
}

/** `31 to 43 %`, or nothing where the number has no interval. */
export function formatInterval(quotable: Omit<Quotable, 'description'>): string | undefined {
  const { low, high } = quotable;
  if (low === undefined || high === undefined) return undefined;
  return `${formatDigits(low, quotable)} to ${formatDigits(high, quotable)}${UNITS[quotable.format]}`;
}
